// The few things the archive asks of a file system. PosixDisk is the real one; the tests have one
// that fails on demand. Every error names the path and what to do next. NoSpace: the disk, the
// quota or the file size limit is full.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace frontierd {

// A file being appended to by one thread. Destroying it closes it and promises nothing.
class File {
 public:
  virtual ~File() = default;
  // All of the bytes, or an error after some of them.
  virtual Result<void> write(std::string_view bytes) = 0;
  // On stable storage when it returns. After an error the state of every unsynced byte is unknown,
  // and a second call may succeed without having written them: never call it again. NotFound: it is
  // on stable storage, but nobody will find it, for the file was deleted.
  virtual Result<void> sync() = 0;
};

class Disk {
 public:
  virtual ~Disk() = default;
  // A new empty file, locked (flock) while open. Conflict: the path exists.
  virtual Result<std::unique_ptr<File>> create(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  // Conflict: `to` exists; it is never overwritten.
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  // Makes creations and renames in it durable.
  virtual Result<void> sync_directory(const std::string& directory) = 0;
};

class PosixDisk final : public Disk {
 public:
  Result<std::unique_ptr<File>> create(const std::string& path) override;
  bool exists(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> sync_directory(const std::string& directory) override;
};

// The Error for an errno value: what was tried, on which path, why it failed, what to do.
Error disk_error(const std::string& action, const std::string& path, int error);

// A file descriptor with an owner. Closing reports nothing: sync first.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor();
  bool ok() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace frontierd
