// Rate limit fields: the first line is RateLimit, the second RateLimit-Policy, the rest name
// themselves. Waits are not negative; quotas hold no negative number and no empty window.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "rules/rate_limit_fields.h"
#include "rules/structured_field.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace frontierd;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<Header> headers;
  for (std::string_view line : split(text, '\n')) {
    const std::size_t colon = line.find(':');
    if (headers.empty()) {
      headers.push_back({"RateLimit", std::string(line)});
    } else if (headers.size() == 1) {
      headers.push_back({"RateLimit-Policy", std::string(line)});
    } else if (colon != std::string_view::npos) {
      headers.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
    }
  }
  const Instant now = *parse_iso("2026-11-22T00:04:45Z");
  if (const auto wait = rate_limit_wait(headers, now)) CHECK(wait->length >= Millis{0});
  if (const auto quota = published_quota(headers, now)) {
    CHECK(quota->limit.value_or(0) >= 0);
    CHECK(quota->remaining.value_or(0) >= 0);
    CHECK(quota->window.value_or(Millis{1}) > Millis{0});
    CHECK(quota->reset.value_or(Millis{0}) >= Millis{0});
  }
  if (const auto list = parse_sf_list(text)) CHECK(list->size() <= kSfMembersMax);
  if (const auto fields = parse_sf_dictionary(text)) CHECK(fields->size() <= kSfMembersMax);
  return 0;
}
