// Keys of the daemon itself.
#include "daemon/config_tables.h"
#include "daemon/config_values.h"
#include "daemon/listen.h"

namespace frontierd {
namespace {

std::optional<std::string> check_listen(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto where = parse_listen(text);
  if (where) return std::nullopt;
  return where.error().what;
}

void top_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(text_key(
      {"", "state", "Directory of the database, the lock and the harvest", false},
      [](Config& c) -> std::string& { return c.state; }, "a path"));
  keys.push_back(text_key(
      {"", "socket", "Unix socket of the admin API; its permissions are the authorisation", false},
      [](Config& c) -> std::string& { return c.socket; }, "a path"));
  keys.push_back(text_key(
      {"", "listen", "TCP address for /metrics, /livez and /readyz; empty for none", false},
      [](Config& c) -> std::string& { return c.listen; }, "\"127.0.0.1:9464\", or empty",
      check_listen));
  keys.push_back(text_key(
      {"", "token_file",
       "File with the bearer token that opens /v1/ on the TCP address; empty keeps /v1/ off it",
       false},
      [](Config& c) -> std::string& { return c.token_file; }, "a path, or empty"));
  keys.push_back(text_key(
      {"", "signatures", "File with signatures of your own, laid over the built-in table"},
      [](Config& c) -> std::string& { return c.signatures; }, "a path, or empty"));
  keys.push_back(duration_key(
      {"", "drain_grace", "After SIGTERM, how long flights may take to land"},
      [](Config& c) -> Millis& { return c.drain_grace; }, Millis{0}, kHour));
  keys.push_back(bytes_key(
      {"", "page_cache", "Memory for database pages", false},
      [](Config& c) -> std::uint64_t& { return c.page_cache; }, 1048576u, 68719476736ull));
  keys.push_back(bytes_key(
      {"", "disk_reserve",
       "Leasing pauses while less than this is free on a disk that is written: the state's, the "
       "harvest's"},
      [](Config& c) -> std::uint64_t& { return c.disk_reserve; }, 0, 1099511627776ull));
  keys.push_back(bytes_key(
      {"", "database_log_max",
       "The database's log is kept within this: a checkpoint takes its turn before, at three "
       "quarters of it leasing pauses, and at all of it seeds are refused, until whoever reads the "
       "database without a pause has ended"},
      [](Config& c) -> std::uint64_t& { return c.database_log_max; }, 16777216u, 1099511627776ull));
}

void log_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(choice_key({"log", "level", "How much is logged"},
                            [](Config& c) -> std::string& { return c.log_level; },
                            {"trace", "debug", "info", "warn", "error"}));
  keys.push_back(
      choice_key({"log", "format", "auto: text on a terminal, else the journal's form", false},
                 [](Config& c) -> std::string& { return c.log_format; }, {"auto", "text", "json"}));
  keys.push_back(boolean_key({"log", "fetches", "One line per fetch"},
                             [](Config& c) -> bool& { return c.log_fetches; }));
}

}  // namespace

void add_daemon_keys(std::vector<ConfigKey>& keys) {
  top_keys(keys);
  log_keys(keys);
}

}  // namespace frontierd
