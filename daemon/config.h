// frontierd.toml as a value. Every key has a default, a unit and a range (config_keys.cpp is the
// one place that lists them); what is wrong with a file is reported all at once, with line and
// column. Pure: text in, Config and faults out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "archive/archiver.h"
#include "archive/harvest_policy.h"
#include "fetch/options.h"
#include "rules/policy.h"

namespace frontierd {

struct HarvestConfig {
  std::vector<std::string> keep{"2xx", "refusals"};
  std::string directory;  // empty: <state>/warc
  std::string prefix = "frontierd";
  std::string host_name;  // empty: this machine's
  std::uint64_t rotate_bytes = std::uint64_t{1} << 30;
  Millis rotate_after{0};
  int gzip_level = 6;
  Millis revisit_max_age = std::chrono::hours{24 * 365};
  std::string sync = "batch";
  std::string operator_name;  // warcinfo
  std::string description;
};

struct Config {
  std::string state = "/var/lib/frontierd";  // directory of the database and the harvest
  std::string socket = "/run/frontierd/frontierd.sock";
  std::string listen;      // "127.0.0.1:9464" for metrics; empty: none
  std::string token_file;  // bearer token for listen; empty: no /v1/ there
  std::string signatures;  // operator's signatures file; empty: built in
  std::string log_level = "info";
  std::string log_format = "auto";  // auto, text, json
  bool log_fetches = false;         // one line per fetch
  Millis drain_grace = Seconds{30};
  std::uint64_t page_cache = std::uint64_t{256} << 20;    // bytes of SQLite's cache
  std::uint64_t disk_reserve = std::uint64_t{256} << 20;  // stop leasing when less is free
  std::uint64_t database_log_max = std::uint64_t{512} << 20;
  Policy policy;
  FetchOptions fetch;
  HarvestConfig harvest;
};

struct ConfigFault {
  int line = 0;  // 0: the file as a whole
  int column = 0;
  std::string what;
  bool operator==(const ConfigFault&) const = default;
};

// What is wrong with a configuration as a whole, the file apart: the command line lays values over it.
std::vector<ConfigFault> check_config(const Config& config);

// Lays `toml` over the defaults. An empty answer means that `out` is good.
std::vector<ConfigFault> read_config(std::string_view toml, Config& out);

// The effective configuration as TOML, each key under its comment; reads back to the same Config.
std::string print_config(const Config& config);

// The keys as the body of frontierd.toml(5), in mdoc.
std::string manual_of_keys();

// Names of keys whose values differ, and which of them take effect only after a restart.
struct ConfigDifference {
  std::vector<std::string> applied;
  std::vector<std::string> need_restart;
};
ConfigDifference compare(const Config& before, const Config& after);
// Takes over from `fresh` what a reload applies: the live keys and the group, host and mirror rules.
void apply_live(const Config& fresh, Config& running);

}  // namespace frontierd
