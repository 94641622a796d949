#include "frontierctl/seed_sender.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "frontierctl/render.h"

namespace frontierd {

SeedSender::SeedSender(Send send, SendOptions options, Rejected rejected)
    : send_(std::move(send)), options_(options), rejected_(std::move(rejected)) {}

void SeedSender::reject(std::uint64_t line, const std::string& reason) {
  ++counts_.rejected;
  rejected_(line, reason);
}

Result<void> SeedSender::take_line() {
  const std::uint64_t number = cutter_.number();
  if (number < options_.from_line) return {};
  if (cutter_.too_long()) {
    TRY(flush());
    reject(number, "the line has " + std::to_string(cutter_.length()) + " bytes; at most " +
                       std::to_string(kLineBytesMax) + " are accepted");
    counts_.lines = number;
    return {};
  }
  const std::string_view line = trim(cutter_.line());
  if (line.empty()) return {};
  body_ += line;
  body_ += '\n';
  numbers_.push_back(number);
  if (numbers_.size() >= kSendLinesMax || body_.size() >= kSendBytesMax) return flush();
  return {};
}

Result<void> SeedSender::take(std::string_view bytes) {
  while (cutter_.next(bytes)) TRY(take_line());
  return {};
}

Result<void> SeedSender::finish() {
  if (cutter_.finish()) TRY(take_line());
  TRY(flush());
  counts_.lines = cutter_.number();
  return {};
}

Result<void> SeedSender::flush() {
  if (numbers_.empty()) return {};
  Request request;
  request.method = "POST";
  request.target = "/v1/seeds?verdicts=rejected";
  if (options_.priority >= 0) request.target += "&priority=" + std::to_string(options_.priority);
  request.content_type = options_.ndjson ? "application/x-ndjson" : "text/plain";
  request.body = std::move(body_);
  body_.clear();
  TRY_ASSIGN(const Reply reply, send_(request));
  if (!reply.good()) {
    const Errc code = reply.status < 500 && reply.status != 429 ? Errc::Usage : Errc::Limit;
    return fail(code, problem_detail(reply));
  }
  TRY(read_reply(reply));
  counts_.lines = numbers_.back();
  numbers_.clear();
  return {};
}

Result<void> SeedSender::read_reply(const Reply& reply) {
  bool ended = false;
  for (std::string_view line : split(reply.body, '\n')) {
    if (line.empty()) continue;
    boost::json::error_code error;
    const auto value = boost::json::parse({line.data(), line.size()}, error);
    if (error || !value.is_object()) return fail(Errc::Io, "the daemon's answer cannot be read");
    const auto& object = value.get_object();
    const auto& failed = object_of(object, "error");
    if (!failed.empty()) return fail(Errc::Limit, text_of(failed, "detail"));
    ended = ended || flag_of(object, "end");
    const auto& progress = object_of(object, "progress");
    const std::uint64_t at = count_of(object, "line");
    if (text_of(object, "verdict") == "rejected" && at >= 1 && at <= numbers_.size()) {
      reject(numbers_[at - 1], text_of(object, "reason"));
    }
    if (progress.empty() || count_of(progress, "line") != numbers_.size()) continue;
    counts_.fresh += count_of(progress, "new");
    counts_.known += count_of(progress, "known");
  }
  if (!ended) return fail(Errc::Io, "the daemon's answer was cut; it may have been stopped");
  return {};
}

}  // namespace frontierd
