#include "frontier/share_claim.h"

#include <algorithm>

#include "base/text.h"
#include "rules/url.h"

namespace frontierd {

void Usual::learn(const SharePolicy& policy, Millis took, std::uint64_t received) {
  const Millis before = met ? takes : policy.prompt * (1 << kSpeedUnmet);
  takes = std::max(took, before / 4);
  bytes = std::max(received, bytes / 4);
  met = true;
}

int speed_of(const SharePolicy& policy, Millis takes) {
  int speed = 0;
  while (speed + 1 < kSpeeds && takes > policy.prompt * (1 << speed)) ++speed;
  return speed;
}

std::uint64_t share_key_of_address(std::string_view address) {
  const std::size_t v6 = address.find(':');
  if (address.empty()) return 0;
  if (v6 == std::string_view::npos) return stable_hash(address);
  // Textual addresses are canonical: the first four groups, or fewer where zeros are left out.
  std::size_t end = 0;
  for (int groups = 0; groups < 4 && end != std::string_view::npos; ++groups) {
    if (address.substr(end).starts_with("::")) break;
    end = address.find(':', groups == 0 ? 0 : end + 1);
  }
  return stable_hash(address.substr(0, end));
}

Wait share_wait(const ShareBar& bar, const std::string& host_name, Instant now) {
  using enum ShareBar::Of;
  const bool bytes = bar.of == Bytes || bar.of == DomainBytes || bar.of == AddressBytes;
  std::string what = bytes ? std::to_string(bar.held >> 20) + " of " +
                                 std::to_string(bar.allowed >> 20) + " MiB of bodies"
                           : std::to_string(bar.held) + " of " + std::to_string(bar.allowed) +
                                 " flights, " + std::to_string(bar.slow) + " of them slow";
  switch (bar.of) {
    case Domain:
    case DomainBytes:
      return Wait(WaitReason::DomainShare, kNever, registrable_domain(host_name) + ": " + what);
    case GroupDomain:
      return Wait(WaitReason::DomainShare, kNever,
                  registrable_domain(host_name) + ": " + what + ", within its group");
    case Address:
    case AddressBytes:
      return Wait(WaitReason::AddressShare, kNever, what);
    case Speed:
    case GroupSpeed:
      if (bar.until != kNever && bar.until > now) {
        return Wait(WaitReason::SlowShare, bar.until,
                    "the only flight is kept a while for others after a slow one");
      }
      return Wait(WaitReason::SlowShare, kNever,
                  std::to_string(bar.held) + " of " + std::to_string(bar.allowed) + " flights" +
                      (bar.of == GroupSpeed ? ", within its group" : ""));
    case Bytes:
      return Wait(WaitReason::BodyRoom, kNever, what);
    case BodyRoom:
      break;
  }
  return Wait(WaitReason::BodyRoom, kNever, "the fetcher or the archive is full of them");
}

}  // namespace frontierd
