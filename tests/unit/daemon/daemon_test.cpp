#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/text.h"
#include "daemon/database_lock.h"
#include "daemon/ground.h"
#include "daemon/harvesting_fetcher.h"
#include "daemon/lock_file.h"
#include "daemon/progress.h"
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

// The other end of sd_notify(3).
class Listener {
 public:
  Listener() {
    path_ = std::filesystem::temp_directory_path() / ("frontierd-notify-" + std::to_string(getpid()));
    std::filesystem::remove(path_);
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::strncpy(where.sun_path, path_.c_str(), sizeof where.sun_path - 1);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
    setenv("NOTIFY_SOCKET", path_.c_str(), 1);
  }
  ~Listener() {
    unsetenv("NOTIFY_SOCKET");
    close(fd_);
    std::filesystem::remove(path_);
  }
  std::vector<std::string> all() {
    std::vector<std::string> messages;
    char text[4'096];
    for (ssize_t got = 0; (got = recv(fd_, text, sizeof text, 0)) > 0;) {
      messages.emplace_back(text, static_cast<std::size_t>(got));
    }
    return messages;
  }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

TEST(Progress, AsksForMoreTimeWhileTheProcessWorksAndNotWhileItIsStuck) {
  Listener systemd;
  Notify notify;
  Progress progress(notify, Millis{20});
  progress.step("the harvest is repaired");
  std::this_thread::sleep_for(Millis{100});
  auto told = systemd.all();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.front(),
            "STATUS=the harvest is repaired\nEXTEND_TIMEOUT_USEC=120000\nWATCHDOG=1");
  systemd.all();
  std::this_thread::sleep_for(Millis{200});
  EXPECT_LE(systemd.all().size(), 1u);  // nothing is done, nothing is asked for
  for (int i = 0; i < 200 && systemd.all().empty(); ++i) {
    const auto until = std::chrono::steady_clock::now() + Millis{20};
    while (std::chrono::steady_clock::now() < until) {
    }
    told = systemd.all();
    if (!told.empty()) break;
  }
  ASSERT_FALSE(told.empty());
  EXPECT_NE(told.front().find("EXTEND_TIMEOUT_USEC"), std::string::npos);
}

TEST(Notify, AListenerThatDoesNotReadHoldsNobodyUp) {
  const Listener stuck;
  Notify notify;
  for (int i = 0; i < 1'000; ++i) notify.alive("working");  // more than any queue of datagrams
}

TEST(Ground, SaysWhatIsWrongSinceWhenAndForgetsItWhenItIsWell) {
  Ground ground;
  const Instant noon = from_unix_ms(1'800'000'000'000);
  ground.well(GroundPart::Disk, "there is room");
  EXPECT_TRUE(ground.now().empty());
  ground.trouble(GroundPart::Disk, "1 MiB is free", noon);
  ground.trouble(GroundPart::Disk, "0 MiB are free", noon + Seconds{5});
  ground.warn(GroundPart::Clock, "two minutes off", noon);
  ASSERT_EQ(ground.now().size(), 2u);
  EXPECT_EQ(ground.now()[0].since, noon);
  EXPECT_EQ(ground.now()[0].words, "0 MiB are free");
  for (const ReadyCheck& check : ground.ready_checks()) {
    EXPECT_EQ(check.ok, check.name != "disk") << check.name;  // a warning is no refusal
  }
  ground.well(GroundPart::Disk, "there is room");
  EXPECT_EQ(ground.now().size(), 1u);
}

TEST_F(FilesOfTheOperator, ADatabaseHasOneDaemonUnderAllItsNames) {
  const auto state = [&](const std::string& name) {
    const auto folder = folder_ / name;
    std::filesystem::create_directories(folder);
    return folder;
  };
  const auto first = DatabaseLock::take(state("one"));
  ASSERT_TRUE(first.has_value());
  std::filesystem::create_symlink(folder_ / "one/frontier.db", state("two") / "frontier.db");
  const auto second = DatabaseLock::take(folder_ / "two");
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Errc::Conflict);
  const auto alone = DatabaseLock::take(state("three"));
  ASSERT_TRUE(alone.has_value());
  std::filesystem::create_hard_link(folder_ / "three/frontier.db", state("four") / "frontier.db");
  EXPECT_EQ(DatabaseLock::take(folder_ / "four").error().code, Errc::Conflict);
  EXPECT_EQ(std::filesystem::status(folder_ / "one/frontier.db").permissions(),
            std::filesystem::perms(0640));
}

TEST(SystemClock, GoesByTheMachineOnceItIsToldTo) {
  const SystemClock own;
  const std::string text = own.anchor();
  const auto parts = split(text, ' ');
  const std::string ahead = std::string(parts[0]) + " " +
                            std::to_string(to_unix_ms(own.now()) + 3'600'000) + " " +
                            std::string(parts[2]) + " " + std::string(parts[3]);
  SystemClock clock(ahead);
  clock.go_by_wall();
  EXPECT_LT(std::chrono::abs(clock.wall_ahead()), Seconds{1});
  const SystemClock next(clock.anchor());
  EXPECT_LT(std::chrono::abs(next.wall_ahead()), Seconds{1});
}

}  // namespace
}  // namespace frontierd
