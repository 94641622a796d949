#include "originlab/connection.h"

#include "base/text.h"

namespace frontierd::originlab {
namespace {

constexpr Micros kLinger = std::chrono::seconds{2};
constexpr std::size_t kHoldBuffer = 64 * 1024;

std::string port_text(const Tcp::endpoint& endpoint) {
  return std::to_string(endpoint.port());
}

}  // namespace

Connection::Connection(World& world, const Listener& listener, Tcp::socket socket,
                       boost::asio::ssl::context* tls, std::function<void(Connection*)> over)
    : world_(world),
      listener_(listener),
      link_(std::move(socket), tls),
      over_(std::move(over)),
      timer_(world.io),
      age_(world.io),
      accept_us_(world.clock.unix_us()) {
  ErrorCode ignored;
  const Tcp::endpoint remote = link_.socket().remote_endpoint(ignored);
  client_address_ = remote.address().to_string(ignored);
  client_ = client_address_ + ":" + port_text(remote);
  port_ = port_text(link_.socket().local_endpoint(ignored));
}

Visit Connection::visit() const {
  return {exchange_->request, client_address_, port_, world_.clock.now(), world_.clock.unix_us()};
}

void Connection::start() {
  if (listener_.reset_on_accept || listener_.silent) {
    Exchange& exchange = exchange_.emplace();
    exchange.entry.start_us = accept_us_;
    exchange.entry.by = "listener";
    count_in(exchange);
    if (listener_.silent) return hold();
    log_end("reset");
    link_.reset();
    return end();
  }
  arm_age(world_.lab.idle);
  link_.handshake([self = shared_from_this()](ErrorCode error) {
    if (error) return self->end();
    self->read_head();
  });
}

void Connection::read_head() {
  if (ended_) return;
  arm_age(world_.lab.idle);
  if (!buffer_.empty()) return on_bytes();
  link_.read(buffer_, [self = shared_from_this()](ErrorCode error) {
    if (error) return self->end();
    self->on_bytes();
  });
}

void Connection::on_bytes() {
  if (ended_) return;
  const std::size_t end_of_head = buffer_.find("\r\n\r\n");
  const std::size_t size = end_of_head == std::string::npos ? buffer_.size() : end_of_head + 4;
  if (size > world_.lab.max_head) {
    exchange_.emplace();
    return answer_plainly(431, "invalid", "The head is too large.\n");
  }
  if (end_of_head == std::string::npos) {
    link_.read(buffer_, [self = shared_from_this()](ErrorCode error) {
      if (error) return self->end();
      self->on_bytes();
    });
    return;
  }
  auto request = parse_request(std::string_view(buffer_).substr(0, size));
  exchange_.emplace();
  buffer_.erase(0, size);
  if (!request) return answer_plainly(400, "invalid", "This is not a request the lab reads.\n");
  exchange_->request = std::move(*request);
  if (exchange_->request.body_size > world_.lab.max_request_body) {
    return answer_plainly(413, "invalid", "The body is too large.\n");
  }
  exchange_->entry.start_us = world_.clock.unix_us();
  read_body(exchange_->request.body_size);
}

void Connection::read_body(std::uint64_t left) {
  if (ended_) return;
  const auto here = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer_.size()));
  buffer_.erase(0, here);
  left -= here;
  if (left == 0) return begin();
  link_.read(buffer_, [self = shared_from_this(), left](ErrorCode error) {
    if (error) return self->end();
    self->read_body(left);
  });
}

void Connection::begin() {
  arm_age(world_.lab.max_age);
  if (listener_.control) return answer_plainly(200, "control", world_.stats.to_json());
  Exchange& exchange = *exchange_;
  exchange.origin = world_.find(exchange.request.host);
  if (exchange.origin == nullptr) {
    return answer_plainly(421, "none", "The lab has no host of this name.\n");
  }
  count_in(exchange);
  world_.stats.began(exchange.origin->name(), exchange.entry.start_us, exchange.entry.in_flight);
  ask_origin();
}

void Connection::count_in(Exchange& exchange) {
  if (exchange.counted) return;
  exchange.counted = true;
  exchange.entry.in_flight_all = ++world_.in_flight;
  if (exchange.origin != nullptr) exchange.entry.in_flight = ++exchange.origin->in_flight;
}

void Connection::ask_origin() {
  Exchange& exchange = *exchange_;
  Origin& origin = *exchange.origin;
  Ruling ruling = origin.gate(visit());
  if (ruling.answer != nullptr) return answer(std::move(ruling), true);
  exchange.ruling.headers = std::move(ruling.headers);
  CapacityGate* capacity = origin.capacity(visit());
  if (capacity == nullptr) return admitted({});
  auto self = shared_from_this();
  const bool accepted = capacity->arrive(world_.clock.now(), [self, &origin](Place place) {
    if (self->exchange_) return self->admitted(std::move(place));
    self->admitted_too_late(origin, std::move(place));
  });
  if (!accepted) {
    exchange.ruling.answer = &capacity->rules().answer;
    exchange.ruling.by = "capacity";
    return answer(std::move(exchange.ruling), true);
  }
  if (exchange_ && !exchange_->place) link_.watch([self] { self->client_left(); });
}

void Connection::admitted(Place place) {
  exchange_->place = std::move(place);
  std::vector<std::string> headers = std::move(exchange_->ruling.headers);
  Ruling ruling = exchange_->origin->serve(visit());
  for (std::string& header : headers) ruling.headers.push_back(std::move(header));
  answer(std::move(ruling), false);
}

void Connection::answer(Ruling ruling, bool refused) {
  Exchange& exchange = *exchange_;
  Origin& origin = *exchange.origin;
  exchange.entry.by = ruling.by;
  exchange.reply = origin.reply(ruling, visit());
  exchange.entry.status = exchange.reply.status;
  Micros latency = origin.latency(*ruling.answer, refused);
  if (exchange.place) {
    const double slowdown = origin.capacity_gate()->slowdown(world_.clock.now());
    latency = Micros{static_cast<std::int64_t>(static_cast<double>(latency.count()) * slowdown)};
  }
  exchange.ruling = std::move(ruling);
  exchange.served_at = world_.clock.now() + latency;
  wait(latency, [this] { send(); });
}

void Connection::answer_plainly(int status, std::string by, std::string text) {
  Exchange& exchange = *exchange_;
  if (exchange.entry.start_us == 0) exchange.entry.start_us = world_.clock.unix_us();
  count_in(exchange);
  Answer plain;
  plain.status = status;
  plain.text = std::move(text);
  plain.type = by == "control" ? "application/json" : "text/plain; charset=utf-8";
  plain.ending = status == 200 || status == 421 ? Ending::Keep : Ending::Close;
  exchange.entry.by = std::move(by);
  exchange.entry.status = status;
  exchange.reply = make_reply(
      {plain, exchange.request, Facts{world_.clock.unix_us() / 1'000'000, {}}, {}, std::nullopt});
  send();
}

void Connection::send() {
  if (ended_ || !exchange_) return;
  auto piece = exchange_->reply.source();
  if (!piece) return sent();
  if (piece->pause.count() == 0) return send_piece(std::move(*piece));
  const Micros pause = piece->pause;
  auto later = std::make_shared<Piece>(std::move(*piece));
  wait(pause, [this, later] { send_piece(std::move(*later)); });
}

void Connection::send_piece(Piece piece) {
  exchange_->entry.bytes += piece.bytes.size();
  // Now, not when we hear that it is done: by then the client may have it for long.
  exchange_->entry.end_us = world_.clock.unix_us();
  link_.write(std::move(piece.bytes), [self = shared_from_this()](ErrorCode error) {
    if (error) return self->client_left();
    self->send();
  });
}

void Connection::sent() {
  switch (exchange_->reply.ending) {
    case Ending::Hold:
      return hold();
    case Ending::Reset:
      log_end("reset");
      link_.reset();
      return end();
    case Ending::Keep:
      if (!exchange_->request.wants_close()) {
        log_end("sent");
        return read_head();
      }
      break;
    case Ending::Close:
      break;
  }
  log_end("closed");
  arm_age(kLinger);
  link_.finish([self = shared_from_this()] { self->linger(); });
}

// Reading to the end keeps the kernel from answering late bytes with a reset, which would take our
// last bytes away from the client.
void Connection::linger() {
  if (ended_) return;
  if (buffer_.size() > kHoldBuffer) buffer_.clear();
  link_.read(buffer_, [self = shared_from_this()](ErrorCode error) {
    if (error) return self->end();
    self->linger();
  });
}

void Connection::hold() {
  if (ended_) return;
  arm_age(world_.lab.max_age);
  link_.read(buffer_, [self = shared_from_this()](ErrorCode error) {
    if (error) return self->client_left();
    if (self->buffer_.size() > kHoldBuffer) self->buffer_.clear();
    self->hold();
  });
}

void Connection::client_left() {
  if (ended_ || !exchange_) return end();
  if (exchange_->place) {
    keep_busy(std::move(exchange_->place), exchange_->served_at - world_.clock.now());
  }
  log_end("client-left");
  end();
}

// A server seldom notices that the client has gone: it works on, and the place stays taken.
void Connection::keep_busy(Place place, Micros length) {
  if (length.count() <= 0) return;
  auto timer = std::make_shared<boost::asio::steady_timer>(world_.io, length);
  timer->async_wait([timer, place = std::move(place)](ErrorCode) {});
}

// The client left while it waited for a place; its work is done all the same.
void Connection::admitted_too_late(Origin& origin, Place place) {
  const double slowdown = origin.capacity_gate()->slowdown(world_.clock.now());
  const auto work = static_cast<double>(origin.latency(Answer{}, false).count()) * slowdown;
  keep_busy(std::move(place), Micros{static_cast<std::int64_t>(work)});
}

void Connection::log_end(std::string_view ending) {
  Exchange& exchange = *exchange_;
  LogEntry& entry = exchange.entry;
  const bool handed_over = ending == "sent" || ending == "closed";
  if (!handed_over || entry.end_us == 0) entry.end_us = world_.clock.unix_us();
  entry.accept_us = accept_us_;
  entry.client = client_;
  entry.listener = port_;
  entry.ending = ending;
  if (!exchange.request.host.empty()) entry.host = exchange.request.host;
  if (!exchange.request.method.empty()) entry.method = exchange.request.method;
  if (!exchange.request.target.empty()) entry.path = exchange.request.target;
  entry.agent = exchange.request.agent;
  if (exchange.origin != nullptr) {
    if (exchange.counted) --exchange.origin->in_flight;
    world_.stats.ended(exchange.origin->name(), entry);
  }
  if (exchange.counted) --world_.in_flight;
  world_.log.write(entry);
  const Place place = std::move(exchange.place);
  exchange_.reset();
}

void Connection::wait(Micros length, std::function<void()> then) {
  if (length.count() <= 0) return then();
  auto self = shared_from_this();
  link_.watch([self] { self->client_left(); });
  timer_.expires_after(length);
  timer_.async_wait([self, then = std::move(then)](ErrorCode error) {
    if (!error && !self->ended_ && self->exchange_) then();
  });
}

void Connection::arm_age(Micros length) {
  age_.expires_after(length);
  age_.async_wait([weak = weak_from_this()](ErrorCode error) {
    const auto self = weak.lock();
    if (error || !self || self->ended_) return;
    self->stop();
  });
}

void Connection::stop() {
  if (ended_) return;
  if (exchange_ && exchange_->entry.start_us != 0) log_end("stopped");
  end();
}

void Connection::end() {
  if (ended_) return;
  ended_ = true;
  timer_.cancel();
  age_.cancel();
  link_.close();
  over_(this);
}

}  // namespace frontierd::originlab
