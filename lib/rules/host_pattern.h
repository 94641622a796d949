// Which hosts a rule of the operator means: "example.org" (that name, under every scheme and port),
// an address, "*.example.org" (the domain and all below it), or "*". A pattern is brought into the
// form of canonical hosts when it is read (letter case, final dot, IDNA, odd forms of an address),
// and only such patterns are matched: a name is one name. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace frontierd {

// The canonical pattern; nullopt: it is none (a scheme, a port, a path, a star elsewhere).
std::optional<std::string> parse_host_pattern(std::string_view text);

// `pattern` as parse_host_pattern made it, `host` canonical and without a port.
bool host_matches(std::string_view pattern, std::string_view host);

}  // namespace frontierd
