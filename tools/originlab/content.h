// Generated bodies and pages: the same seed, host and version give the same bytes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "originlab/lab.h"
#include "originlab/stream.h"

namespace frontierd::originlab {

// `size` bytes of that kind. Above 256 KiB the bytes repeat.
Source generated(Fill fill, std::uint64_t size, std::uint64_t seed);

// The number of the page that a path names, if it is one of `pages`.
std::optional<std::uint64_t> page_number(const Pages& pages, std::string_view path);
// A page links to its children in a binary tree and to its successor.
std::string page_body(const Pages& pages, std::uint64_t number, std::string_view host,
                      std::uint64_t version);
// The page "/", which links to the first thousand pages.
std::string index_body(const Pages& pages, std::string_view host);

}  // namespace frontierd::originlab
