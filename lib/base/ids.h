// Strong ids: no mix-ups, no wrappers. Zero is "none" for each of them.
#pragma once

#include <cstdint>

namespace frontierd {

enum class HostId : std::int64_t { None = 0 };
enum class UrlId : std::int64_t { None = 0 };
enum class LeaseId : std::int64_t { None = 0 };

template <class Id>
constexpr std::int64_t raw(Id id) {
  return static_cast<std::int64_t>(id);
}

}  // namespace frontierd
