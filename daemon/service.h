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
#include "rules/signatures.h"

namespace frontierd {

class Service {
 public:
  // `config_path` is read again on reload; empty: nothing to reload.
  Service(Config config, std::string config_path);
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

// "127.0.0.1:9464", "[::1]:9464": address and port. Usage if it is neither.
Result<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text);
// Reads a file of frontierd.toml's form; all faults in one message, a line each.
Result<Config> load_config(const std::string& path);
// The built-in signatures with the operator's file, if the config names one, laid over them.
Result<std::shared_ptr<const SignatureTable>> load_signatures(const Config& config);

}  // namespace frontierd
