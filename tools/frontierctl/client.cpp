#include "frontierctl/client.h"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <random>
#include <thread>

#include "base/text.h"

namespace frontierd {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

using Local = net::local::stream_protocol;

constexpr std::size_t kReplyBytesMax = 64 * 1024 * 1024;
constexpr Millis kWaitBase{500};
constexpr Millis kWaitCap = Seconds{30};

std::uint64_t seed_of_chance() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) ^ device();
}

http::request<http::string_body> http_request(const Request& request) {
  http::request<http::string_body> out{http::string_to_verb(request.method), request.target, 11};
  out.set(http::field::host, "frontierd");
  out.set(http::field::user_agent, "frontierctl");
  if (!request.content_type.empty()) out.set(http::field::content_type, request.content_type);
  out.body() = request.body;
  out.prepare_payload();
  return out;
}

template <class Fields>
int retry_after_of(const Fields& fields) {
  const auto text = fields[http::field::retry_after];
  return std::max(0, parse_int<int>({text.data(), text.size()}).value_or(0));
}

}  // namespace

Millis not_now_wait(int retry_after, int tries, Dice dice) {
  const Millis own = std::min(kWaitCap, kWaitBase * (1 << std::min(tries, 10)));
  const Millis base = std::max<Millis>(own, Seconds{retry_after});
  return base +
         Millis{static_cast<std::int64_t>(dice.unit * 0.5 * static_cast<double>(base.count()))};
}

std::string problem_detail(const Reply& reply) {
  boost::json::error_code error;
  const auto value = boost::json::parse(reply.body, error);
  if (!error && value.is_object()) {
    const auto* detail = value.get_object().if_contains("detail");
    if (detail != nullptr && detail->is_string()) return detail->get_string().c_str();
  }
  return "the daemon answered with status " + std::to_string(reply.status);
}

struct Client::Connection {
  net::io_context loop;
  beast::basic_stream<Local> stream{loop};
  beast::flat_buffer buffer;
  bool used = false;

  // Starts one operation and waits for all that is under way to end.
  template <class Start>
  beast::error_code run(Start start) {
    beast::error_code ended = net::error::would_block;
    start([&ended](beast::error_code error) { ended = error; });
    loop.restart();
    loop.run();
    return ended;
  }
};

Client::Client(std::string socket_path, std::function<void(Millis)> on_wait, Millis stall_max)
    : path_(std::move(socket_path)),
      on_wait_(std::move(on_wait)),
      stall_max_(stall_max),
      rng_(seed_of_chance()) {}

Client::~Client() = default;

Result<void> Client::connect() {
  if (connection_) return {};
  if (path_.size() > 107) {
    return fail(Errc::Usage, "the socket path is too long; give a shorter one with --socket");
  }
  auto made = std::make_unique<Connection>();
  beast::error_code error;
  made->stream.socket().connect(Local::endpoint(path_), error);
  if (error) {
    return fail(Errc::Unavailable, "no daemon answers on " + path_ + " (" + error.message() +
                                       "); is frontierd running, may you use its socket, is "
                                       "--socket right?");
  }
  connection_ = std::move(made);
  return {};
}

Error Client::stalled(bool begun) const {
  const std::string length = to_words(stall_max_);
  if (begun) return {Errc::Io, "the daemon's answer stalled for " + length + " (--timeout)"};
  return {Errc::Unavailable,
          "a daemon holds " + path_ + ", but nothing came from it for " + length +
              " (--timeout): it hangs, is stopped, or its disk does; see its log"};
}

// Writes and reads at the same time: an answer may begin before the request has been sent whole.
Result<Reply> Client::once(const Request& request) {
  TRY(connect());
  Connection& link = *connection_;
  const auto message = http_request(request);
  http::response_parser<http::string_body> parser;
  parser.body_limit(kReplyBytesMax);
  beast::error_code sent;
  bool all_sent = false;
  link.stream.expires_after(stall_max_);
  http::async_write(link.stream, message, [&](beast::error_code error, std::size_t) {
    sent = error;
    all_sent = !error;
  });
  beast::error_code got = link.run([&](auto done) {
    http::async_read_header(link.stream, link.buffer, parser, [&, done](auto error, std::size_t) {
      done(error);
      if (!all_sent) link.stream.socket().close();  // answered before all was taken: a refusal
    });
  });
  const bool begun = !got;
  while (!got && !parser.is_done()) {
    link.stream.expires_after(stall_max_);
    got = link.run([&](auto done) {
      http::async_read_some(link.stream, link.buffer, parser,
                            [done](auto error, std::size_t) { done(error); });
    });
  }
  link.used = true;
  const bool keep = !got && all_sent && parser.keep_alive();
  if (!keep) connection_.reset();
  if (got == beast::error::timeout) return fail(stalled(begun));
  if (got) return fail(Errc::Io, "the connection to the daemon broke: " + got.message());
  auto& reply = parser.get();
  return Reply{static_cast<int>(reply.result_int()), std::move(reply.body()),
               retry_after_of(reply)};
}

Result<Reply> Client::call(const Request& request) {
  for (int tries = 0;; ++tries) {
    const bool reused = connection_ && connection_->used;
    auto reply = once(request);
    if (!reply && reused && reply.error().code == Errc::Io) reply = once(request);
    if (!reply) return reply;
    const bool not_now = reply->status == 429 || reply->status == 503;
    if (!not_now || tries + 1 >= kNotNowTries) return reply;
    const Millis wait = not_now_wait(reply->retry_after, tries, rng_.roll());
    if (on_wait_) on_wait_(wait);
    std::this_thread::sleep_for(wait);
  }
}

Result<Reply> Client::stream(const std::string& target,
                             const std::function<bool(std::string_view)>& sink) {
  connection_.reset();
  TRY(connect());
  Connection& link = *connection_;
  const auto message = http_request({"GET", target, {}, {}});
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  link.stream.expires_after(stall_max_);
  beast::error_code error = link.run([&](auto done) {
    http::async_write(link.stream, message, [done](auto e, std::size_t) { done(e); });
  });
  if (!error) {
    error = link.run([&](auto done) {
      http::async_read_header(link.stream, link.buffer, parser,
                              [done](auto e, std::size_t) { done(e); });
    });
  }
  const bool begun = !error;
  Reply reply{static_cast<int>(parser.get().result_int()), {}, retry_after_of(parser.get())};
  std::string block(64 * 1024, '\0');
  while (!error && !parser.is_done()) {
    parser.get().body().data = block.data();
    parser.get().body().size = block.size();
    link.stream.expires_after(stall_max_);
    error = link.run([&](auto done) {
      http::async_read_some(link.stream, link.buffer, parser,
                            [done](auto e, std::size_t) { done(e); });
    });
    if (error == http::error::need_buffer) error = {};
    const std::string_view bytes(block.data(), block.size() - parser.get().body().size);
    if (!reply.good()) {
      reply.body += bytes;
    } else if (!bytes.empty() && !sink(bytes)) {
      break;
    }
  }
  connection_.reset();
  if (error == beast::error::timeout) return fail(stalled(begun));
  if (error) return fail(Errc::Io, "the answer of the daemon was cut: " + error.message());
  return reply;
}

}  // namespace frontierd
