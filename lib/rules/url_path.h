// Path and query of a URL in canonical form. Pure and thread-safe; linear in the input.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace frontierd {

// Appends a path (the text before '?', '/' or '\' between segments) and resolves its dot segments.
// The path of `out` begins at `root`; what is there already is the directory the path is relative
// to and ends in '/'. With nothing there the path is absolute. ".." stops at the root.
void append_path(std::string& out, std::size_t root, std::string_view path);

// Appends what follows '?'.
void append_query(std::string& out, std::string_view query);

// Percent-encoding, for both: what WHATWG encodes there is encoded, upper-case hex, unreserved
// bytes (RFC 3986 section 2.3) decoded, any other escape kept. A '%' that begins no escape stays as
// it is, as browsers send it, and never becomes one through the decoding of its neighbours. One
// more than WHATWG: '\' in a query becomes %5C, since other parsers take it for a slash.

}  // namespace frontierd
