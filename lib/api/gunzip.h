// gzip, undone step by step with constant memory: many members in a row are one stream (RFC 1952
// §2.2). Pure but for zlib's own state; one thread at a time.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace frontierd {

class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  // Fills `into` from the front of `bytes`, which is shortened by what was read. 0: more bytes are
  // needed. Errc::Usage: not gzip, or damaged.
  Result<std::size_t> read(std::string_view& bytes, std::span<char> into);
  // The stream may end here: no member is open.
  bool complete() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The two bytes every gzip stream begins with.
bool looks_gzipped(std::string_view head);

}  // namespace frontierd
