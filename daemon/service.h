// Builds the house, owns its threads and timers, and takes it down again. Wiring, no decisions.
//
// Start: lock, store (migrated, recovered), archive (repaired), fetcher, dispatcher, API, READY.
// SIGTERM or SIGINT: drain; a second one: stop now. SIGHUP: reload. The store failing at any time
// ends the process with a message; the next start recovers from disk.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "daemon/config.h"
#include "daemon/start_values.h"

namespace frontierd {

class Service {
 public:
  // `source` is read again on reload. `values` were made of `config`.
  Service(Config config, StartValues values, ConfigSource source);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Returns when the daemon has stopped; an error says why it could not start (`started` is false)
  // or go on.
  Result<void> run(bool& started);

 private:
  struct House;
  std::unique_ptr<House> house_;
};

}  // namespace frontierd
