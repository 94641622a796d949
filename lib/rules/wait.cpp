#include "rules/wait.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "rules/header_value.h"
#include "rules/json_scan.h"
#include "rules/rate_limit_fields.h"
#include "rules/rate_limit_values.h"
#include "rules/retry_after.h"

namespace frontierd {
namespace {

constexpr std::size_t kFrontMatterLinesMax = 40;

// The longest of what was hinted so far.
class Hints {
 public:
  void add(Millis length) {
    longest_ = std::max(longest_.value_or(Millis{0}), std::min(length, kHintedWaitMax));
  }
  void add_seconds(std::string_view text) {
    if (const auto ms = parse_thousandths(text)) add(Millis{*ms});
  }
  void add_milliseconds(std::string_view text) {
    if (const auto thousandths = parse_thousandths(text)) add(Millis{(*thousandths + 999) / 1'000});
  }
  void add_duration(std::string_view text) {
    if (const auto length = parse_unit_duration(text)) add(*length);
  }
  std::optional<Millis> longest() const { return longest_; }

 private:
  std::optional<Millis> longest_;
};

template <std::size_t N>
bool one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Takes the members of an error body as they go by; a hint may stand in two members.
class BodyHints {
 public:
  BodyHints(Hints& hints, bool is_error) : hints_(hints), is_error_(is_error) {}

  void take(const JsonMember& m) {
    if (is_error_) take_error_member(m);
    if (m.depth != 1) return;
    if (m.key == "backoff") backoff_ = m.value;
    if (m.key == "quota_remaining" || m.key == "quota_max") counts_quota_ = true;
  }
  void finish() {
    if (counts_quota_) hints_.add_seconds(backoff_);
  }

 private:
  void take_error_member(const JsonMember& m) {
    constexpr std::array<std::string_view, 4> kSeconds{"retry_after", "retry_after_seconds",
                                                       "retryAfter", "retryAfterSeconds"};
    constexpr std::array<std::string_view, 2> kMillis{"retry_after_ms", "retryAfterMs"};
    constexpr std::array<std::string_view, 5> kParents{"error", "errors", "parameters", "detail",
                                                       ""};
    const bool near_top = m.depth == 1 || (m.depth == 2 && one_of(m.parent, kParents));
    if (near_top && one_of(m.key, kSeconds)) hints_.add_seconds(m.value);
    if (near_top && one_of(m.key, kMillis)) hints_.add_milliseconds(m.value);
    if (m.key == "@type" && m.value.ends_with("google.rpc.RetryInfo")) info_object_ = m.object;
    if (m.key == "retryDelay") {
      delay_object_ = m.object;
      delay_ = m.value;
    }
    if (info_object_ > 0 && info_object_ == delay_object_) hints_.add_duration(delay_);
  }

  Hints& hints_;
  bool is_error_;
  int info_object_ = 0;  // the object that is a RetryInfo, and the one that has a delay
  int delay_object_ = 0;
  std::string_view delay_;
  std::string_view backoff_;
  bool counts_quota_ = false;
};

void front_matter_hints(std::string_view body, Hints& hints) {
  std::size_t lines = 0;
  while (!body.empty() && ++lines <= kFrontMatterLinesMax) {
    const std::size_t end = body.find('\n');
    const std::string_view line = trim(body.substr(0, end));
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    if (lines == 1) continue;
    if (line == "---") return;
    constexpr std::string_view kKey = "retry_after:";
    if (line.starts_with(kKey)) hints.add_seconds(trim(line.substr(kKey.size())));
  }
}

void body_hints(const FetchReport& report, Hints& hints) {
  const bool is_error = report.status >= 400;
  const std::string_view body = trim(std::string_view(report.body_head).substr(0, kJsonScanMax));
  if (is_error && body.starts_with("---")) return front_matter_hints(body, hints);
  if (!body.starts_with('{') && !body.starts_with('[')) return;
  BodyHints found(hints, is_error);
  scan_json(body, [&found](const JsonMember& member) { found.take(member); });
  found.finish();
}

void field_hints(const FetchReport& report, Hints& hints) {
  if (const auto value = single_value(report.headers, "x-amz-retry-after")) {
    hints.add_milliseconds(*value);
  }
  if (const auto value = single_value(report.headers, "grpc-retry-pushback-ms")) {
    hints.add_milliseconds(*value);
  }
  if (const auto value = single_value(report.headers, "X-Retry-In")) hints.add_duration(*value);
  if (const auto wait = rate_limit_hint(report.headers, report.received_at)) hints.add(*wait);
}

}  // namespace

std::optional<AskedWait> asked_wait(const FetchReport& report) {
  if (const auto field = read_retry_after(report.headers, report.received_at)) {
    return AskedWait{field->wait, "Retry-After: " + for_message(field->text), field->is_date};
  }
  return rate_limit_wait(report.headers, report.received_at);
}

std::optional<Millis> hinted_wait(const FetchReport& report) {
  Hints hints;
  field_hints(report, hints);
  body_hints(report, hints);
  return hints.longest();
}

}  // namespace frontierd
