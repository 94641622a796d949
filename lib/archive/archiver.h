// The archive's own thread: landings in, the same landings out once they are safe on disk.
//
//   loop thread: put(landing) ... on_ready ... taken() → landings with `archive` filled
//
// Group commit: the thread takes what has queued up, writes it, syncs once and hands it back.
// Large landings queue apart and are written one at a time into a file of their own; about once a
// megabyte they make way for a batch of the others, so that whoever sends large bodies does not
// hold up the pages of everyone else. The queues are bounded by advice: while has_room() is false
// nothing is leased, while has_room_for_large() is false only hosts known for small bodies are; a
// landing that is already in the air is still accepted.
//
// The first error of the disk ends the archive: failure() tells it, has_room() stays false, and
// every landing that is not certainly on disk comes back through abandoned(), to be returned to the
// frontier as if it had never flown. Nothing is lost but the fetch.
//
// Thread: all methods belong to the loop thread. on_ready is called on the archive's thread after
// each batch, and in put() once the archive has failed; it must only post. It is never called after
// close() has returned. The writer's disk, clock and random source are used, and payloads are read
// and released, on the archive's thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "archive/warc_writer.h"
#include "base/result.h"
#include "frontier/fetcher.h"

namespace frontierd {

enum class ArchiveSync {
  Batch,   // synced before a landing is handed back: survives a loss of power
  Rotate,  // synced when a file is closed: survives a crash of the process only
};

struct ArchiverOptions {
  std::size_t items_max = 1'024;                           // landings between put() and taken()
  std::uint64_t bytes_max = std::uint64_t{256} << 20;      // unwritten, of the small ones ...
  std::uint64_t large_bytes_max = std::uint64_t{256} << 20;  // ... and of the large ones
  std::size_t batch_items_max = 256;                       // one sync covers at most these ...
  std::uint64_t batch_bytes_max = std::uint64_t{8} << 20;  // ... or the first landing beyond this
  std::uint64_t large_bytes = std::uint64_t{1} << 20;      // from here on a landing is large
  ArchiveSync sync = ArchiveSync::Batch;
};

struct ArchiverTally {
  WarcTally written;
  std::size_t held_items = 0;    // between put() and taken()
  std::uint64_t held_bytes = 0;  // not yet written, of the small ones
  std::uint64_t large_bytes = 0;
};

class Archiver {
 public:
  Archiver(WarcWriter writer, ArchiverOptions options, std::function<void()> on_ready);
  ~Archiver();  // as close()
  Archiver(const Archiver&) = delete;
  Archiver& operator=(const Archiver&) = delete;

  bool has_room() const;
  bool has_room_for_large() const;
  void put(Landing landing);
  // In the order of put(), the large ones apart. Their exchanges are released: the payload is on
  // disk now.
  std::vector<Landing> taken();
  std::vector<Landing> abandoned();
  std::optional<Error> failure() const;
  ArchiverTally tally() const;

  // Writes what is queued, closes the file on a record edge, ends the thread. What was put comes
  // back through taken() or abandoned(); a landing put later is abandoned. The error is failure().
  Result<void> close();

 private:
  struct Item {
    Landing landing;
    std::uint64_t bytes = 0;
    bool large = false;
  };
  using Batch = std::vector<Item>;

  void run();
  std::optional<Batch> next_batch();
  Batch small_batch();
  Result<void> write(Batch& batch);
  Result<void> write_to(WarcWriter& writer, Batch& batch, const WarcWriter::Between& between);
  Result<void> let_small_pass();
  Result<void> close_files();
  void hand_back(Batch batch, const Result<void>& result);

  WarcWriter writer_;        // the archive's thread only
  WarcWriter large_writer_;  // likewise
  const ArchiverOptions options_;
  const std::function<void()> on_ready_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> queue_;
  std::deque<Item> large_;
  bool large_next_ = false;  // a batch of the others was written since the last large one
  std::vector<Landing> taken_;
  std::vector<Landing> abandoned_;
  std::size_t held_items_ = 0;
  std::uint64_t held_bytes_ = 0;
  std::uint64_t large_bytes_ = 0;
  WarcTally written_;
  std::optional<Error> failure_;
  bool closing_ = false;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace frontierd
