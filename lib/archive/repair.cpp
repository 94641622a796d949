#include "archive/repair.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "archive/disk.h"
#include "archive/member_scanner.h"
#include "archive/warc_writer.h"

namespace frontierd {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadBytes = 256 * 1024;

Result<std::vector<std::string>> open_files(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return fail(disk_error("cannot create", directory, error.value()));
  std::vector<std::string> names;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.ends_with(kOpenSuffix)) names.push_back(name);
  }
  if (error) return fail(disk_error("cannot list", directory, error.value()));
  if (::access(directory.c_str(), W_OK | X_OK) != 0) {
    return fail(disk_error("cannot write into", directory, errno));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> scan(int fd, const std::string& path, MemberScanner& scanner) {
  std::vector<char> buffer(kReadBytes);
  while (true) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(disk_error("cannot read", path, errno));
    if (n == 0 || !scanner.feed({buffer.data(), static_cast<std::size_t>(n)})) return {};
  }
}

Result<void> cut(int fd, const std::string& path, std::uint64_t edge) {
  if (::ftruncate(fd, static_cast<off_t>(edge)) != 0) {
    return fail(disk_error("cannot cut", path, errno));
  }
  if (::fsync(fd) != 0) return fail(disk_error("cannot sync", path, errno));
  return {};
}

// nullopt: in use.
Result<std::optional<RepairedFile>> repair_file(const std::string& directory,
                                                const std::string& name) {
  const std::string path = directory + "/" + name;
  Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file.ok()) return fail(disk_error("cannot open", path, errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::optional<RepairedFile>();
    return fail(disk_error("cannot lock", path, errno));
  }
  MemberScanner scanner;
  TRY(scan(file.get(), path, scanner));
  struct stat now {};
  if (::fstat(file.get(), &now) != 0) return fail(disk_error("cannot inspect", path, errno));
  const std::uint64_t edge = scanner.edge();
  RepairedFile repaired{name, scanner.records(), edge,
                        static_cast<std::uint64_t>(now.st_size) - edge};
  if (edge == 0) {
    if (::unlink(path.c_str()) != 0) return fail(disk_error("cannot remove", path, errno));
    return std::optional(repaired);
  }
  repaired.name.resize(name.size() - kOpenSuffix.size() + kWarcSuffix.size());
  TRY(cut(file.get(), path, edge));
  TRY(PosixDisk().rename(path, directory + "/" + repaired.name));
  return std::optional(repaired);
}

}  // namespace

Result<RepairReport> repair_directory(const std::string& directory) {
  RepairReport report;
  TRY_ASSIGN(const std::vector<std::string> names, open_files(directory));
  for (const std::string& name : names) {
    TRY_ASSIGN(const std::optional<RepairedFile> repaired, repair_file(directory, name));
    if (repaired) {
      report.files.push_back(*repaired);
    } else {
      report.in_use.push_back(name);
    }
  }
  if (!report.files.empty()) TRY(PosixDisk().sync_directory(directory));
  return report;
}

}  // namespace frontierd
