#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.h"
#include "daemon/harvesting_fetcher.h"
#include "daemon/lock_file.h"
#include "daemon/service.h"
#include "daemon/system_clock.h"

namespace frontierd {
namespace {

TEST(SystemClock, GoesOnWhereAnEarlierProcessOfThisBootLeftIt) {
  const SystemClock first;
  // The same boot, but the earlier process lived an hour in the future of the wall clock.
  const std::string own = first.anchor();
  const auto parts = split(own, ' ');
  ASSERT_EQ(parts.size(), 4u);
  const std::string ahead = std::string(parts[0]) + " " +
                            std::to_string(to_unix_ms(first.now()) + 3'600'000) + " " +
                            std::string(parts[2]) + " " + std::string(parts[3]);
  const SystemClock second(ahead);
  EXPECT_GE(second.now() - first.now(), Millis{3'599'000});
  EXPECT_LE(second.wall_ahead(), Millis{-3'599'000});
}

TEST(LockFile, HasOneHolderWhosePidItTells) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("frontierd-lock-" + std::to_string(getpid()));
  {
    auto first = LockFile::take(path);
    ASSERT_TRUE(first);
    const auto second = LockFile::take(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::Conflict);
    EXPECT_NE(second.error().what.find(std::to_string(getpid())), std::string::npos);
  }
  EXPECT_TRUE(LockFile::take(path));
  std::filesystem::remove(path);
}

TEST(Listen, TakesAnAddressAndAPort) {
  EXPECT_EQ(*parse_listen("127.0.0.1:9464"),
            std::pair(std::string("127.0.0.1"), std::uint16_t{9464}));
  EXPECT_EQ(*parse_listen("[::1]:80"), std::pair(std::string("::1"), std::uint16_t{80}));
  EXPECT_FALSE(parse_listen("9464"));
  EXPECT_FALSE(parse_listen("127.0.0.1:http"));
}

}  // namespace
}  // namespace frontierd
