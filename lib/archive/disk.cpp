#include "archive/disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace frontierd {
namespace {

constexpr mode_t kFileMode = 0640;

std::string remedy(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free space there or point harvest.directory at a larger disk, then start again";
    case EFBIG:
      return "raise the file size limit (LimitFSIZE) or lower harvest.rotate_bytes, then start "
             "again";
    case EACCES:
    case EPERM:
      return "give the user frontierd runs as write permission there";
    case EROFS:
      return "remount it writable or point harvest.directory elsewhere";
    case ENOENT:
    case ENOTDIR:
      return "create the directory or correct harvest.directory";
    case EMFILE:
    case ENFILE:
      return "raise the limit on open files (LimitNOFILE)";
    case EEXIST:
      return "move one of the two files away";
    default:
      return "check the disk and the kernel log before starting again";
  }
}

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Result<void> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = ::write(descriptor_.get(), bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fail(disk_error("cannot write", path_, errno));
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
  }

  Result<void> sync() override {
    if (::fsync(descriptor_.get()) != 0) return fail(disk_error("cannot sync", path_, errno));
    // What is safe in a file without a name is lost all the same.
    struct stat now {};
    if (::fstat(descriptor_.get(), &now) == 0 && now.st_nlink == 0) {
      return fail(Errc::NotFound, path_ + " was deleted while it was being written; what was in it "
                                          "is lost, and a new file is begun");
    }
    return {};
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

}  // namespace

Error disk_error(const std::string& action, const std::string& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  const Errc code = full ? Errc::NoSpace : error == EEXIST ? Errc::Conflict : Errc::Io;
  return {code, action + " " + path + ": " + std::system_category().message(error) + "; " +
                    remedy(error)};
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::unique_ptr<File>> PosixDisk::create(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
  if (!file.ok()) return fail(disk_error("cannot create", path, errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(disk_error("cannot lock", path, errno == EWOULDBLOCK ? EEXIST : errno));
  }
  // A repair that ran between the two calls found an empty file without an owner and removed it.
  struct stat now {};
  if (::fstat(file.get(), &now) != 0 || now.st_nlink == 0) {
    return fail(disk_error("cannot keep", path, EEXIST));
  }
  return std::make_unique<PosixFile>(std::move(file), path);
}

bool PosixDisk::exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

Result<void> PosixDisk::rename(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  const int error = errno;
  // Some network file systems know no flags; there the names, unique by pid and time, must do.
  if (error == EINVAL && !exists(to) && ::rename(from.c_str(), to.c_str()) == 0) {
    return {};
  }
  return fail(disk_error("cannot rename " + from + " to", to, error));
}

Result<void> PosixDisk::sync_directory(const std::string& directory) {
  Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.ok()) return fail(disk_error("cannot open", directory, errno));
  if (::fsync(opened.get()) == 0) return {};
  return fail(disk_error("cannot sync", directory, errno));
}

}  // namespace frontierd
