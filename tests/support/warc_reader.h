// A small reader of WARC files for tests, written apart from the writer: its own inflater loop,
// field parser and base 32. Reads whole files into memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace frontierd {

struct WarcRecord {
  std::uint64_t offset = 0;        // of the gzip member
  std::uint64_t packed_bytes = 0;  // its length
  std::string version;             // "WARC/1.1"
  std::vector<std::pair<std::string, std::string>> fields;
  std::string block;

  std::string field(std::string_view name) const;  // empty if absent
  std::string http_head() const;                   // up to and with the empty line
  std::string payload() const;                     // what follows it
};

struct WarcReading {
  std::vector<WarcRecord> records;
  std::string fault;  // why reading stopped; empty: at the end of the file, on a record edge
};

WarcReading read_warc(std::string_view bytes);
WarcReading read_warc_file(const std::string& path);

// What is wrong with a record: mandatory fields, lengths, dates, digests recomputed. Empty:
// nothing.
std::string record_fault(const WarcRecord& record);

// "sha1:" and base 32.
std::string own_sha1_label(std::string_view bytes);
std::string slurp(const std::string& path);

}  // namespace frontierd
