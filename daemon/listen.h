// The value of `listen`: where metrics and health checks are served over TCP.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/result.h"

namespace frontierd {

// "127.0.0.1:9464", "[::1]:9464": address and port. Usage if it is neither, or no loopback address:
// nothing on that port asks who is there.
Result<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text);

}  // namespace frontierd
