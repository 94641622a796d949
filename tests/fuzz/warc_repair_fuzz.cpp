// The repair scanner on arbitrary bytes: it keeps a prefix of whole records, the same one however
// the bytes arrive, and scanning what it keeps changes nothing. The same bytes, packed into a gzip
// member (which a fuzzer does not get past the checksum of), are one whole record or none.
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "archive/member_scanner.h"
#include "base/check.h"

namespace {

std::string pack(std::string_view text) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

void scan(std::string_view bytes, std::size_t step) {
  const std::uint64_t edge = frontierd::whole_prefix(bytes);
  CHECK(edge <= bytes.size());
  CHECK(frontierd::whole_prefix(bytes.substr(0, edge)) == edge);
  frontierd::MemberScanner scanner;
  for (std::size_t at = 0; at < bytes.size(); at += step) scanner.feed(bytes.substr(at, step));
  CHECK(scanner.edge() == edge);
  CHECK((scanner.records() == 0) == (edge == 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t step = size == 0 ? 1 : 1 + data[0] % 64u;
  scan(bytes, step);
  const std::string packed = pack(bytes);
  const std::uint64_t edge = frontierd::whole_prefix(packed);
  CHECK(edge == 0 || edge == packed.size());
  scan(packed + packed, step);
  return 0;
}
