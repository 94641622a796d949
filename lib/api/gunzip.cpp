#include "api/gunzip.h"

#include <zlib.h>

#include "base/check.h"

namespace frontierd {

struct Gunzip::State {
  z_stream zlib{};
  bool in_member = false;
  bool any = false;
};

namespace {

constexpr int kGzipOnly = 15 + 16;  // zlib: largest window, gzip header required

}  // namespace

Gunzip::Gunzip() : state_(std::make_unique<State>()) {
  CHECK(inflateInit2(&state_->zlib, kGzipOnly) == Z_OK);
}

Gunzip::~Gunzip() {
  inflateEnd(&state_->zlib);
}

bool Gunzip::complete() const {
  return state_->any && !state_->in_member;
}

Result<std::size_t> Gunzip::read(std::string_view& bytes, std::span<char> into) {
  z_stream& zlib = state_->zlib;
  zlib.next_out = reinterpret_cast<Bytef*>(into.data());
  zlib.avail_out = static_cast<uInt>(into.size());
  while (zlib.avail_out == into.size()) {
    if (bytes.empty() && !state_->in_member) break;
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    zlib.avail_in = static_cast<uInt>(bytes.size());
    const int code = inflate(&zlib, Z_NO_FLUSH);
    bytes.remove_prefix(bytes.size() - zlib.avail_in);
    state_->any = state_->in_member = true;
    if (code == Z_STREAM_END) {
      state_->in_member = false;
      inflateReset(&zlib);
    } else if (code == Z_BUF_ERROR) {
      break;
    } else if (code != Z_OK) {
      return fail(Errc::Usage, "the gzip data is damaged or is not gzip; check it with `gzip -t`");
    }
  }
  return into.size() - zlib.avail_out;
}

bool looks_gzipped(std::string_view head) {
  return head.substr(0, 2) == "\x1f\x8b";
}

}  // namespace frontierd
