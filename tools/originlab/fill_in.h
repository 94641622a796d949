// {placeholders} in texts, headers, redirects and raw answers. Unknown ones stay as they are, since
// bodies are full of braces. Pure.
//   {now} {now+90s} {now-1h}   HTTP-date; with :rfc850 or :asctime another form
//   {unix} {unix+90s}          seconds since 1970
//   {n}                        how often this route was asked, from 1
//   {path} {host} {port} {client} {hash}
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace frontierd::originlab {

struct Facts {
  std::int64_t unix_seconds = 0;  // by the host's own clock
  std::map<std::string, std::string, std::less<>> words;
};

std::string fill_in(std::string_view text, const Facts& facts);

}  // namespace frontierd::originlab
