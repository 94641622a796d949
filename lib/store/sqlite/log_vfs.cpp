#include "store/sqlite/log_vfs.h"

#include <sqlite3.h>

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

#include "store/sqlite/db.h"

namespace frontierd {
namespace {

constexpr int kGatheredMax = 124 * 1024;  // SQLite's unix files take less than 128 KiB at once

struct Layer {
  std::string name;
  sqlite3_vfs* below = nullptr;
  sqlite3_vfs own{};
};

// As SQLite lays it out: our part, then the file below.
struct LogFile {
  sqlite3_file base;
  sqlite3_int64 at;  // where in the file the gathered bytes belong
  int length;
  char* gathered;
};

LogFile& log_of(sqlite3_file* file) {
  return *reinterpret_cast<LogFile*>(file);
}
sqlite3_file* below(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<LogFile*>(file) + 1);
}
sqlite3_vfs* below(sqlite3_vfs* vfs) {
  return static_cast<Layer*>(vfs->pAppData)->below;
}

int hand_down(sqlite3_file* file) {
  LogFile& log = log_of(file);
  if (log.length == 0) return SQLITE_OK;
  sqlite3_file* under = below(file);
  return under->pMethods->xWrite(under, log.gathered, std::exchange(log.length, 0), log.at);
}

// Calls `verb` of the file below once everything gathered is in it.
template <auto Verb, class... Values>
int after_hand_down(sqlite3_file* file, Values... values) {
  if (const int code = hand_down(file); code != SQLITE_OK) return code;
  sqlite3_file* under = below(file);
  return (under->pMethods->*Verb)(under, values...);
}

template <auto Verb, class... Values>
int straight(sqlite3_file* file, Values... values) {
  sqlite3_file* under = below(file);
  return (under->pMethods->*Verb)(under, values...);
}

int write(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 at) {
  LogFile& log = log_of(file);
  const bool appends = log.length > 0 && at == log.at + log.length;
  if (!appends || log.length + length > kGatheredMax) {
    if (const int code = hand_down(file); code != SQLITE_OK) return code;
    log.at = at;
  }
  if (length > kGatheredMax) return straight<&sqlite3_io_methods::xWrite>(file, bytes, length, at);
  std::memcpy(log.gathered + log.length, bytes, static_cast<std::size_t>(length));
  log.length += length;
  return SQLITE_OK;
}

// What is gathered was never synced, so it is of no commit: rolled back, or cut short by an error
// after which nothing may be written.
int close(sqlite3_file* file) {
  delete[] log_of(file).gathered;
  return straight<&sqlite3_io_methods::xClose>(file);
}

using Io = sqlite3_io_methods;
const Io kLogMethods{
    1,  // xShm and xFetch are for the database file
    close,
    after_hand_down<&Io::xRead, void*, int, sqlite3_int64>,
    write,
    after_hand_down<&Io::xTruncate, sqlite3_int64>,
    after_hand_down<&Io::xSync, int>,
    after_hand_down<&Io::xFileSize, sqlite3_int64*>,
    straight<&Io::xLock, int>,
    straight<&Io::xUnlock, int>,
    straight<&Io::xCheckReservedLock, int*>,
    after_hand_down<&Io::xFileControl, int, void*>,
    straight<&Io::xSectorSize>,
    straight<&Io::xDeviceCharacteristics>,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* given) {
  sqlite3_vfs* under = below(vfs);
  if ((flags & SQLITE_OPEN_WAL) == 0) return under->xOpen(under, name, file, flags, given);
  LogFile& log = *new (file) LogFile{};
  sqlite3_file* log_below = below(file);
  log_below->pMethods = nullptr;
  const int code = under->xOpen(under, name, log_below, flags, given);
  if (code != SQLITE_OK) {
    if (log_below->pMethods != nullptr) log_below->pMethods->xClose(log_below);
    return code;
  }
  log.gathered = new char[kGatheredMax];
  log.base.pMethods = &kLogMethods;
  return SQLITE_OK;
}

template <auto Verb, class... Values>
auto of_vfs(sqlite3_vfs* vfs, Values... values) {
  return (below(vfs)->*Verb)(below(vfs), values...);
}

void lay_over(Layer& layer, sqlite3_vfs& under) {
  using Vfs = sqlite3_vfs;
  layer.below = &under;
  Vfs& own = layer.own;
  own.iVersion = 1;
  own.szOsFile = static_cast<int>(sizeof(LogFile)) + under.szOsFile;
  own.mxPathname = under.mxPathname;
  own.zName = layer.name.c_str();
  own.pAppData = &layer;
  own.xOpen = open_file;
  own.xDelete = of_vfs<&Vfs::xDelete, const char*, int>;
  own.xAccess = of_vfs<&Vfs::xAccess, const char*, int, int*>;
  own.xFullPathname = of_vfs<&Vfs::xFullPathname, const char*, int, char*>;
  own.xRandomness = of_vfs<&Vfs::xRandomness, int, char*>;
  own.xSleep = of_vfs<&Vfs::xSleep, int>;
  own.xCurrentTime = of_vfs<&Vfs::xCurrentTime, double*>;
  own.xGetLastError = of_vfs<&Vfs::xGetLastError, int, char*>;
}

}  // namespace

Result<std::string> log_vfs_over(const std::string& vfs) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Layer>> layers;
  const std::lock_guard lock(mutex);
  configure_sqlite();
  sqlite3_vfs* under = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  if (under == nullptr) {
    return fail(Errc::Usage, "there is no SQLite VFS \"" + vfs + "\"; register it first");
  }
  std::unique_ptr<Layer>& layer = layers[under->zName];
  if (!layer) layer = std::make_unique<Layer>();
  if (layer->below != under) {
    if (layer->below != nullptr) sqlite3_vfs_unregister(&layer->own);
    layer->name = std::string("frontierd-log-over-") + under->zName;
    lay_over(*layer, *under);
    sqlite3_vfs_register(&layer->own, 0);
  }
  return layer->name;
}

}  // namespace frontierd
