// What time it is by the Date fields of unrelated hosts (RFC 9110 6.6.1). One host may be wrong, and
// one domain counts once; most of many, agreeing with each other, are a witness. Says nothing where
// they are few or scattered. Pure value.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.h"

namespace frontierd {

class PeerClock {
 public:
  static constexpr std::size_t kSitesMin = 8;           // no verdict from fewer
  static constexpr std::size_t kSitesKept = 64;         // the latest
  static constexpr Millis kKept = std::chrono::hours{1};
  static constexpr Millis kAgree = std::chrono::minutes{2};

  // `site`: of the registrable domain; `date` is what it said when it was `now` with us.
  void heard(std::uint32_t site, Instant date, Instant now);
  // How far the peers are ahead of us, where three quarters of them agree.
  std::optional<Millis> ahead(Instant now) const;

 private:
  struct Voice {
    std::uint32_t site = 0;
    Millis ahead{0};
    Instant at = kLongAgo;
  };
  std::deque<Voice> voices_;  // one a site, oldest first
};

}  // namespace frontierd
