// Preloaded into the daemon by ground.py: the machine's clock is wrong by as many seconds as the file
// $WRONG_CLOCK_FILE says at the moment. The clocks that count from the boot are right.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long wrong_by(void) {
  const char* path = getenv("WRONG_CLOCK_FILE");
  char text[32] = {0};
  if (path == NULL) return 0;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  const ssize_t got = read(fd, text, sizeof text - 1);
  close(fd);
  return got > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec* at) {
  const int code = (int)syscall(SYS_clock_gettime, clock, at);
  if (code == 0 && clock == CLOCK_REALTIME) at->tv_sec += wrong_by();
  return code;
}
