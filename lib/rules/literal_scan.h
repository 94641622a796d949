// Many literals, one pass: finds every occurrence of every literal in a text, whatever its ASCII
// case.
//
// Each literal is known by one of its four-byte windows, chosen to be rare, or by two neighbours
// where all literals are longer: then only every second window of the text is looked at. The
// windows are hashed sixteen bytes at a time and looked up in a map of bits that stays near the
// processor; only where a bit is set is compared in full. Linear in the text for a given table.
// Build once, then const and thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text.h"

namespace frontierd {

inline constexpr std::size_t kLiteralMin = 4;  // shorter ones would match everywhere

class LiteralScan {
 public:
  // The number of the literal; the same literal twice has one number. At least kLiteralMin bytes.
  int add(std::string_view literal);
  void build();

  int size() const { return static_cast<int>(literals_.size()); }
  const std::string& literal(int id) const { return literals_[static_cast<std::size_t>(id)]; }

  // Calls found(id, offset) for every occurrence, nearly in their order.
  template <class Found>
  void scan(std::string_view text, Found found) const {
    if (text.size() < kLiteralMin || literals_.empty()) return;
    const std::size_t windows = text.size() - kLiteralMin + 1;
    std::size_t at = 0;
    for (; at + 2 * kLanes <= windows; at += 2 * kLanes) {
      look_at(text, at, found);
      if (stride_ == 1) look_at(text, at + 1, found);
    }
    for (; at < windows; at += stride_) {
      const std::uint16_t h = hash(text.data() + at);
      if (may_be(h)) compare(text, at, h, found);
    }
  }

 private:
  static constexpr std::size_t kLanes = 8;
  using Lanes [[gnu::vector_size(2 * kLanes)]] = std::uint16_t;
  static constexpr std::size_t kHashes = 1u << 16;
  static constexpr std::uint16_t kHeadMask = (1u << 13) - 1;
  // Case is folded by setting bit 5 of every byte: too much, but only candidates depend on it.
  static constexpr std::uint16_t kFold = 0x2020;
  static constexpr std::uint16_t kFirst = 0x9E35;
  static constexpr std::uint16_t kSecond = 0x79B9;
  struct Entry {
    std::uint32_t window = 0;
    std::uint32_t offset = 0;
    std::uint32_t next = 0;  // 0 ends the chain
    int literal = 0;
  };

  static std::uint32_t window_at(const char* p) {
    std::uint32_t w;
    std::memcpy(&w, p, sizeof w);
    return w | 0x20202020u;
  }
  // Of the eight windows that begin at p, p + 2, ... p + 14; reads 18 bytes.
  static Lanes hashes(const char* p) {
    Lanes first;
    Lanes second;
    std::memcpy(&first, p, sizeof first);
    std::memcpy(&second, p + 2, sizeof second);
    return (first | kFold) * kFirst ^ (second | kFold) * kSecond;
  }
  // The same of one window.
  static std::uint16_t hash(const char* p) {
    std::array<std::uint16_t, 2> half;
    std::memcpy(half.data(), p, sizeof half);
    const auto first = static_cast<std::uint16_t>((half[0] | kFold) * unsigned{kFirst});
    const auto second = static_cast<std::uint16_t>((half[1] | kFold) * unsigned{kSecond});
    return static_cast<std::uint16_t>(first ^ second);
  }
  bool may_be(std::uint16_t h) const { return (maybe_[h >> 5] >> (h & 31) & 1) != 0; }
  // The eight windows from `at` on, every second one.
  template <class Found>
  void look_at(std::string_view text, std::size_t at, Found& found) const {
    const Lanes lanes = hashes(text.data() + at);
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kLanes; ++i) {
      if (may_be(lanes[i])) compare(text, at + 2 * i, lanes[i], found);
    }
  }
  template <class Found>
  [[gnu::noinline]] void compare(std::string_view text, std::size_t at, std::uint16_t h,
                                 Found& found) const {
    const std::uint32_t window = window_at(text.data() + at);
    for (std::uint32_t i = heads_[h & kHeadMask]; i != 0; i = entries_[i].next) {
      const Entry& entry = entries_[i];
      if (entry.window != window || at < entry.offset) continue;
      const std::size_t start = at - entry.offset;
      if (matches(text, start, entry.literal)) found(entry.literal, start);
    }
  }
  bool matches(std::string_view text, std::size_t start, int id) const {
    const std::string& literal = literals_[static_cast<std::size_t>(id)];
    if (start + literal.size() > text.size() || ascii_lower(text[start]) != literal[0])
      return false;
    return istarts_with(text.substr(start), literal);
  }
  std::size_t rarest_offset(std::string_view literal) const;
  void file(int id, std::size_t from);

  std::vector<std::string> literals_;  // ASCII-lower
  std::unordered_map<std::string, int> ids_;
  std::size_t stride_ = 1;
  std::vector<Entry> entries_{1};
  // By hash: a bit for whether a literal may be here; by part of it the first entry to compare
  // with.
  std::array<std::uint32_t, kHashes / 32> maybe_{};
  std::vector<std::uint16_t> heads_ = std::vector<std::uint16_t>(kHeadMask + 1);
};

}  // namespace frontierd
