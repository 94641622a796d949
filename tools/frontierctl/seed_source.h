// One input of `frontierctl seed`: a file, a pipe or standard input, plain or gzip, as decoded bytes.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "api/gunzip.h"
#include "base/result.h"

namespace frontierd {

// What a slow writer has written goes in after so long.
inline constexpr int kSeedPauseMaxMs = 500;

class SeedSource {
 public:
  // "-" is `standard_input`; `descriptor` is its, or -1 where it is none that may keep us waiting.
  static Result<SeedSource> open(const std::string& path, std::istream& standard_input,
                                 int descriptor = -1);
  SeedSource(SeedSource&&) noexcept;
  ~SeedSource();

  struct Piece {
    std::string_view bytes;  // decoded; empty: see ended
    bool ended = false;      // false and no bytes: the writer of a pipe pauses; call again
  };
  // Waits for a slow writer for at most kSeedPauseMaxMs. Errc::Io or Errc::Usage (damaged gzip).
  Result<Piece> read();
  std::uint64_t taken() const { return taken_; }  // bytes of the file, before decoding
  std::uint64_t total() const { return total_; }  // 0: unknown

 private:
  enum class Fill { Some, Paused, Ended };
  SeedSource() = default;
  bool waits() const;
  Result<Fill> fill();

  std::unique_ptr<std::istream> own_;
  std::istream* in_ = nullptr;
  int descriptor_ = -1;  // to wait on; -1: a file, which never pauses
  bool own_descriptor_ = false;
  std::string name_;
  std::unique_ptr<Gunzip> gunzip_;
  std::string raw_;
  std::string plain_;
  std::string_view left_;
  std::uint64_t taken_ = 0;
  std::uint64_t total_ = 0;
  bool begun_ = false;
};

}  // namespace frontierd
