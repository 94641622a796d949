// HTTP dates in the three forms of RFC 9110 section 5.6.7. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace frontierd::originlab {

enum class DateForm { Imf, Rfc850, Asctime };

std::string http_date(std::int64_t unix_seconds, DateForm form = DateForm::Imf);
// Reads what http_date writes as Imf; anything else is nothing.
std::optional<std::int64_t> parse_imf_date(std::string_view text);

}  // namespace frontierd::originlab
