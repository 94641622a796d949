// How many bytes a TCP socket has received, framing and TLS included.
#pragma once

#include <cstdint>
#include <optional>

namespace frontierd {

std::optional<std::uint64_t> received_on_socket(int fd);

}  // namespace frontierd
