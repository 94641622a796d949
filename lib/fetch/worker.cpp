#include "fetch/worker.h"

#include <pthread.h>
#include <signal.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "base/text.h"
#include "fetch/engine.h"
#include "fetch/epoll_pump.h"
#include "fetch/host_book.h"

namespace frontierd {
namespace {

namespace asio = boost::asio;

// Its answer came too late, or not yet: nothing is fetched after a lease has ended.
const End kNameCameTooLate{Transport::LocalFailure,
                           "its name was not looked up before the lease ended "
                           "(frontier.lease_term); is the resolver well, dns.queue_max too large?"};

struct Parcel {
  std::vector<Lease> starts;
  std::vector<std::pair<std::string, DnsAnswer>> learned;
  bool abort = false;

  bool empty() const { return starts.empty() && learned.empty() && !abort; }
};

}  // namespace

struct Worker::Impl {
  Impl(const FetchSetup& the_setup, Outbox& the_outbox, Ask the_ask)
      : setup(the_setup),
        outbox(the_outbox),
        ask(std::move(the_ask)),
        book(the_setup.options.hosts_max),
        engine(the_setup),
        context(1),
        work(context.get_executor()),
        alarm(context),
        pump(context, engine.descriptor(), [this] { turn(); }) {}

  template <class Put>
  void post(Put put) {
    const std::lock_guard lock(mutex);
    const bool first = inbox.empty();
    put(inbox);
    if (first) asio::post(context, [this] { drain(); });
  }

  void drain() {
    Parcel parcel;
    {
      const std::lock_guard lock(mutex);
      std::swap(parcel, inbox);
    }
    // Answers first: whoever starts a flight may have been told them already.
    for (auto& [origin, answer] : parcel.learned) learned(origin, answer);
    const Instant now = setup.clock->now();
    for (Lease& lease : parcel.starts) begin(std::move(lease), now);
    if (parcel.abort) abort_all();
    turn();
  }

  void begin(Lease lease, Instant now) {
    const auto authority = split_authority(lease.url);
    if (!authority) {
      return engine.ground(std::move(lease),
                           {Transport::ProtocolError, "not a canonical http or https URL"});
    }
    if (const HostBook::Page* page = book.find(authority->origin, now)) {
      return launch(std::move(lease), page->addresses, page->until);
    }
    const std::string origin(authority->origin);
    if (book.park(origin, std::move(lease))) ask(origin);
  }

  void learned(const std::string& origin, const DnsAnswer& answer) {
    const Instant now = setup.clock->now();
    for (Lease& lease : book.learn(origin, answer)) {
      if (lease.expires_at <= now) {
        engine.ground(std::move(lease), kNameCameTooLate);
      } else if (answer.addresses.empty()) {
        engine.ground(std::move(lease), {answer.transport, answer.detail});
      } else {
        launch(std::move(lease), answer.addresses, answer.expires_at);
      }
    }
  }

  void launch(Lease lease, const std::vector<std::string>& addresses, Instant until) {
    // The views go into the text of the lease, which a move may relocate.
    const std::string url = lease.url;
    const auto authority = split_authority(url);
    const std::uint64_t slice =
        place_of(authority->origin) / static_cast<std::uint64_t>(setup.options.workers);
    engine.launch(std::move(lease), *authority, addresses, until, slice);
  }

  void abort_all() {
    for (Lease& lease : book.give_up()) {
      engine.ground(std::move(lease), {Transport::Aborted, "ended by us"});
    }
    engine.abort_all();
  }

  void turn() {
    for (Lease& lease : book.expire(setup.clock->now())) {
      engine.ground(std::move(lease), kNameCameTooLate);
    }
    engine.turn();
    outbox.put(engine.take_landed());
    arm();
  }

  SteadyTime next_expiry() const {
    if (book.next_expiry() == kNever) return kNoWake;
    const Millis left = book.next_expiry() - setup.clock->now();
    return std::chrono::steady_clock::now() + std::max(left, Millis{1});
  }

  // One timer for everything; it is moved only to come earlier, so most turns leave it alone.
  void arm() {
    const SteadyTime wake = std::min(engine.next_wake(), next_expiry());
    if (wake == kNoWake || (armed && armed_for <= wake)) return;
    armed = true;
    armed_for = wake;
    if (wake == SteadyTime::min()) {
      alarm.expires_after(Millis{0});
    } else {
      alarm.expires_at(wake);
    }
    alarm.async_wait([this](boost::system::error_code error) {
      if (error) return;
      armed = false;
      turn();
    });
  }

  const FetchSetup& setup;
  Outbox& outbox;
  const Ask ask;
  std::mutex mutex;  // guards inbox only
  Parcel inbox;

  HostBook book;
  Engine engine;
  asio::io_context context;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  asio::steady_timer alarm;
  EpollPump pump;
  bool armed = false;
  SteadyTime armed_for;
  std::jthread thread;
};

std::uint64_t place_of(std::string_view origin) {
  return stable_hash(origin);
}

Worker::Worker(const FetchSetup& setup, Outbox& outbox, Ask ask)
    : impl_(std::make_unique<Impl>(setup, outbox, std::move(ask))) {}

Worker::~Worker() {
  stop();
}

asio::io_context& Worker::context() {
  return impl_->context;
}

void Worker::run() {
  impl_->thread = std::jthread([this] {
    // Signals are the loop's business; a broken pipe is an error code.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    pthread_setname_np(pthread_self(), "fetch");
    impl_->context.run();
  });
}

void Worker::stop() {
  impl_->context.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void Worker::start(Lease lease) {
  impl_->post([&](Parcel& parcel) { parcel.starts.push_back(std::move(lease)); });
}

void Worker::learn(const std::string& origin, const DnsAnswer& answer) {
  impl_->post([&](Parcel& parcel) { parcel.learned.emplace_back(origin, answer); });
}

void Worker::abort_all() {
  impl_->post([](Parcel& parcel) { parcel.abort = true; });
}

}  // namespace frontierd
