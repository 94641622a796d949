#include "frontier/addresses.h"

#include <algorithm>
#include <tuple>

#include "frontier/shares.h"

namespace frontierd {
namespace {

constexpr std::size_t kAddressesTried = 4;  // before it is the host that does not answer

bool is_v6(const std::string& address) {
  return address.find(':') != std::string::npos;
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// An IPv4 address in IPv6 clothes is the same machine.
std::string group_of(const std::string& address) {
  constexpr std::string_view kMapped = "::ffff:";
  const bool mapped = address.starts_with(kMapped) && address.find('.') != std::string::npos;
  return "address:" + (mapped ? address.substr(kMapped.size()) : address);
}

bool is_silence(Transport transport) {
  return transport == Transport::ConnectRefused || transport == Transport::ConnectTimeout ||
         transport == Transport::ConnectFailed;
}

}  // namespace

void choose_address(HostSlot& slot, bool group_by_address) {
  if (slot.group.starts_with("name:")) return;
  std::erase_if(slot.silent,
                [&](const std::string& address) { return !contains(slot.addresses, address); });
  const auto answers = [&](const std::string& address) { return !contains(slot.silent, address); };
  if (slot.addresses.empty() || !group_by_address) {
    slot.asked_at.clear();
    slot.group.clear();
    return;
  }
  if (!contains(slot.addresses, slot.asked_at) || !answers(slot.asked_at)) {
    const bool first_v6 = is_v6(slot.addresses.front());
    slot.asked_at = *std::min_element(
        slot.addresses.begin(), slot.addresses.end(), [&](const auto& a, const auto& b) {
          const auto rank = [&](const std::string& address) {
            return std::make_tuple(!answers(address), is_v6(address) != first_v6, address);
          };
          return rank(a) < rank(b);
        });
  }
  slot.group = group_of(slot.asked_at);
  slot.address = share_key_of_address(slot.asked_at);
}

bool asks_elsewhere(HostSlot& slot, const Landing& landing) {
  const std::string& asked = landing.lease.address;
  if (asked.empty()) return false;
  if (!is_silence(landing.report.transport)) {
    if (landing.report.transport == Transport::Ok) std::erase(slot.silent, asked);
    return false;
  }
  if (asked != slot.asked_at) return !slot.silent.empty();  // left for another one already
  slot.silent.push_back(asked);
  const bool all = slot.silent.size() >= std::min(slot.addresses.size(), kAddressesTried);
  choose_address(slot, true);
  if (all) slot.silent.clear();
  return !all;
}

}  // namespace frontierd
