#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "daemon/harvesting_fetcher.h"
#include "daemon/lock_file.h"
#include "daemon/start_values.h"
#include "daemon/system_clock.h"
#include "daemon/text_file.h"

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

class FilesOfTheOperator : public ::testing::Test {
 protected:
  FilesOfTheOperator() {
    folder_ = std::filesystem::temp_directory_path() /
              ("frontierd-files-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    good_ = write("good.toml", "[pace]\ngap = '2s'\n");
    mkfifo((folder_ / "pipe").c_str(), 0600);
  }
  ~FilesOfTheOperator() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    std::filesystem::permissions(folder_ / name, std::filesystem::perms(0600));
    return folder_ / name;
  }
  // What a start with this configuration says, empty if it would begin.
  std::string refusal(const std::string& toml) {
    const auto config = load_config({write("c.toml", toml), folder_ / "state", folder_ / "s.sock"});
    if (!config) return config.error().what;
    const auto values = make_start_values(*config);
    return values ? "" : values.error().what;
  }
  std::filesystem::path folder_;
  std::string good_;
};

TEST_F(FilesOfTheOperator, ADirectoryAPipeAndAnEmptyNameAreNoConfiguration) {
  EXPECT_EQ(read_text_file(good_), "[pace]\ngap = '2s'\n");
  EXPECT_EQ(load_config({good_, {}, {}})->policy.pace.gap, Seconds{2});
  for (const std::string& path : {folder_.string(), (folder_ / "pipe").string(),
                                  std::string("/dev/null"), (folder_ / "none").string()}) {
    const auto config = load_config({path, {}, {}});
    ASSERT_FALSE(config.has_value()) << path;
    EXPECT_NE(config.error().what.find(path), std::string::npos) << config.error().what;
  }
  EXPECT_FALSE(read_text_file("").has_value());
}

TEST_F(FilesOfTheOperator, TheCheckReadsEveryFileThatAStartReads) {
  EXPECT_EQ(refusal(""), "");
  const std::string folder = folder_.string();
  EXPECT_NE(refusal("signatures = '" + folder + "'").find("directory"), std::string::npos);
  EXPECT_NE(refusal("token_file = '" + folder + "'").find("regular"), std::string::npos);
  EXPECT_NE(refusal("token_file = '" + folder + "/pipe'").find("regular"), std::string::npos);
  EXPECT_NE(refusal("[fetch]\nca_file = '" + folder + "/pipe'").find("pipe"), std::string::npos);
  EXPECT_NE(refusal("[fetch]\nca_file = '" + good_ + "'").find("certificate"), std::string::npos);
  EXPECT_NE(refusal("[harvest]\ndirectory = '" + good_ + "'").find("no directory"),
            std::string::npos);
  EXPECT_NE(refusal("[[egress.way]]\nname = 'a'\nkind = 'http'\naddress = 'p.example:1'\n"
                    "username = 'u'\npassword_file = '" + folder + "'")
                .find("directory"),
            std::string::npos);
  const auto on_a_file = load_config({"", good_, folder_ / "s.sock"});
  ASSERT_TRUE(on_a_file.has_value());
  EXPECT_NE(make_start_values(*on_a_file).error().what.find("no directory"), std::string::npos);
}

TEST_F(FilesOfTheOperator, WhatTheCommandLineLaysOverTheFileIsNoChangeAtAReload) {
  const ConfigSource source{good_, "/srv/f", "/run/f.sock"};
  const auto first = load_config(source);
  const auto second = load_config(source);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->state, "/srv/f");
  EXPECT_TRUE(compare(*first, *second).need_restart.empty());
  const auto values = make_start_values(*first);
  ASSERT_TRUE(values.has_value());
  EXPECT_EQ(values->fetch.user_agent.substr(0, 10), "frontierd/");
  EXPECT_EQ(values->harvest_directory, "/srv/f/warc");
  EXPECT_TRUE(first->fetch.user_agent.empty());  // as it was written
}

}  // namespace
}  // namespace frontierd
