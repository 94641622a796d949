// Files of robots.txt that hold much in little, for the bound of what is kept of them.
#pragma once

#include <malloc.h>

#include <functional>
#include <string>

#include "rules/robots.h"
#include "rules/robots_policy.h"

namespace frontierd::tests {

inline constexpr std::uint64_t kMiB = 1u << 20;
inline const std::string kAgent = "frontierd";

inline RobotsRecord record_of(std::string body) {
  RobotsRecord record;
  record.state = RobotsState::Rules;
  record.why = "robots.txt answered 200 (fetched); its rules hold";
  record.body = std::move(body);
  return record;
}

// As much of `line` as a robots.txt may have.
inline std::string full_of(const std::function<std::string(int)>& line) {
  std::string text = "User-agent: *\n";
  for (int n = 0;; ++n) {
    const std::string next = line(n);
    if (text.size() + next.size() >= kRobotsSizeMax) return text;
    text += next;
  }
}

// Files that hold much in little.
inline std::string hostile(int kind) {
  switch (kind % 6) {
    case 0:
      return full_of([](int n) { return std::string("Allow:/") + "abcdefghijklm"[n % 13] + "\n"; });
    case 1:
      return full_of([](int n) { return "Disallow:/" + std::to_string(n) + "\n"; });
    case 2:
      return full_of([](int) { return "Disallow:/" + std::string(8'000, '\xe4') + "\n"; });
    case 3:
      return full_of(
          [](int n) { return "Sitemap:/" + std::to_string(n) + std::string(1'900, 's') + "\n"; });
    case 4:
      return full_of([](int n) { return "User-agent:b" + std::to_string(n) + "\nAllow:/\n"; });
    default:
      return full_of([](int) { return std::string("User-agent:*\nDisallow:*\n"); });
  }
}

// Bytes in use, as malloc counts them.
inline std::uint64_t heap() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}


}  // namespace frontierd::tests
