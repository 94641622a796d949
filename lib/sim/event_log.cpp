#include "sim/event_log.h"

#include <array>

#include "base/text.h"

namespace frontierd::sim {
namespace {

constexpr std::array<std::string_view, kEventKinds> kKinds{
    "fetch", "land", "rest",    "wake", "recover", "giveup", "done",
    "wait",  "drop", "trouble", "seed", "crash",   "start",  "fault"};

std::string offset(Instant at, Instant start) {
  const std::int64_t ms = (at - start).count();
  std::string fraction = std::to_string(1'000 + ms % 1'000).substr(1);
  return std::to_string(ms / 1'000) + "." + fraction + "s";
}

}  // namespace

std::string_view to_string(EventKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

void EventLog::note(const Event& event) {
  ++count_;
  mix(static_cast<std::uint64_t>(to_unix_ms(event.at)));
  mix(static_cast<std::uint64_t>(event.kind));
  mix(stable_hash(event.subject));
  mix(stable_hash(event.detail));
  mix(static_cast<std::uint64_t>(to_unix_ms(event.until)));
  mix(static_cast<std::uint64_t>(event.number));
  if (sink_) sink_(event);
}

void EventLog::mix(std::uint64_t value) {
  hash_ = (hash_ ^ value) * 0x9e3779b97f4a7c15u;
  hash_ ^= hash_ >> 29;
}

std::string to_line(const Event& event, Instant start) {
  std::string out = offset(event.at, start) + "  " + std::string(to_string(event.kind));
  if (!event.subject.empty()) out += " " + std::string(event.subject);
  if (!event.detail.empty()) out += " " + std::string(event.detail);
  if (event.until != kLongAgo) {
    out += " until " + (event.until >= kNever ? "ever" : offset(event.until, start));
  }
  if (event.number != 0) out += " " + std::to_string(event.number);
  if (!event.why.empty()) out += "  # " + for_message(event.why, 300);
  return out;
}

}  // namespace frontierd::sim
