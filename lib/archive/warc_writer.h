// Writes landings into WARC 1.1 files (ISO 28500:2017), one gzip member a record: a warcinfo first
// in each file, then for each landing a response (or, where its payload is in the archive already, a
// revisit: see revisit.h) and its request, joined by WARC-Concurrent-To. A response that a mirror gave in another host's stead names that URL in Frontierd-Mirror-Of.
//
// A file is NAME.warc.gz.open while it grows and NAME.warc.gz once it is closed, synced and whole;
// NAME is Prefix-Timestamp17-Serial-host~pid. What a crash leaves is repair.h's business.
//
// Errors are final: the first is returned as it is, every later call answers Unavailable, and the
// file keeps its .open name. In particular a failed fsync is never tried again: the kernel may have
// dropped the pages, and a second call would report success over lost bytes.
//
// Thread: any one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/disk.h"
#include "archive/gzip_file.h"
#include "archive/warc_record.h"
#include "base/result.h"
#include "base/time.h"
#include "frontier/fetcher.h"

namespace frontierd {

inline constexpr std::string_view kWarcSuffix = ".warc.gz";
inline constexpr std::string_view kOpenSuffix = ".warc.gz.open";

struct WarcOptions {
  std::string directory;                                // exists; see repair_directory
  std::string prefix = "frontierd";                     // of file names
  std::string host_name = "localhost";                  // of this machine, for file names
  std::int64_t pid = 0;                                 // of this process, for file names
  std::uint64_t rotate_bytes = std::uint64_t{1} << 30;  // a new file once one has reached this size
  Millis rotate_after{0};                               // ... or this age; 0: whatever its age
  int gzip_level = 6;                                   // 1 fastest to 9 smallest
  Millis revisit_max_age{0};  // of what a revisit record refers to; 0: no revisit records
  std::string software = "frontierd";                   // warcinfo: name/version
  std::string robots = "obey";                          // warcinfo: the robots policy followed
  std::vector<Header>
      info;  // warcinfo, further fields: operator, description, http-header-from ...
  std::vector<std::string> secrets{"Authorization", "Proxy-Authorization",
                                   "Cookie"};  // blotted out
};

struct WarcTally {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  // compressed
  std::uint64_t files = 0;  // opened
};

class WarcWriter {
 public:
  // Called on the way through a large payload, about once a megabyte: time for others. Must not use
  // this writer. Its error ends the record, and with it the writer.
  using Between = std::function<Result<void>()>;

  // `disk` and `clock` outlive the writer; no file is opened before the first landing.
  WarcWriter(WarcOptions options, Disk& disk, const Clock& clock, RandomSource random);

  // Appends the landing's exchange. The place is that of the response or revisit record; its file
  // is the final name. A landing without an exchange, or whose response never began, gives an empty
  // place.
  Result<ArchivePlace> write(const Landing& landing, const Between& between = {});
  // Another writer into the same directory, with a file of its own. For the same thread.
  WarcWriter twin() const;

  Result<void> flush();  // all records so far to the kernel: they survive a crash of the process
  Result<void> sync();   // ... to stable storage: they survive a loss of power
  Result<void> close_if_aged();  // for a quiet crawl, which would keep an old file open
  Result<void> close();          // the current file, if any; the next landing opens another

  const WarcTally& tally() const { return tally_; }

 private:
  struct Names {
    std::string final_name;  // base name
    std::string open_path;
    std::string final_path;
  };

  Result<void> guard(Result<void> result);
  WarcWriter(WarcOptions options, Disk& disk, const Clock& clock,
             std::shared_ptr<RandomSource> random);
  Result<void> let_others(std::size_t bytes);
  Result<ArchivePlace> append(const Landing& landing);
  Result<void> write_request(const Landing& landing, const std::string& date,
                             const std::string& response_id);
  Result<void> make_room(Instant now);
  Result<void> open(Instant now);
  Result<void> finish_file();
  Names next_names(Instant now);
  Result<void> write_info(Instant now);
  Result<void> write_record(std::string_view head, std::string_view block, const Payload* payload);

  WarcOptions options_;
  Disk* disk_;
  const Clock* clock_;
  std::shared_ptr<RandomSource> random_;
  std::unique_ptr<GzipFile> file_;
  Names names_;
  std::string info_id_;
  Instant opened_at_ = kLongAgo;
  std::uint32_t serial_ = 0;
  std::vector<char> buffer_;
  const Between* between_ = nullptr;  // of the record being written
  std::size_t since_others_ = 0;      // bytes
  WarcTally tally_;
  std::optional<Error> failure_;
};

}  // namespace frontierd
