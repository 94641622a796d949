// Compresses, for tests of what undoes it.
#pragma once

#include <string>
#include <string_view>

namespace frontierd::test {

std::string squeeze_gzip(std::string_view text);
std::string squeeze_zlib(std::string_view text);
std::string squeeze_raw_deflate(std::string_view text);
std::string squeeze_brotli(std::string_view text);
std::string squeeze_zstd(std::string_view text);
// gzip of so many MiB of zeros, without its trailer: nobody should come that far.
std::string gzip_bomb(std::size_t mebibytes);

}  // namespace frontierd::test
