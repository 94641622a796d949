// One connection of the admin API: reads a request, checks who may ask, hands it to the routes or
// to a stream, writes the answer, and again until the peer goes. Internal to lib/api; loop thread
// only.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "api/answer.h"
#include "api/routes.h"
#include "api/server.h"

namespace frontierd {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using ApiSocket = net::generic::stream_protocol::socket;
using ApiStream = beast::basic_stream<net::generic::stream_protocol>;
using HeadParser = http::request_parser<http::empty_body>;

class Session;

// What the sessions of one server share.
struct ApiShared {
  ApiShared(Control& c, Inspector& i, MetricsJournal& m, ApiOptions o)
      : control(c), inspector(i), metrics(m), options(std::move(o)), routes(c, i, m) {}

  Control& control;
  Inspector& inspector;
  MetricsJournal& metrics;
  ApiOptions options;
  Routes routes;
  std::size_t seed_streams = 0;
  std::size_t export_streams = 0;
  std::set<Session*> sessions;
  bool closed = false;
};

// A place in a lane, given back at the end of its life.
class LanePlace {
 public:
  explicit LanePlace(std::size_t& taken) : taken_(taken) { ++taken_; }
  ~LanePlace() { --taken_; }
  LanePlace(const LanePlace&) = delete;
  LanePlace& operator=(const LanePlace&) = delete;

 private:
  std::size_t& taken_;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `on_end` is called once, when the connection is gone.
  Session(ApiSocket socket, std::shared_ptr<ApiShared> shared, bool over_tcp,
          std::function<void()> on_end);
  ~Session();

  void start();
  void cancel();
  bool over_tcp() const { return over_tcp_; }
  // Since when its peer is to send a request or to take an answer; nothing: a stream, or at work.
  std::optional<Time> waits_since() const { return waits_since_; }

  // For the streams: the parts of the connection, and the ways back.
  ApiStream& stream() { return stream_; }
  beast::flat_buffer& buffer() { return buffer_; }
  HeadParser& head() { return *head_; }
  ApiShared& shared() { return *shared_; }
  // Writes a head with chunked framing, then calls `then` (not on failure).
  void begin_chunked(std::string_view type, std::function<void()> then);
  // Writes one chunk of the body.
  void write_chunk(const std::string& text, std::function<void()> then);
  // Ends the chunked body and takes the next request.
  void end_chunked();
  // One answer; the connection stays open only if the request's body has been read whole.
  void reply(const Answer& answer, bool body_read);
  void set_stall_timer() { stream_.expires_after(shared_->options.limits.stall_time); }

 private:
  using Message = http::response<http::string_body>;
  using Head = http::response<http::empty_body>;

  void read_head(Millis within);
  void wait_for_peer(Millis within);
  void on_head(beast::error_code error);
  void dispatch();
  void read_body();
  void serve(std::string body);
  void start_seeds();
  void start_export();
  std::optional<Answer> refused() const;
  void after_reply(bool keep);
  void linger(std::size_t left);

  ApiStream stream_;
  std::shared_ptr<ApiShared> shared_;
  bool over_tcp_;
  std::function<void()> on_end_;
  beast::flat_buffer buffer_;
  std::optional<HeadParser> head_;
  std::optional<http::request_parser<http::string_body>> body_;
  std::optional<Head> chunked_head_;
  std::optional<http::response_serializer<http::empty_body>> chunked_serializer_;
  std::shared_ptr<Message> message_;
  std::string method_;
  Target target_;
  bool keep_alive_ = false;
  std::optional<Time> waits_since_;
};

}  // namespace frontierd
