// Seed lists: whatever the bytes and however they are split, the same lines come out, each is a
// seed or a fault, and line numbers only rise. The first byte chooses the form and the split.
#include <cstddef>
#include <cstdint>

#include "api/seed_lines.h"
#include "base/check.h"

namespace frontierd {
namespace {

std::vector<SeedLine> read_in_parts(std::string_view text, std::size_t part, SeedFormat format) {
  SeedLines lines(format, kPriorityDefault);
  std::vector<SeedLine> out;
  while (!text.empty()) {
    std::string_view bytes = text.substr(0, part);
    text.remove_prefix(bytes.size());
    while (!bytes.empty()) lines.read(bytes, out, out.size() + 3);
  }
  lines.finish(out);
  return out;
}

}  // namespace
}  // namespace frontierd

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace frontierd;
  if (size == 0) return 0;
  const auto format = (data[0] & 1) != 0 ? SeedFormat::Ndjson : SeedFormat::Mixed;
  const std::size_t part = 1 + (data[0] >> 1);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto parts = read_in_parts(text, part, format);
  const auto whole = read_in_parts(text, text.size() + 1, format);
  CHECK(parts.size() == whole.size());
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    CHECK(parts[i].line == whole[i].line && parts[i].fault == whole[i].fault);
    CHECK(parts[i].seed.url == whole[i].seed.url);
    CHECK(parts[i].line > before);
    before = parts[i].line;
    CHECK(parts[i].fault.empty() != parts[i].seed.url.empty());
    CHECK(parts[i].seed.priority >= kPriorityHighest && parts[i].seed.priority <= kPriorityLowest);
  }
  return 0;
}
