// A file of gzip members (RFC 1952), one per record, so that a reader can start at any record and a
// repair can cut between two. Output is buffered here; offsets count what is buffered, too.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "archive/disk.h"

namespace frontierd {

class GzipFile {
 public:
  // `level` 0 to 9 as in zlib.
  GzipFile(std::unique_ptr<File> file, int level);
  ~GzipFile();
  GzipFile(const GzipFile&) = delete;
  GzipFile& operator=(const GzipFile&) = delete;

  // Members are written as begin, write ..., end. After an error nothing may be called but the
  // destructor; the file then ends inside a member.
  void begin_member();
  Result<void> write(std::string_view bytes);
  Result<void> end_member();

  // Where the next member starts; only between members.
  std::uint64_t offset() const { return offset_ + used_; }

  Result<void> flush();  // to the kernel
  Result<void> sync();   // flush, and to stable storage; see File::sync about errors

 private:
  Result<void> deflate_input(int mode);

  std::unique_ptr<File> file_;
  z_stream stream_{};
  std::string buffer_;
  std::size_t used_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace frontierd
