#include "api/seed_stream.h"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/json.hpp>

#include "api/json_text.h"
#include "base/text.h"

namespace frontierd {

namespace json = boost::json;

namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::uint64_t kProgressLines = 8'192;
constexpr int kRefillsPerTurn = 3;  // then others on the loop have their turn

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

Result<bool> is_gzipped(std::string_view encoding) {
  if (encoding.empty() || iequals(encoding, "identity")) return false;
  if (iequals(encoding, "gzip") || iequals(encoding, "x-gzip")) return true;
  return fail(Errc::Usage, "Content-Encoding must be gzip or identity");
}

SeedFormat format_of(std::string_view type) {
  const std::string_view name = trim(type.substr(0, type.find(';')));
  const bool json_lines = iequals(name, "application/x-ndjson") ||
                          iequals(name, "application/ndjson") || iequals(name, "application/jsonl");
  return json_lines ? SeedFormat::Ndjson : SeedFormat::Mixed;
}

Result<SeedStream::Tell> tell_of(const Target& target) {
  const std::string name = target.field("verdicts").value_or("all");
  if (name == "all") return SeedStream::Tell::All;
  if (name == "rejected") return SeedStream::Tell::Rejected;
  return fail(Errc::Usage, "verdicts must be all or rejected");
}

std::string_view verdict_name(AdmitVerdict verdict) {
  constexpr std::string_view kNames[] = {"new", "known", "rejected"};
  return kNames[static_cast<std::size_t>(verdict)];
}

}  // namespace

Result<std::shared_ptr<SeedStream>> SeedStream::make(std::shared_ptr<Session> session,
                                                     const Target& target) {
  static constexpr std::array<std::string_view, 2> kFields{"verdicts", "priority"};
  TRY(target.only(kFields));
  TRY_ASSIGN(const Tell tell, tell_of(target));
  TRY_ASSIGN(const std::int64_t priority,
             number_field(target, "priority", kPriorityDefault, kPriorityHighest, kPriorityLowest));
  const auto& fields = session->head().get();
  TRY_ASSIGN(const bool gzipped, is_gzipped(view(fields[http::field::content_encoding])));
  if (session->shared().control.status().frontier.draining) {
    return fail(Errc::Unavailable,
                "the daemon is draining and takes no seeds; send them again "
                "when it is back, known ones are recognised");
  }
  const SeedFormat format = format_of(view(fields[http::field::content_type]));
  return std::make_shared<SeedStream>(std::move(session), tell, format, static_cast<int>(priority),
                                      gzipped);
}

SeedStream::SeedStream(std::shared_ptr<Session> session, Tell tell, SeedFormat format, int priority,
                       bool gzipped)
    : session_(std::move(session)),
      place_(session_->shared().seed_streams),
      tell_(tell),
      lines_(format, priority),
      parser_(std::move(session_->head())),
      raw_(kReadBytes) {
  parser_.body_limit(boost::none);
  if (gzipped) {
    gunzip_.emplace();
    plain_.resize(kReadBytes);
  }
}

void SeedStream::read() {
  if (parser_.is_done()) {
    body_ended_ = true;
    return pump();
  }
  parser_.get().body().data = raw_.data();
  parser_.get().body().size = raw_.size();
  parser_.get().body().more = true;
  session_->set_stall_timer();
  // As much as it has room for is read at once; without, long lines would come and be committed singly.
  session_->buffer().reserve(kReadBytes);
  http::async_read_some(
      session_->stream(), session_->buffer(), parser_,
      [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_read(error); });
}

void SeedStream::on_read(beast::error_code error) {
  if (session_->shared().closed) return;
  if (error && error != http::error::need_buffer) return session_->cancel();
  raw_left_ = {raw_.data(), raw_.size() - parser_.get().body().size};
  body_ended_ = parser_.is_done();
  pump();
}

// Moves received bytes on to text_left_; false: there are none left.
Result<bool> SeedStream::refill() {
  if (!gunzip_) {
    text_left_ = std::exchange(raw_left_, {});
    return !text_left_.empty();
  }
  TRY_ASSIGN(const std::size_t got, gunzip_->read(raw_left_, plain_));
  text_left_ = {plain_.data(), got};
  if (got == 0 && body_ended_ && !gunzip_->complete()) {
    return fail(Errc::Usage, "the gzip data ends too early; send the file again, whole");
  }
  return got > 0;
}

void SeedStream::pump() {
  bool dry = false;
  for (int turn = 0; turn < kRefillsPerTurn && !dry && batch_.size() < kAdmitBatchMax; ++turn) {
    lines_.read(text_left_, batch_, kAdmitBatchMax);
    if (!text_left_.empty()) break;
    auto more = refill();
    if (!more) return stop(more.error());
    dry = !*more;
  }
  lines_.read(text_left_, batch_, kAdmitBatchMax);
  const bool ended = dry && body_ended_ && batch_.size() < kAdmitBatchMax;
  if (ended) lines_.finish(batch_);
  if (!batch_.empty() && !admit()) return;
  if (ended) tell_progress();
  if (!out_.empty()) return flush(ended);
  if (dry) return read();
  net::post(session_->stream().get_executor(), [self = shared_from_this()] { self->pump(); });
}

bool SeedStream::admit() {
  std::vector<Seed> seeds;
  for (const SeedLine& line : batch_) {
    if (line.fault.empty()) seeds.push_back(line.seed);
  }
  std::vector<AdmitAnswer> answers;
  if (!seeds.empty()) {
    auto admitted = session_->shared().control.admit(seeds);
    if (!admitted) return (stop(admitted.error()), false);
    answers = std::move(*admitted);
  }
  std::size_t next = 0;
  for (const SeedLine& line : batch_) {
    if (line.fault.empty()) {
      tell(line, answers[next++]);
    } else {
      tell(line, {AdmitVerdict::Rejected, line.fault});
    }
  }
  batch_.clear();
  if (lines_.lines() - told_progress_at_ >= kProgressLines) tell_progress();
  return true;
}

void SeedStream::tell(const SeedLine& line, const AdmitAnswer& answer) {
  session_->shared().metrics.seeded(answer.verdict);
  const bool rejected = answer.verdict == AdmitVerdict::Rejected;
  ++(rejected                              ? counts_.rejected
     : answer.verdict == AdmitVerdict::New ? counts_.fresh
                                           : counts_.known);
  if (!rejected && tell_ == Tell::Rejected) return;
  out_ += "{\"line\":" + std::to_string(line.line) + ",\"verdict\":\"";
  out_ += verdict_name(answer.verdict);
  out_ += '"';
  if (rejected) out_ += ",\"reason\":" + json_text(json::string(answer.reason));
  out_ += "}\n";
}

void SeedStream::tell_progress() {
  told_progress_at_ = lines_.lines();
  out_ += "{\"progress\":{\"line\":" + std::to_string(lines_.lines()) +
          ",\"new\":" + std::to_string(counts_.fresh) +
          ",\"known\":" + std::to_string(counts_.known) +
          ",\"rejected\":" + std::to_string(counts_.rejected) + "}}\n";
}

void SeedStream::flush(bool ended) {
  if (!answering_) {
    answering_ = true;
    return session_->begin_chunked("application/x-ndjson",
                                   [self = shared_from_this(), ended] { self->flush(ended); });
  }
  if (ended) {
    out_ += "{\"end\":true}\n";
    return session_->write_chunk(out_,
                                 [self = shared_from_this()] { self->session_->end_chunked(); });
  }
  session_->write_chunk(out_, [self = shared_from_this()] {
    self->out_.clear();
    self->pump();
  });
}

// Nothing that was told is taken back: the client may send again from the first line not told.
void SeedStream::stop(const Error& error) {
  const Answer answer = problem_of(error);
  if (!answering_) return session_->reply(answer, false);
  out_ += "{\"error\":" + std::string(trim(answer.body)) + "}\n";
  session_->write_chunk(out_, [self = shared_from_this()] { self->session_->cancel(); });
}

}  // namespace frontierd
