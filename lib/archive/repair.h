// What a crash leaves in the archive's directory, put right before the writer starts: every file
// still named .open is cut to its last whole record, synced and given its final name; one without a
// whole record is removed. Running it again, or crashing in it, does no harm.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace frontierd {

struct RepairedFile {
  std::string name;              // base name: final, or that of the removed file
  std::uint64_t records = 0;     // whole ones, kept
  std::uint64_t kept_bytes = 0;  // 0: removed
  std::uint64_t cut_bytes = 0;   // of an unfinished or damaged tail
};

struct RepairReport {
  std::vector<RepairedFile> files;  // by name
  std::vector<std::string> in_use;  // left alone: another living process is writing them
};

// Creates the directory, parents included, where it is missing. Reads every .open file once.
// Conflict: a file of the final name exists beside the .open one. Io: anything the disk refuses.
Result<RepairReport> repair_directory(const std::string& directory);

}  // namespace frontierd
