// Sends a seed list in batches, each acknowledged before the next, so that an interruption anywhere
// costs nothing: the line to go on from is always known, and lines sent twice are "known".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "api/line_cutter.h"
#include "base/result.h"
#include "frontierctl/client.h"

namespace frontierd {

inline constexpr std::size_t kSendLinesMax = 4'096;
inline constexpr std::size_t kSendBytesMax = 1024 * 1024;

struct SeedCounts {
  std::uint64_t lines = 0;  // of the input, blank ones too; all up to here are dealt with
  std::uint64_t fresh = 0;
  std::uint64_t known = 0;
  std::uint64_t rejected = 0;
};

struct SendOptions {
  int priority = -1;
  bool ndjson = false;
  std::uint64_t from_line = 1;
};

class SeedSender {
 public:
  using Rejected = std::function<void(std::uint64_t line, const std::string& reason)>;
  // Sends one request; Client::call, or a fake.
  using Send = std::function<Result<Reply>(const Request&)>;

  SeedSender(Send send, SendOptions options, Rejected rejected);

  // Errors: those of the client, and Errc::Limit for a daemon that keeps saying "not now".
  Result<void> take(std::string_view bytes);
  // What is there goes in, though more may come: the input pauses. Costs nothing if nothing is.
  Result<void> send_now() { return flush(); }
  Result<void> finish();
  const SeedCounts& counts() const { return counts_; }

 private:
  Result<void> take_line();
  Result<void> flush();
  Result<void> read_reply(const Reply& reply);
  void reject(std::uint64_t line, const std::string& reason);

  Send send_;
  SendOptions options_;
  Rejected rejected_;
  LineCutter cutter_;
  std::string body_;
  std::vector<std::uint64_t> numbers_;  // of the lines in body_
  SeedCounts counts_;
};

}  // namespace frontierd
