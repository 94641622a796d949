// Lets an io_context watch an EpollSet as one descriptor.
#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace frontierd {

class EpollPump {
 public:
  // `on_ready` runs on the context whenever something in the epoll is ready; it must poll the set.
  EpollPump(boost::asio::io_context& context, int epoll, std::function<void()> on_ready);
  ~EpollPump();  // only when the context no longer runs
  EpollPump(const EpollPump&) = delete;
  EpollPump& operator=(const EpollPump&) = delete;

 private:
  void wait();

  struct Watched;
  std::unique_ptr<Watched> watched_;
  std::function<void()> on_ready_;
};

}  // namespace frontierd
