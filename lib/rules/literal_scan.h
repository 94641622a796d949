// Many literals, one pass: finds every occurrence of every literal in a text, whatever its ASCII
// case.
//
// Each literal is known by one of its four-byte windows, chosen to be rare; the scan hashes every
// window of the text, sixteen at a time, into a map that stays near the processor, and compares in
// full only where the map says that a literal may be. Linear in the text for a given table. Build
// once, then const and thread-safe.
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

  // Calls found(id, offset) for every occurrence, in order of the windows seen.
  template <class Found>
  void scan(std::string_view text, Found found) const {
    if (text.size() < kLiteralMin || literals_.empty()) return;
    const std::size_t windows = text.size() - kLiteralMin + 1;
    const std::uint8_t* maybe = maybe_.data();
    std::size_t at = 0;
    // Lane i of `even` is the window 2i bytes on, of `odd` the one after it.
    for (; at + 2 * kLanes <= windows; at += 2 * kLanes) {
      const Lanes even = hashes(text.data() + at);
      const Lanes odd = hashes(text.data() + at + 1);
#pragma GCC unroll 8
      for (std::size_t i = 0; i < kLanes; ++i) {
        if (maybe[even[i]] != 0) compare(text, at + 2 * i, even[i], found);
        if (maybe[odd[i]] != 0) compare(text, at + 2 * i + 1, odd[i], found);
      }
    }
    for (; at < windows; ++at) {
      const std::uint16_t h = hash(text.data() + at);
      if (maybe[h] != 0) compare(text, at, h, found);
    }
  }

 private:
  static constexpr std::size_t kLanes = 8;
  using Lanes [[gnu::vector_size(2 * kLanes)]] = std::uint16_t;
  static constexpr int kHashBits = 15;
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
    return ((first | kFold) * kFirst ^ (second | kFold) * kSecond) >> (16 - kHashBits);
  }
  // The same of one window.
  static std::uint16_t hash(const char* p) {
    std::array<std::uint16_t, 2> half;
    std::memcpy(half.data(), p, sizeof half);
    const auto first = static_cast<std::uint16_t>((half[0] | kFold) * unsigned{kFirst});
    const auto second = static_cast<std::uint16_t>((half[1] | kFold) * unsigned{kSecond});
    return static_cast<std::uint16_t>(first ^ second) >> (16 - kHashBits);
  }
  template <class Found>
  [[gnu::noinline]] void compare(std::string_view text, std::size_t at, std::uint16_t h,
                                 Found& found) const {
    const std::uint32_t window = window_at(text.data() + at);
    for (std::uint32_t i = heads_[h]; i != 0; i = entries_[i].next) {
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

  std::vector<std::string> literals_;  // ASCII-lower
  std::unordered_map<std::string, int> ids_;
  std::vector<Entry> entries_{1};
  // By hash: whether a literal may be here, and the first entry to compare with.
  std::vector<std::uint8_t> maybe_ = std::vector<std::uint8_t>(std::size_t{1} << kHashBits);
  std::vector<std::uint16_t> heads_ = std::vector<std::uint16_t>(std::size_t{1} << kHashBits);
};

}  // namespace frontierd
