// The host of a URL in canonical form: WHATWG "host parser" and "host serializer", strict where DNS
// or another parser would part ways with it. Pure and thread-safe.
//
// A name ends as labels of 1 to 63 letters (lower case), digits, '-' and '_', 253 bytes at most,
// one final dot kept: WHATWG lets further punctuation, empty and endless labels through, none of
// which a resolver could look up. A name with non-ASCII text goes through UTS 46 (non-transitional)
// to Punycode; one that is ASCII already is only lower-cased, as WHATWG has it, even if its
// Punycode is broken: DNS has the last word there.
#pragma once

#include <string>
#include <string_view>

namespace frontierd {

// Appends the canonical host (IPv6 in brackets). False: no valid host; `out` is then unspecified.
bool append_host(std::string& out, std::string_view host);

}  // namespace frontierd
