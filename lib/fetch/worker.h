// One fetch worker: a thread with its own io_context, its hosts' connections and addresses. A host
// always goes to the same worker. start(), learn() and abort_all() may be called from any thread
// and only post; everything else happens on the worker's own.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "fetch/dns_answer.h"
#include "fetch/outbox.h"
#include "fetch/setup.h"

namespace boost::asio {
class io_context;
}

namespace frontierd {

class Worker {
 public:
  // Called on the worker's thread for a host whose addresses are not known (any more); the answer
  // is to come through learn().
  using Ask = std::function<void(const std::string& origin)>;

  Worker(const FetchSetup& setup, Outbox& outbox, Ask ask);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  boost::asio::io_context& context();
  void run();   // starts the thread
  void stop();  // ends and joins it; nothing lands any more
  void start(Lease lease);
  void learn(const std::string& origin, const DnsAnswer& answer);
  void abort_all();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Which worker and which slice of it a host belongs to.
std::uint64_t place_of(std::string_view origin);

}  // namespace frontierd
