// A seed list, line by line: bytes in, seeds and per-line faults out. Two forms, also mixed: a URL,
// or a JSON object {"url","priority","metadata","not_before"}. Behind a URL may stand a comment
// (" # ...") or, tab by tab, key=value pairs that become its metadata; anything else there is a
// fault, for it would be part of a wrong URL. Blank lines and lines that begin with '#' are counted
// and passed over. Nothing a line can hold stops the ones after it. Pure, with
// memory bounded by one line and one batch.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/control.h"
#include "api/line_cutter.h"

namespace frontierd {

enum class SeedFormat { Mixed, Ndjson };

struct SeedLine {
  std::uint64_t line = 0;
  Seed seed;
  std::string fault;  // not empty: rejected, and why
};

// One line, already cut.
SeedLine parse_seed_line(std::string_view text, SeedFormat format, int default_priority);

class SeedLines {
 public:
  SeedLines(SeedFormat format, int default_priority)
      : format_(format), default_priority_(default_priority) {}

  // Reads from the front of `bytes` until `out` holds `batch` lines or the bytes are used up.
  void read(std::string_view& bytes, std::vector<SeedLine>& out, std::size_t batch);
  // The end of the stream: the last line, if it had no line break.
  void finish(std::vector<SeedLine>& out);

  std::uint64_t lines() const { return cutter_.number(); }

 private:
  void take(std::vector<SeedLine>& out);

  SeedFormat format_;
  int default_priority_;
  LineCutter cutter_;
};

}  // namespace frontierd
