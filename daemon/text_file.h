// Files that an operator names: the configuration, signatures, passwords. A name that stands for a
// directory, a pipe or a device is an error and never "an empty file" or a wait without end.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace frontierd {

inline constexpr std::uint64_t kTextFileMax = std::uint64_t{16} << 20;

// The whole of a regular file of at most kTextFileMax. Usage where the name is empty or stands for
// something else, Io where the file cannot be read.
Result<std::string> read_text_file(const std::string& path);

}  // namespace frontierd
