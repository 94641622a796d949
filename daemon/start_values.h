// What a start works with, made of a configuration: files read, addresses parsed, defaults filled in.
// Everything that can be found wrong without opening the store, a socket or the network is found
// here. A start, `--check-config` and a reload all make these values, so what one of them refuses,
// all refuse. Reads files, writes nothing.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "api/server.h"
#include "archive/harvest_policy.h"
#include "base/result.h"
#include "daemon/config.h"
#include "rules/signatures.h"

namespace frontierd {

// Where a configuration comes from, and what the command line lays over it.
struct ConfigSource {
  std::string path;    // empty: the defaults, and nothing to reload
  std::string state;   // empty: as configured
  std::string socket;  // the same
};

// All faults in one message, a line each.
Result<Config> load_config(const ConfigSource& source);

struct StartValues {
  FetchOptions fetch;             // with a user agent, a spool, and the passwords
  HarvestPolicy harvest;          // what is archived
  std::string harvest_directory;  // where; empty where nothing is
  ApiOptions api;                 // with the token
  std::shared_ptr<const SignatureTable> signatures;
};
Result<StartValues> make_start_values(const Config& config);

}  // namespace frontierd
