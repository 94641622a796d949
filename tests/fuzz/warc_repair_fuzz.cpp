// The repair scanner on arbitrary bytes: it keeps a prefix of whole records, the same one however
// the bytes arrive, and scanning what it keeps changes nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "archive/member_scanner.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::uint64_t edge = frontierd::whole_prefix(bytes);
  CHECK(edge <= size);
  CHECK(frontierd::whole_prefix(bytes.substr(0, edge)) == edge);
  frontierd::MemberScanner scanner;
  const std::size_t step = size == 0 ? 1 : 1 + data[0] % 64u;
  for (std::size_t at = 0; at < size; at += step) scanner.feed(bytes.substr(at, step));
  CHECK(scanner.edge() == edge);
  CHECK((scanner.records() == 0) == (edge == 0));
  return 0;
}
