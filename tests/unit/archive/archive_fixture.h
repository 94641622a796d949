// What the archive's tests share: a directory that goes away, a clock that is set, landings, and a
// disk that fails on demand.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/disk.h"
#include "archive/warc_writer.h"
#include "base/random.h"
#include "base/time.h"
#include "frontier/fetcher.h"
#include "support/warc_reader.h"

namespace frontierd {

inline constexpr Instant kTestDay = from_unix_ms(1'795'305'885'123);  // 2026-11-22T00:04:45.123Z

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }
  std::vector<std::string> names() const;  // sorted base names
  // The records of every closed file, in the order of the names. Fails the test on any fault.
  std::vector<WarcRecord> records() const;

 private:
  std::string path_;
};

struct FixedClock final : Clock {
  Instant at = kTestDay;
  Instant now() const override { return at; }
};

class TextPayload final : public Payload {
 public:
  explicit TextPayload(std::string text) : text_(std::move(text)) {}
  std::uint64_t size() const override { return text_.size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const override;

 private:
  std::string text_;
};

// Bytes from a seed, made as they are read; `fails_at`: reading at or beyond it is an error, or
// finds nothing if `ends` is set.
class SeededPayload final : public Payload {
 public:
  explicit SeededPayload(std::uint64_t size) : size_(size) {}
  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const override;
  std::uint64_t fails_at = UINT64_MAX;
  bool ends = false;
  mutable std::size_t largest_read = 0;

 private:
  std::uint64_t size_;
};

Landing page(const std::string& url, const std::string& body);
Landing page(const std::string& url, std::shared_ptr<const Payload> payload);
RandomSource seeded_random(std::uint64_t seed = 1);
WarcOptions test_options(const TempDir& dir);

// Passes everything to PosixDisk until the moment it was told of.
class FaultyDisk final : public Disk {
 public:
  struct Plan {
    int sync_fails = 0;  // the n-th sync of a file fails, later ones succeed; 0: none
    std::uint64_t room =
        UINT64_MAX;  // bytes before "no space left", with a short write at the edge
    bool rename_fails = false;
    int conflicts = 0;  // the first creations find the name taken
    int syncs = 0;
    int writes_after_failure = 0;  // of any kind, sync included
    bool failed = false;
  };
  Plan plan;

  Result<std::unique_ptr<File>> create(const std::string& path) override;
  bool exists(const std::string& path) override { return posix_.exists(path); }
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> sync_directory(const std::string& directory) override;

 private:
  PosixDisk posix_;
};

}  // namespace frontierd
