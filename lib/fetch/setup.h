// What all workers share, built once from the options; immutable but for the budgets and the
// shortages.
#pragma once

#include <atomic>
#include <chrono>

#include "fetch/address_guard.h"
#include "fetch/payload.h"
#include "fetch/request_fields.h"

namespace frontierd {

using SteadyTime = std::chrono::steady_clock::time_point;

struct FetchSetup {
  FetchSetup(const FetchOptions& chosen, AddressGuard address_guard, const Clock& the_clock)
      : options(chosen),
        guard(std::move(address_guard)),
        clock(&the_clock),
        fields(chosen),
        room{chosen.payload_in_memory, chosen.spool_dir,
             std::make_shared<Budget>(chosen.memory_max),
             std::make_shared<Budget>(chosen.spool_max)} {}
  FetchSetup(const FetchSetup&) = delete;
  FetchSetup& operator=(const FetchSetup&) = delete;

  const FetchOptions options;
  const AddressGuard guard;
  const Clock* const clock;
  const RequestFields fields;
  const PayloadRoom room;
  // How often a socket could not be had for want of descriptors: whoever keeps idle connections
  // closes them then.
  mutable std::atomic<unsigned> shortages{0};
};

}  // namespace frontierd
