// HTTP-date, RFC 9110 §5.6.7: all three forms that a recipient must accept, and nothing else.
// Case-sensitive, no white space around it. A day name that contradicts the date is ignored (the
// date is what people set); second 60 is a leap second and means the second after :59. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace frontierd {

//   Sun, 06 Nov 1994 08:49:37 GMT    IMF-fixdate
//   Sunday, 06-Nov-94 08:49:37 GMT   obsolete RFC 850: the latest year with these two digits that
//                                    is not more than 50 years after `now`
//   Sun Nov  6 08:49:37 1994         obsolete asctime: UTC
// Nothing for any other text.
std::optional<Instant> parse_http_date(std::string_view text, Instant now);

}  // namespace frontierd
