// Cuts a stream of bytes into lines with bounded memory: a line over the limit is reported once, as
// its first bytes, and the rest of it is skipped without being kept. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace frontierd {

inline constexpr std::size_t kLineBytesMax = 64 * 1024;

class LineCutter {
 public:
  explicit LineCutter(std::size_t limit = kLineBytesMax) : limit_(limit) {}

  // Takes bytes from the front of `bytes` up to and including the next line's end. True: line(),
  // number() and too_long() tell of it, and `bytes` is what follows. False: all bytes are taken.
  bool next(std::string_view& bytes);
  // The last line, when the stream did not end with a line break. Call once, at the end.
  bool finish();

  std::string_view line() const { return line_; }   // without its line break (LF or CRLF)
  std::uint64_t number() const { return number_; }  // 1 for the first line
  bool too_long() const { return too_long_; }
  std::uint64_t length() const { return length_; }  // of the line, with what was skipped

 private:
  void keep(std::string_view bytes);
  bool close();

  std::size_t limit_;
  std::string line_;
  std::uint64_t number_ = 0;
  std::uint64_t length_ = 0;
  bool too_long_ = false;
  bool fresh_ = true;  // the next byte begins a new line
};

}  // namespace frontierd
