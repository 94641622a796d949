// One door, every store behind it: what the contract suite needs of each.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "frontier/inspect.h"
#include "frontier/store.h"

namespace frontierd {

// A frontier that can be crashed: what was not committed is gone, and a new holder has it.
class Frontier {
 public:
  virtual ~Frontier() = default;
  virtual Store& store() = 0;
  virtual Inspector& inspector() = 0;
  virtual void crash() = 0;
};

std::unique_ptr<Frontier> memory_frontier();
std::unique_ptr<Frontier> sqlite_frontier();  // on disk, as the daemon has it

// A directory of its own, gone at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  std::string path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// The value, or a test failure that shows the error.
template <class T>
T ok(Result<T> result) {
  if (!result) ADD_FAILURE() << result.error().what;
  return result ? std::move(*result) : T{};
}
inline void ok(Result<void> result) {
  if (!result) ADD_FAILURE() << result.error().what;
}

inline constexpr Instant kNoon = from_unix_ms(1'790'000'000'000);

Candidate candidate(const std::string& url, int priority = kPriorityDefault,
                    Instant not_before = kLongAgo);
// What the archive has of a page that landing() says was fetched.
ArchivedCopy archived_copy(const Lease& lease, Instant landed_at = kNoon);
// A landing with a full set of facts; the outcome's class is `cls`.
Settlement landing(const Lease& lease, OutcomeClass cls, Verdict verdict,
                   Instant landed_at = kNoon);

}  // namespace frontierd
