// One accepted connection, from its first byte to its end: reads a request, asks the origin what to
// do with it, waits as long as that takes, sends the reply piece by piece, and logs what happened.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "originlab/link.h"
#include "originlab/world.h"

namespace frontierd::originlab {

// What is known of the request in hand.
struct Exchange {
  Request request;
  LogEntry entry;
  Origin* origin = nullptr;
  Ruling ruling;
  bool counted = false;  // in flight
  Place place;
  Micros served_at{0};  // until then the origin works on it, whether the client waits or not
  Reply reply;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `over` is called once, when nothing is left to do.
  Connection(World& world, const Listener& listener, Tcp::socket socket,
             boost::asio::ssl::context* tls, std::function<void(Connection*)> over);

  void start();
  // Ends at once; a request in hand is logged as stopped.
  void stop();

 private:
  void read_head();
  void on_bytes();
  void read_body(std::uint64_t left);
  void begin();
  void ask_origin();
  void admitted(Place place);
  void admitted_too_late(Origin& origin, Place place);
  void answer(Ruling ruling, bool refused);
  void answer_plainly(int status, std::string by, std::string text);
  void send();
  void send_piece(Piece piece);
  void sent();
  void hold();
  void linger();
  void client_left();
  void log_end(std::string_view ending);
  void keep_busy(Place place, Micros length);
  void count_in(Exchange& exchange);
  void wait(Micros length, std::function<void()> then);
  void arm_age(Micros length);
  void end();
  Visit visit() const;

  World& world_;
  const Listener& listener_;
  Link link_;
  std::function<void(Connection*)> over_;
  boost::asio::steady_timer timer_;  // latency and pauses
  boost::asio::steady_timer age_;    // the longest this connection may wait
  std::string client_;
  std::string client_address_;
  std::string port_;
  std::int64_t accept_us_;
  std::string buffer_;
  std::optional<Exchange> exchange_;
  bool ended_ = false;
};

}  // namespace frontierd::originlab
