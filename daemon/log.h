// The daemon's log: spdlog on standard error. On a terminal and in a file, lines with the time;
// under the journal, lines with a priority prefix (sd-daemon(3)); or one JSON object a line.
// A line that would have to wait for a reader is dropped, counted, and told of with the next one
// that goes through: whoever reads the log may be stuck, the crawl may not. Loop thread only.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace frontierd {

// `level` and `format` as in frontierd.toml; both were checked there.
void start_log(const std::string& level, const std::string& format);
void set_log_level(const std::string& level);
std::uint64_t log_lines_dropped();  // since the start

}  // namespace frontierd
