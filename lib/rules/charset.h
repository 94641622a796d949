// Bytes of a page to UTF-8, as far as the signatures need it. Pure, linear, never fails.
//
// Single-byte sets and UTF-16 are decoded in full. Of the East Asian double-byte sets only kana and
// the ideographs and syllables that occur in signatures/ are known (ideographs.tsv); every
// other character becomes U+FFFD, which is enough to find a phrase and costs no megabyte of tables.
#pragma once

#include <string>
#include <string_view>

namespace frontierd {

// The set in which the page is written, by its WHATWG name: byte order mark, then the Content-Type,
// then a <meta> in the first KiB, then valid UTF-8, then the language of the page or the country in
// `host`; at last windows-1252.
std::string_view charset_of(std::string_view content_type, std::string_view body,
                            std::string_view host);

std::string to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace frontierd
