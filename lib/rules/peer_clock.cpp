#include "rules/peer_clock.h"

#include <algorithm>
#include <vector>

namespace frontierd {

void PeerClock::heard(std::uint32_t site, Instant date, Instant now) {
  std::erase_if(voices_, [&](const Voice& voice) {
    return voice.site == site || now - voice.at > kKept;
  });
  voices_.push_back({site, date - now, now});
  if (voices_.size() > kSitesKept) voices_.pop_front();
}

std::optional<Millis> PeerClock::ahead(Instant now) const {
  std::vector<Millis> said;
  for (const Voice& voice : voices_) {
    if (now - voice.at <= kKept) said.push_back(voice.ahead);
  }
  if (said.size() < kSitesMin) return std::nullopt;
  std::sort(said.begin(), said.end());
  const Millis middle = said[said.size() / 2];
  const auto agree = static_cast<std::size_t>(
      std::count_if(said.begin(), said.end(), [&](Millis one) {
        return std::chrono::abs(one - middle) <= kAgree;
      }));
  if (agree * 4 < said.size() * 3) return std::nullopt;
  return middle;
}

}  // namespace frontierd
