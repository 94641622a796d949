// HTTP-dates: no crash, and what was read is a whole second that is no more than 50 years ahead
// when its year had two digits.
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "rules/http_date.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace frontierd;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Instant now = *parse_iso("2026-11-22T00:04:45Z");
  const auto date = parse_http_date(text, now);
  if (!date) return 0;
  CHECK(text.size() >= 24 && text.size() <= 33);
  CHECK(to_unix_ms(*date) % 1'000 == 0);
  const bool two_digit_year = text.find('-') != std::string_view::npos;
  CHECK(!two_digit_year || *date - now <= std::chrono::hours{24 * 18'263});
  return 0;
}
