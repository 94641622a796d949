#include "api/session.h"

#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "api/export_stream.h"
#include "api/guard.h"
#include "api/seed_stream.h"
#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::size_t kLingerBytes = 1024 * 1024;
constexpr Seconds kLingerTime{2};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

void set_common_fields(http::fields& fields, std::string_view type) {
  fields.set(http::field::content_type, {type.data(), type.size()});
  fields.set(http::field::cache_control, "no-store");
  fields.set("X-Content-Type-Options", "nosniff");
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Session::Session(ApiSocket socket, std::shared_ptr<ApiShared> shared, bool over_tcp,
                 std::function<void()> on_end)
    : stream_(std::move(socket)),
      shared_(std::move(shared)),
      over_tcp_(over_tcp),
      on_end_(std::move(on_end)) {
  shared_->sessions.insert(this);
}

Session::~Session() {
  shared_->sessions.erase(this);
  on_end_();
}

void Session::cancel() {
  stream_.close();
}

void Session::start() {
  read_head(shared_->options.limits.head_time);
}

void Session::wait_for_peer(Millis within) {
  waits_since_ = std::chrono::steady_clock::now();
  stream_.expires_after(within);
}

void Session::read_head(Millis within) {
  head_.emplace();
  head_->header_limit(shared_->options.limits.head_bytes_max);
  head_->body_limit(boost::none);
  wait_for_peer(within);
  http::async_read_header(
      stream_, buffer_, *head_,
      [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_head(error); });
}

void Session::on_head(beast::error_code error) {
  if (shared_->closed || error == net::error::operation_aborted) return;
  if (error == http::error::header_limit) {
    return reply(
        problem(431, "the request line and fields are over " +
                         std::to_string(shared_->options.limits.head_bytes_max) + " bytes"),
        false);
  }
  const bool bad_http =
      error && error.category() == http::make_error_code(http::error::bad_method).category();
  if (bad_http && error != http::error::end_of_stream && error != http::error::partial_message) {
    return reply(problem(400, "not a well-formed HTTP/1.1 request: " + error.message()), false);
  }
  if (error) return stream_.close();
  stream_.expires_after(shared_->options.limits.request_time);
  keep_alive_ = head_->get().keep_alive();
  method_ = std::string(view(head_->get().method_string()));
  auto target = parse_target(view(head_->get().target()));
  if (!target) return reply(problem_of(target.error()), false);
  target_ = std::move(*target);
  if (auto refusal = refused()) return reply(*refusal, false);
  if (!iequals(view(head_->get()[http::field::expect]), "100-continue")) return dispatch();
  net::async_write(stream_, net::buffer(kContinue.data(), kContinue.size()),
                   [self = shared_from_this()](beast::error_code failed, std::size_t) {
                     if (!failed) self->dispatch();
                   });
}

std::optional<Answer> Session::refused() const {
  if (!over_tcp_) return std::nullopt;
  const auto& fields = head_->get();
  return refuse_tcp(target_,
                    {view(fields[http::field::host]), view(fields[http::field::origin]),
                     view(fields[http::field::authorization])},
                    shared_->options.token);
}

void Session::dispatch() {
  const bool seeds = target_.path == std::vector<std::string>{"v1", "seeds"};
  const bool rows = target_.path == std::vector<std::string>{"v1", "export"};
  if (seeds && method_ == "POST") return start_seeds();
  if (rows && method_ == "GET" && head_->is_done()) return start_export();
  if (seeds || rows) {
    Answer answer =
        problem(405, seeds ? "this route accepts POST" : "this route accepts GET without a body");
    answer.allow = seeds ? "POST" : "GET";
    return reply(answer, head_->is_done());
  }
  if (head_->is_done()) return serve({});
  read_body();
}

void Session::start_seeds() {
  if (shared_->seed_streams >= shared_->options.limits.seed_streams_max) {
    shared_->metrics.refused_request();
    return reply(
        problem(503, "as many seed streams as allowed are open; send this one again later"), false);
  }
  auto stream = SeedStream::make(shared_from_this(), target_);
  if (!stream) return reply(problem_of(stream.error()), false);
  waits_since_.reset();
  (*stream)->start();
}

void Session::start_export() {
  if (shared_->export_streams >= shared_->options.limits.export_streams_max) {
    shared_->metrics.refused_request();
    return reply(problem(503, "as many exports as allowed are running; ask again later"), true);
  }
  auto stream = ExportStream::make(shared_from_this(), target_);
  if (!stream) return reply(problem_of(stream.error()), true);
  waits_since_.reset();
  (*stream)->start();
}

void Session::read_body() {
  const std::size_t limit = shared_->options.limits.body_bytes_max;
  const std::string too_large =
      "the body is over " + std::to_string(limit) + " bytes; only POST /v1/seeds takes more";
  const auto length = head_->content_length();
  if (length && *length > limit) return reply(problem(413, too_large), false);
  body_.emplace(std::move(*head_));
  body_->body_limit(limit);
  http::async_read(stream_, buffer_, *body_,
                   [self = shared_from_this(), too_large](beast::error_code error, std::size_t) {
                     if (self->shared_->closed) return;
                     if (error == http::error::body_limit) {
                       return self->reply(problem(413, too_large), false);
                     }
                     if (error) return self->stream_.close();
                     self->serve(std::move(self->body_->get().body()));
                   });
}

void Session::serve(std::string body) {
  const Call call{method_, std::move(target_), std::move(body)};
  reply(shared_->routes.answer(call), true);
}

void Session::reply(const Answer& answer, bool body_read) {
  message_ = std::make_shared<Message>();
  Message& message = *message_;
  message.version(11);
  message.result(static_cast<unsigned>(answer.status));
  const std::string_view reason = status_text(answer.status);
  message.reason({reason.data(), reason.size()});
  set_common_fields(message, answer.type);
  if (answer.retry_after > 0) {
    message.set(http::field::retry_after, std::to_string(answer.retry_after));
  }
  if (!answer.allow.empty()) message.set(http::field::allow, answer.allow);
  if (answer.challenge) message.set(http::field::www_authenticate, "Bearer");
  const bool keep = body_read && keep_alive_;
  message.keep_alive(keep);
  message.content_length(answer.body.size());
  if (method_ != "HEAD") message.body() = answer.body;
  wait_for_peer(shared_->options.limits.stall_time);
  http::async_write(stream_, message,
                    [self = shared_from_this(), keep](beast::error_code error, std::size_t) {
                      if (error) return self->stream_.close();
                      self->after_reply(keep);
                    });
}

void Session::after_reply(bool keep) {
  if (shared_->closed) return;
  body_.reset();
  if (keep) return read_head(shared_->options.limits.request_time);
  beast::error_code ignored;
  stream_.socket().shutdown(net::socket_base::shutdown_send, ignored);
  wait_for_peer(kLingerTime);
  linger(kLingerBytes);
}

// Reads on for a little while, so that the peer sees our answer and not a reset.
void Session::linger(std::size_t left) {
  buffer_.clear();
  stream_.async_read_some(
      buffer_.prepare(16 * 1024),
      [self = shared_from_this(), left](beast::error_code error, std::size_t got) {
        if (error || got >= left) return self->stream_.close();
        self->linger(left - got);
      });
}

void Session::begin_chunked(std::string_view type, std::function<void()> then) {
  chunked_head_.emplace(http::status::ok, 11);
  set_common_fields(*chunked_head_, type);
  chunked_head_->keep_alive(keep_alive_);
  chunked_head_->chunked(true);
  chunked_serializer_.emplace(*chunked_head_);
  set_stall_timer();
  http::async_write_header(
      stream_, *chunked_serializer_,
      [self = shared_from_this(), then = std::move(then)](beast::error_code error, std::size_t) {
        if (error) return self->stream_.close();
        then();
      });
}

void Session::write_chunk(const std::string& text, std::function<void()> then) {
  set_stall_timer();
  net::async_write(
      stream_, http::make_chunk(net::buffer(text)),
      [self = shared_from_this(), then = std::move(then)](beast::error_code error, std::size_t) {
        if (error) return self->stream_.close();
        then();
      });
}

void Session::end_chunked() {
  set_stall_timer();
  net::async_write(stream_, http::make_chunk_last(),
                   [self = shared_from_this()](beast::error_code error, std::size_t) {
                     if (error) return self->stream_.close();
                     self->after_reply(self->keep_alive_);
                   });
}

}  // namespace frontierd
