// Which hosts on record a person means. "https://shop.example:8443" (a URL of it will do) is that
// one host; "shop.example:8443" is every scheme of that port; "shop.example" is every scheme and
// port of the name. In any spelling of the name. Who is not on record is nobody: the answer names
// the nearest ones, and nothing is made. Bounded: kHostsMeantMax of one name, and kNamesLookedAt
// for the nearest.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "frontier/inspect.h"

namespace frontierd {

inline constexpr std::size_t kHostsMeantMax = 1'000;
inline constexpr std::size_t kNamesLookedAt = 4'000;

// Their keys, in their order, never none. Errc::Usage: no host at all; NotFound: not on record;
// Limit: more than kHostsMeantMax.
Result<std::vector<std::string>> hosts_meant(Inspector& inspector, const std::string& text);

// The one that is meant; Errc::Conflict where there are several.
Result<std::string> host_meant(Inspector& inspector, const std::string& text);

// The key of the host that is meant, on record or not: https where no scheme is named.
Result<std::string> host_key_of_text(const std::string& text);

}  // namespace frontierd
