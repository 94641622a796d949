#include "archive/gzip_file.h"

#include <algorithm>

#include "base/check.h"

namespace frontierd {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;
constexpr std::size_t kInputMax = std::size_t{1} << 30;
constexpr int kGzipWindow = 15 + 16;  // 32 KiB window, gzip framing
constexpr int kMemLevel = 8;

}  // namespace

GzipFile::GzipFile(std::unique_ptr<File> file, int level)
    : file_(std::move(file)), buffer_(kBufferBytes, '\0') {
  CHECK(deflateInit2(&stream_, level, Z_DEFLATED, kGzipWindow, kMemLevel, Z_DEFAULT_STRATEGY) ==
        Z_OK);
}

GzipFile::~GzipFile() {
  deflateEnd(&stream_);
}

void GzipFile::begin_member() {
  CHECK(deflateReset(&stream_) == Z_OK);
}

Result<void> GzipFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t n = std::min(bytes.size(), kInputMax);
    // zlib's next_in is not const without ZLIB_CONST, but it only reads.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(n);
    TRY(deflate_input(Z_NO_FLUSH));
    bytes.remove_prefix(n);
  }
  return {};
}

Result<void> GzipFile::end_member() {
  stream_.avail_in = 0;
  return deflate_input(Z_FINISH);
}

Result<void> GzipFile::deflate_input(int mode) {
  int state = Z_OK;
  while (stream_.avail_in > 0 || (mode == Z_FINISH && state != Z_STREAM_END)) {
    if (used_ == buffer_.size()) TRY(flush());
    stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data() + used_);
    stream_.avail_out = static_cast<uInt>(buffer_.size() - used_);
    state = deflate(&stream_, mode);
    CHECK(state == Z_OK || state == Z_STREAM_END || state == Z_BUF_ERROR);
    used_ = buffer_.size() - stream_.avail_out;
  }
  return {};
}

Result<void> GzipFile::flush() {
  TRY(file_->write(std::string_view(buffer_).substr(0, used_)));
  offset_ += used_;
  used_ = 0;
  return {};
}

Result<void> GzipFile::sync() {
  TRY(flush());
  return file_->sync();
}

}  // namespace frontierd
