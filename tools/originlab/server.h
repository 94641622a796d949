// Listeners, the connection limit, signals, and the running time of a lab.
#pragma once

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "originlab/connection.h"
#include "originlab/world.h"

namespace frontierd::originlab {

class Server {
 public:
  explicit Server(const Lab& lab);
  ~Server();

  RequestLog& log() { return world_.log; }
  // Opens all listeners; writes ADDRESS:PORT of each, in the order of the file, to `ports_file` if
  // it is not empty, and then prints "listening on ADDRESS:PORT" for each.
  Result<void> listen(const std::string& ports_file);
  // Until SIGTERM, SIGINT, or the given time is over.
  void run(std::optional<Micros> length);

 private:
  struct Door;
  Result<void> open(const Listener& listener);
  void accept(Door& door);
  void admit(Door& door, Tcp::socket socket);
  void stop();

  World world_;
  std::vector<std::unique_ptr<Door>> doors_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer end_;
};

}  // namespace frontierd::originlab
