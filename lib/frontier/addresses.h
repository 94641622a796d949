// Which of the addresses of a name is asked. One at a time, and no other (Lease::address), so that
// an address group is what the address sees: whatever order a resolver gives them in, of the same
// set it is always the least of the family that comes first; while it is in the answers, and
// answers itself, it stays. IPv4 and IPv6 of a name are thus one group, that of the one asked. One
// that does not answer is left for the next, without blame of host or URL; when four (or all) were
// silent it is the host that does not answer. Pure.
#pragma once

#include "frontier/host_slot.h"

namespace frontierd {

// After a look-up, or when the policy has changed: the slot's address and group, of a host that the
// operator has put into no group.
void choose_address(HostSlot& slot, bool group_by_address);

// The address that was asked did not answer, and there is another one to be asked first: the slot's
// address is that one now.
bool asks_elsewhere(HostSlot& slot, const Landing& landing);

}  // namespace frontierd
