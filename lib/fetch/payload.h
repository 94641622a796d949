// Collects a payload as it arrives: in memory up to a limit, beyond it in an unlinked file, so that
// a crash leaves nothing behind. Used by one thread until finish(); the Payload is immutable and
// may be read from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "fetch/budget.h"
#include "frontier/exchange.h"

namespace frontierd {

struct PayloadRoom {
  std::size_t in_memory = 0;  // of one payload
  std::string spool_dir;
  std::shared_ptr<Budget> memory;  // of all
  std::shared_ptr<Budget> spool;
};

class PayloadBuilder {
 public:
  explicit PayloadBuilder(const PayloadRoom& room);
  ~PayloadBuilder();
  PayloadBuilder(const PayloadBuilder&) = delete;
  PayloadBuilder& operator=(const PayloadBuilder&) = delete;

  // Errc::NoSpace: the spool or the disk is full. Errc::Io: the file failed.
  Result<void> append(std::string_view bytes);
  // Gives up what went to the file: only the head in memory is kept. For a body over a limit, which
  // is evidence and no page; writing all of it would let one host hold up everyone's archive.
  void keep_head();
  // Null when nothing was appended. The builder is empty afterwards.
  std::shared_ptr<const Payload> finish();

 private:
  Result<void> to_file(std::string_view bytes);
  Result<void> open_spool();

  const PayloadRoom& room_;
  std::string memory_;
  Share memory_share_;
  Share spool_share_;
  int file_ = -1;
  std::uint64_t file_size_ = 0;
};

}  // namespace frontierd
