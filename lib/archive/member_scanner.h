// Finds where the whole records of a WARC file end. A whole record is a gzip member that inflates
// to its end with the right checksum and holds exactly one WARC record of the length it states.
//
// Fed in pieces of any size; memory is bounded whatever the input. Pure: no file, no clock.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace frontierd {

class MemberScanner {
 public:
  MemberScanner();
  ~MemberScanner();
  MemberScanner(const MemberScanner&) = delete;
  MemberScanner& operator=(const MemberScanner&) = delete;

  // False once damage was met; later bytes are ignored.
  bool feed(std::string_view bytes);

  std::uint64_t edge() const { return edge_; }        // the end of the last whole record
  std::uint64_t records() const { return records_; }  // before it

 private:
  bool inflate_some();
  bool take_text(std::string_view text);
  bool end_of_head();
  void begin_member();

  z_stream stream_{};
  std::string head_;  // of the current record, until its empty line
  bool in_head_ = true;
  std::uint64_t left_ = 0;      // bytes of block and record end still to come
  std::uint64_t consumed_ = 0;  // of the input, up to the last call of inflate
  std::uint64_t edge_ = 0;
  std::uint64_t records_ = 0;
  bool damaged_ = false;
};

// The length of the longest prefix of `bytes` that consists of whole records.
std::uint64_t whole_prefix(std::string_view bytes);

}  // namespace frontierd
