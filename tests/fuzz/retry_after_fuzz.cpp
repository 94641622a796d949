// Header lines as a whole response: the wait asked for and the hints of the body are never negative
// and never beyond their ceilings.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "rules/retry_after.h"
#include "rules/wait.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace frontierd;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t head_end = text.find("\n\n");
  FetchReport report;
  report.status = 429;
  report.received_at = *parse_iso("2026-11-22T00:04:45Z");
  report.headers.push_back({"Retry-After", std::string(text.substr(0, text.find('\n')))});
  for (std::string_view line : split(text.substr(0, head_end), '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    report.headers.push_back(
        {std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
  }
  if (head_end != std::string_view::npos) report.body_head = text.substr(head_end + 2);

  if (const auto field = read_retry_after(report.headers, report.received_at)) {
    CHECK(field->wait >= Millis{0});
    CHECK(field->is_date || field->wait <= Seconds{kDelaySecondsMax});
  }
  if (const auto wait = asked_wait(report)) CHECK(wait->length >= Millis{0});
  if (const auto hint = hinted_wait(report)) {
    CHECK(*hint >= Millis{0} && *hint <= kHintedWaitMax);
  }
  return 0;
}
