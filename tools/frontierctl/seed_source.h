// One input of `frontierctl seed`: a file or standard input, plain or gzip, as decoded bytes.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "api/gunzip.h"
#include "base/result.h"

namespace frontierd {

class SeedSource {
 public:
  // "-" is `standard_input`.
  static Result<SeedSource> open(const std::string& path, std::istream& standard_input);

  // The next decoded bytes; empty at the end. Errc::Io or Errc::Usage (damaged gzip).
  Result<std::string_view> read();
  std::uint64_t taken() const { return taken_; }  // bytes of the file, before decoding
  std::uint64_t total() const { return total_; }  // 0: unknown

 private:
  Result<bool> fill();

  std::unique_ptr<std::istream> own_;
  std::istream* in_ = nullptr;
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
