#include "originlab/stream.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace frontierd::originlab {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

}  // namespace

Source none() {
  return [] { return std::nullopt; };
}

Source just(std::string bytes) {
  return just(std::make_shared<const std::string>(std::move(bytes)));
}

Source just(std::shared_ptr<const std::string> bytes) {
  return [bytes = std::move(bytes), at = std::size_t{0}]() mutable -> std::optional<Piece> {
    if (at >= bytes->size()) return std::nullopt;
    Piece piece{bytes->substr(at, kPiece), {}};
    at += piece.bytes.size();
    return piece;
  };
}

Source repeat(std::string block, std::uint64_t total) {
  if (block.empty()) return none();
  return [block = std::move(block), total,
          sent = std::uint64_t{0}]() mutable -> std::optional<Piece> {
    if (sent >= total) return std::nullopt;
    const std::size_t from = static_cast<std::size_t>(sent % block.size());
    const std::uint64_t left = total - sent;
    Piece piece{block.substr(from, static_cast<std::size_t>(std::min<std::uint64_t>(left, kPiece))),
                {}};
    sent += piece.bytes.size();
    return piece;
  };
}

Source each(std::uint64_t count, std::function<std::string(std::uint64_t)> make) {
  return [count, make = std::move(make), i = std::uint64_t{0}]() mutable -> std::optional<Piece> {
    Piece piece;
    while (i < count && piece.bytes.size() < kPiece / 4) piece.bytes += make(i++);
    if (piece.bytes.empty()) return std::nullopt;
    return piece;
  };
}

Source then(Source first, Source second) {
  return [first = std::move(first), second = std::move(second),
          over = false]() mutable -> std::optional<Piece> {
    if (!over) {
      if (auto piece = first()) return piece;
      over = true;
    }
    return second();
  };
}

Source cut(Source source, std::uint64_t bytes) {
  return [source = std::move(source), left = bytes]() mutable -> std::optional<Piece> {
    if (left == 0) return std::nullopt;
    auto piece = source();
    if (!piece) return std::nullopt;
    if (piece->bytes.size() > left) piece->bytes.resize(static_cast<std::size_t>(left));
    left -= piece->bytes.size();
    return piece;
  };
}

Source chunked(Source source) {
  return [source = std::move(source), over = false]() mutable -> std::optional<Piece> {
    if (over) return std::nullopt;
    auto piece = source();
    if (!piece) {
      over = true;
      return Piece{"0\r\n\r\n", {}};
    }
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", piece->bytes.size());
    piece->bytes = size + piece->bytes + "\r\n";
    return piece;
  };
}

Source chunk_extensions(Source source, std::uint64_t extension) {
  const std::string size = "1;x=" + std::string(static_cast<std::size_t>(extension), 'x') + "\r\n";
  const std::size_t most = std::max<std::size_t>(1, kPiece / size.size());
  return [source = std::move(source), size, most, plain = std::string(), at = std::size_t{0},
          over = false]() mutable -> std::optional<Piece> {
    if (over) return std::nullopt;
    if (at >= plain.size()) {
      auto piece = source();
      at = 0;
      plain = piece ? std::move(piece->bytes) : "";
      if (plain.empty()) {
        over = true;
        return Piece{"0\r\n\r\n", {}};
      }
    }
    Piece out;
    for (std::size_t i = 0; i < most && at < plain.size(); ++i) {
      out.bytes += size + plain[at++] + "\r\n";
    }
    return out;
  };
}

Source slowly(Source source, double rate) {
  const auto step = static_cast<std::size_t>(std::clamp(rate / 10, 1.0, double{kPiece}));
  return [source = std::move(source), rate, step, plain = std::string(),
          at = std::size_t{0}]() mutable -> std::optional<Piece> {
    if (at >= plain.size()) {
      auto piece = source();
      if (!piece) return std::nullopt;
      at = 0;
      plain = std::move(piece->bytes);
    }
    Piece out{plain.substr(at, step), {}};
    at += out.bytes.size();
    out.pause =
        Micros{static_cast<std::int64_t>(1e6 * static_cast<double>(out.bytes.size()) / rate)};
    return out;
  };
}

}  // namespace frontierd::originlab
