#include "fetch/epoll_pump.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace frontierd {

struct EpollPump::Watched {
  boost::asio::posix::stream_descriptor descriptor;
};

EpollPump::EpollPump(boost::asio::io_context& context, int epoll, std::function<void()> on_ready)
    : watched_(new Watched{boost::asio::posix::stream_descriptor(context, epoll)}),
      on_ready_(std::move(on_ready)) {
  wait();
}

EpollPump::~EpollPump() {
  watched_->descriptor.release();
}  // the set closes it

void EpollPump::wait() {
  watched_->descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                  [this](boost::system::error_code error) {
                                    if (error) return;
                                    on_ready_();
                                    wait();
                                  });
}

}  // namespace frontierd
