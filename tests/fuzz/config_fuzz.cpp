// frontierd.toml: whatever the bytes, reading ends in a Config or in faults; a Config that was read
// prints to a text that reads back to the same.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "daemon/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  frontierd::Config config;
  if (!frontierd::read_config(text, config).empty()) return 0;
  const std::string printed = frontierd::print_config(config);
  frontierd::Config again;
  CHECK(frontierd::read_config(printed, again).empty());
  CHECK(frontierd::print_config(again) == printed);
  return 0;
}
