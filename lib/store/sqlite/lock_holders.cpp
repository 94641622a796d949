#include "store/sqlite/lock_holders.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

namespace frontierd {
namespace {

// Bytes of the -shm file that stand for locks (https://www.sqlite.org/walformat.html, 2.3).
constexpr long kWriteByte = 120;
constexpr long kFirstReadByte = 123;
constexpr long kLastReadByte = 127;
constexpr std::size_t kNamedMax = 4;

// "1: POSIX  ADVISORY  READ 5433 08:01:7864448 123 123"; a waiter's line has "->" after the number.
struct Line {
  std::string kind;    // FLOCK, POSIX, OFDLCK
  std::string access;  // READ, WRITE
  long pid = 0;
  unsigned major = 0, minor = 0;
  unsigned long inode = 0;
  long from = 0;
};

bool parse(const std::string& text, Line& line) {
  std::istringstream words(text);
  std::string number, advisory, file;
  if (!(words >> number >> line.kind >> advisory >> line.access >> line.pid >> file >> line.from)) {
    return false;
  }
  return std::sscanf(file.c_str(), "%x:%x:%lu", &line.major, &line.minor, &line.inode) == 3;
}

bool is_meant(const Line& line, HeldLock lock) {
  switch (lock) {
    case HeldLock::Whole:
      return line.kind == "FLOCK";
    case HeldLock::Write:
      return line.kind != "FLOCK" && line.access == "WRITE" && line.from == kWriteByte;
    case HeldLock::Read:
      return line.kind != "FLOCK" && line.from >= kFirstReadByte && line.from <= kLastReadByte;
  }
  return false;
}

std::string name_of(long pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
  std::string name;
  std::getline(file, name);
  for (char& c : name) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return std::to_string(pid) + (name.empty() ? "" : " (" + name + ")");
}

}  // namespace

std::string lock_holders(const std::string& path, HeldLock lock) {
  struct stat file {};
  const std::string of = lock == HeldLock::Whole ? path : path + "-shm";
  if (stat(of.c_str(), &file) != 0) return {};
  std::set<long> pids;
  std::ifstream locks("/proc/locks");
  for (std::string text; std::getline(locks, text);) {
    Line line;
    if (!parse(text, line) || line.inode != file.st_ino || !is_meant(line, lock)) continue;
    if (line.major != major(file.st_dev) || line.minor != minor(file.st_dev)) continue;
    if (line.pid > 0 && line.pid != getpid()) pids.insert(line.pid);
  }
  std::string out;
  std::size_t named = 0;
  for (const long pid : pids) {
    if (++named > kNamedMax) break;
    out += (out.empty() ? "" : ", ") + name_of(pid);
  }
  if (out.empty()) return {};
  return (pids.size() == 1 ? "pid " : "pids ") + out + (pids.size() > kNamedMax ? " ..." : "");
}

}  // namespace frontierd
