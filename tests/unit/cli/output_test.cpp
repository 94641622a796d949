#include "cli/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <sstream>

namespace frontierd {
namespace {

struct Ended {
  int code = 0;
  std::string err;
};

Ended write_to(int descriptor, std::size_t bytes, int code = 0) {
  std::ostringstream err;
  Ended ended;
  {
    Output output("ship", descriptor);
    std::cout << std::string(bytes, 'x');
    ended.code = output.end(code, err);
  }
  std::cout.clear();
  ended.err = err.str();
  return ended;
}

TEST(Output, WhatWasWrittenArrives) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_EQ(write_to(ends[1], 1'000, 3).code, 3);
  ::close(ends[1]);
  std::string got(2'000, '\0');
  EXPECT_EQ(::read(ends[0], got.data(), got.size()), 1'000);
  ::close(ends[0]);
}

TEST(Output, AFullDiskIsAFaultThatIsTold) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  for (const std::size_t bytes : {1u, 1'000'000u}) {
    const Ended ended = write_to(full, bytes);
    EXPECT_EQ(ended.code, kOutputLost);
    EXPECT_NE(ended.err.find("ship: standard output could not be written: No space"),
              std::string::npos)
        << ended.err;
  }
  EXPECT_EQ(write_to(full, 1, 2).code, 2) << "a worse end stays";
  ::close(full);
}

TEST(Output, AReaderThatHasGoneIsNoFault) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  const Ended ended = write_to(ends[1], 1'000'000);
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err, "");
  ::close(ends[1]);
}

}  // namespace
}  // namespace frontierd
