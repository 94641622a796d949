#include "daemon/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "archive/disk.h"

namespace frontierd {
namespace {

Error unreadable(const std::string& path, int error) {
  return {Errc::Io, path + " cannot be read: " + std::strerror(error) +
                        ". Check the path and its permissions."};
}

std::string kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

}  // namespace

Result<std::string> read_text_file(const std::string& path) {
  if (path.empty()) return fail(Errc::Usage, "the name of the file is empty; name a file");
  // Not blocking: opening a pipe would wait for its other end.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.ok()) return fail(unreadable(path, errno));
  struct stat found {};
  if (fstat(file.get(), &found) != 0) return fail(unreadable(path, errno));
  if (!S_ISREG(found.st_mode)) {
    return fail(Errc::Usage,
                path + " is " + kind_of(found.st_mode) + ", not a file; name a regular file");
  }
  std::string text;
  char piece[64 * 1024];
  while (true) {
    const ssize_t got = read(file.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(unreadable(path, errno));
    if (got == 0) return text;
    text.append(piece, static_cast<std::size_t>(got));
    if (text.size() > kTextFileMax) {
      return fail(Errc::Limit, path + " is longer than 16 MiB, which no such file is");
    }
  }
}

}  // namespace frontierd
