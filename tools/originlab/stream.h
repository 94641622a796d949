// The bytes of an answer as a stream of pieces, each with the pause before it, and the ways to bend
// one. A Source is asked for the next piece until it has none. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "originlab/lab.h"

namespace frontierd::originlab {

struct Piece {
  std::string bytes;
  Micros pause{0};
};
using Source = std::function<std::optional<Piece>()>;

Source none();
Source just(std::string bytes);
Source just(std::shared_ptr<const std::string> bytes);
// `block` over and over, `total` bytes in all (kEndless: for ever).
Source repeat(std::string block, std::uint64_t total);
// What `make(i)` says for i = 0, 1, ... up to `count`.
Source each(std::uint64_t count, std::function<std::string(std::uint64_t)> make);
Source then(Source first, Source second);
// At most `bytes` bytes of it.
Source cut(Source source, std::uint64_t bytes);
// In chunked transfer coding, with the final chunk.
Source chunked(Source source);
// One byte a chunk, each with an extension of that length.
Source chunk_extensions(Source source, std::uint64_t extension);
// At `rate` bytes per second, in up to ten pieces a second.
Source slowly(Source source, double rate);

}  // namespace frontierd::originlab
