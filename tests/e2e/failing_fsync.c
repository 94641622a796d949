// Preloaded into the daemon: from the n-th fsync or fdatasync of a file on, each answers EIO and
// does nothing. FAIL_SYNC_SUFFIX: what the file's name ends with; FAIL_SYNC_AT: n, 1 for the first;
// FAIL_SYNC_LOG: a file that gets one line for each sync of such a file, "ok NAME" or "EIO NAME".
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int seen;

static int name_of(int fd, char* name, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, name, size - 1);
  if (length < 0) return 0;
  name[length] = 0;
  return 1;
}

static void note(const char* what, const char* name) {
  const char* path = getenv("FAIL_SYNC_LOG");
  const int log = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) return;
  char line[PATH_MAX + 16];
  const int length = snprintf(line, sizeof line, "%s %s\n", what, name);
  if (length > 0 && write(log, line, (size_t)length) != length) abort();
  close(log);
}

// 1: this sync is to fail.
static int fails(int fd) {
  const char* suffix = getenv("FAIL_SYNC_SUFFIX");
  const char* at = getenv("FAIL_SYNC_AT");
  char name[PATH_MAX];
  if (suffix == NULL || at == NULL || !name_of(fd, name, sizeof name)) return 0;
  const size_t length = strlen(name);
  const size_t end = strlen(suffix);
  if (length < end || strcmp(name + length - end, suffix) != 0) return 0;
  const int failing = atomic_fetch_add(&seen, 1) + 1 >= atoi(at);
  note(failing ? "EIO" : "ok", name);
  return failing;
}

static int sync_by(const char* name, int fd) {
  if (fails(fd)) {
    errno = EIO;
    return -1;
  }
  int (*real)(int) = NULL;
  *(void**)&real = dlsym(RTLD_NEXT, name);  // as dlsym(3) has it: ISO C knows no such cast
  return real(fd);
}

int fsync(int fd) {
  return sync_by("fsync", fd);
}

int fdatasync(int fd) {
  return sync_by("fdatasync", fd);
}
