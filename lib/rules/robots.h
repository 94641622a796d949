// robots.txt, RFC 9309: parsed once, compact, asked often. Every line that can be read is used,
// every other is skipped (§2.3.1.5); groups of the same agent count as one, the longest matching
// rule decides, and between equals Allow does (§2.2.2). What a *failed* fetch of robots.txt means
// is robots_policy.h. Immutable after parsing, so every thread may ask.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace frontierd {

// Bytes parsed; what follows the last whole line within them is ignored. RFC 9309 §2.5 asks for at
// least 500 KiB.
inline constexpr std::size_t kRobotsSizeMax = 512 * 1024;
// Octets of one rule's path as compared. No URL we keep can need more: a longer Disallow is cut
// (and so bars more), a longer Allow is dropped.
inline constexpr std::size_t kRobotsPatternMax = 8 * 1024;
inline constexpr std::size_t kRobotsSitemapsMax = 64;
// A longer Crawl-delay is cut to this, unless the caller names another cap.
inline constexpr Millis kCrawlDelayMax = Seconds{30};

// The verdict on one path, with the line that decided it.
struct RobotsAnswer {
  bool allowed = true;
  int line = 0;      // from 1; 0: no rule matched, which allows
  std::string rule;  // "Disallow: /private", in the spelling that was compared
  bool operator==(const RobotsAnswer&) const = default;
};

class Robots {
 public:
  // No rules: everything is allowed.
  Robots() = default;
  // Everything but /robots.txt is barred: the host's robots.txt cannot be had.
  static Robots disallow_all();

  // All groups, for asking about any agent.
  static Robots parse(std::string_view text);
  // Only the rules that concern this agent (its own groups, or else those of `*`), and no sitemaps:
  // the form to keep in memory. Answers for another agent are meaningless.
  static Robots parse_for(std::string_view text, std::string_view agent);

  // `agent` is a product token; of "frontierd/1.0 (+https://...)" the token is taken, any case.
  // `path_and_query` begins with "/". /robots.txt itself is always allowed. Costs at most path
  // times the octets of the agent's rules; no wildcard backtracks.
  RobotsAnswer allowed(std::string_view agent, std::string_view path_and_query) const;

  // The longest that the agent's groups ask for, cut to `cap`. It is no part of RFC 9309: a line
  // holds for the agents that its group has named so far.
  std::optional<Millis> crawl_delay(std::string_view agent, Millis cap = kCrawlDelayMax) const;

  // Whatever group they stand in, in order, at most kRobotsSitemapsMax.
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }

  // Bytes held, with what the allocator adds: for bounding a cache.
  std::size_t memory() const;

 private:
  friend class RobotsBuilder;

  struct Rule {
    std::uint32_t begin = 0;  // of the pattern in patterns_
    std::uint32_t line = 0;
    std::uint32_t group = 0;
    std::uint16_t length = 0;
    bool allow = false;
    bool anchored = false;
  };
  struct Agent {
    std::string token;
    std::uint32_t group = 0;
    std::optional<Millis> delay;
  };

  std::string_view pattern(const Rule& rule) const {
    return std::string_view(patterns_).substr(rule.begin, rule.length);
  }
  std::vector<const Agent*> entries_for(std::string_view agent) const;
  void keep_only(std::string_view agent);

  std::string patterns_;
  std::vector<Rule> rules_;  // the one that decides first: longest, then Allow, then earliest
  std::vector<Agent> agents_;
  std::vector<std::string> sitemaps_;
  bool disallow_all_ = false;
};

}  // namespace frontierd
