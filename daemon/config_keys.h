// The keys of frontierd.toml, each once: its place, meaning, unit, range, how it is read and shown.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config.h"

namespace toml {
inline namespace v3 {
class node;
}
}  // namespace toml

namespace frontierd {

struct ConfigKey {
  std::string section;  // "pace"; empty for the top
  std::string name;     // "gap"
  std::string meaning;  // one sentence
  std::string accepts;  // unit and range, for people: "a duration, 0 to 1d"
  bool live = true;     // a reload applies it; false: it takes a restart
  // Reads the node into the config; what is wrong, or nothing.
  std::function<std::optional<std::string>(const toml::node&, Config&)> read;
  std::function<std::string(const Config&)> show;  // as TOML
  std::function<void(const Config& from, Config& to)> copy;
  std::vector<std::string> edges;  // as TOML: the ends of the range, every choice; none of a text

  std::string full_name() const { return section.empty() ? name : section + "." + name; }
};

const std::vector<ConfigKey>& config_keys();

// A text as a TOML basic string.
std::string quoted(const std::string& text);
std::string quoted_list(const std::vector<std::string>& texts);
// "90s", "1h", "7d": the shortest text that parse_duration reads back to the same length.
std::string duration_text(Millis length);
std::string bytes_text(std::uint64_t bytes);  // "32MiB"
std::optional<std::uint64_t> parse_bytes(std::string_view text);

}  // namespace frontierd
