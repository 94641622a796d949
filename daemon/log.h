// The daemon's log: spdlog on standard error. On a terminal and in a file, lines with the time;
// under the journal, lines with a priority prefix (sd-daemon(3)); or one JSON object a line.
#pragma once

#include <string>

#include "base/result.h"

namespace frontierd {

// `level` and `format` as in frontierd.toml; both were checked there.
void start_log(const std::string& level, const std::string& format);
void set_log_level(const std::string& level);

}  // namespace frontierd
