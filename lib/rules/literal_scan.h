// Many literals, one pass: finds every occurrence of every literal in a text, whatever its ASCII
// case.
//
// Each literal is known by a few of its four-byte windows, chosen to be rare; the scan hashes one
// window in `stride` into a bit map that stays in the first-level cache, and compares in full only
// where a bit is set. Linear in the text for a given table. Build once, then const and thread-safe.
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
    const std::size_t last = text.size() - kLiteralMin;
    for (std::size_t at = 0; at <= last; at += stride_) {
      const std::uint32_t window = window_at(text.data() + at);
      const std::uint32_t h = hash(window);
      if ((bits_[h >> 6] >> (h & 63) & 1) == 0) continue;
      for (std::uint32_t i = heads_[h & kHeadMask]; i != 0; i = entries_[i].next) {
        const Entry& entry = entries_[i];
        if (entry.window != window || at < entry.offset) continue;
        const std::size_t start = at - entry.offset;
        if (matches(text, start, entry.literal)) found(entry.literal, start);
      }
    }
  }

 private:
  static constexpr int kHashBits = 17;  // the map of bits: 16 KiB
  static constexpr std::uint32_t kHeadMask = (1u << 13) - 1;
  struct Entry {
    std::uint32_t window = 0;
    std::uint32_t offset = 0;
    std::uint32_t next = 0;  // 0 ends the chain
    int literal = 0;
  };

  // Case is folded by setting bit 5 of every byte: too much, but only candidates depend on it.
  static std::uint32_t window_at(const char* p) {
    std::uint32_t w;
    std::memcpy(&w, p, sizeof w);
    return w | 0x20202020u;
  }
  static std::uint32_t hash(std::uint32_t window) {
    return (window * 0x9E3779B1u) >> (32 - kHashBits);
  }
  bool matches(std::string_view text, std::size_t start, int id) const {
    const std::string& literal = literals_[static_cast<std::size_t>(id)];
    if (start + literal.size() > text.size() || ascii_lower(text[start]) != literal[0])
      return false;
    return istarts_with(text.substr(start), literal);
  }
  bool is_taken(std::uint32_t h) const { return (bits_[h >> 6] >> (h & 63) & 1) != 0; }
  std::size_t rarest_offset(std::string_view literal) const;

  std::vector<std::string> literals_;  // ASCII-lower
  std::unordered_map<std::string, int> ids_;
  std::size_t stride_ = 1;
  std::vector<Entry> entries_{1};
  std::vector<std::uint16_t> heads_ = std::vector<std::uint16_t>(kHeadMask + 1);
  std::array<std::uint64_t, (1u << kHashBits) / 64> bits_{};
};

}  // namespace frontierd
