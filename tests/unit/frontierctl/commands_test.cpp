// The commands against a real server over a fake daemon.
#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/json.hpp>
#include <fstream>

#include "unit/api/server_fixture.h"
#include "unit/frontierctl/runner.h"

namespace frontierd {
namespace {

class CommandsTest : public ServerTest {
 protected:
  Ran ctl(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), {"--socket", options_.socket_path});
    return frontierctl(std::move(arguments), input);
  }
};

TEST_F(CommandsTest, SeedReportsEachRejectedLineAndExitsFour) {
  start();
  const Ran ran = ctl({"seed", "-"}, "https://a.org/\nnot a url\nhttps://a.org/\n");
  EXPECT_EQ(ran.code, kExitPartly) << ran.err;
  EXPECT_EQ(ran.out, "3 lines: 1 new, 1 known, 1 rejected\n");
  EXPECT_EQ(ran.err.rfind("-:2: ", 0), 0u) << ran.err;
  EXPECT_EQ(ctl({"seed"}, "https://a.org/\n").code, kExitDone) << "again is harmless";
}

TEST_F(CommandsTest, SeedReadsGzipFilesAndGoesOnFromALine) {
  start();
  const std::string path = folder_ + "/seeds.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  for (int i = 1; i <= 9'000; ++i) gzprintf(file, "https://a.org/%d\n", i);
  gzclose(file);
  EXPECT_EQ(ctl({"seed", "--from-line", "8001", path}).out,
            "9,000 lines: 1,000 new, 0 known, 0 rejected\n");
  EXPECT_EQ(ctl({"seed", path}).out, "9,000 lines: 8,000 new, 1,000 known, 0 rejected\n");
}

TEST_F(CommandsTest, SeedInJsonIsOneObjectALine) {
  start();
  const Ran ran = ctl({"seed", "--json"}, "ftp://x/\n");
  EXPECT_EQ(ran.code, kExitPartly);
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) EXPECT_NO_THROW(boost::json::parse(line));
}

TEST_F(CommandsTest, WithoutADaemonTheExitCodeIsThreeAndTheMessageNamesTheSocket) {
  const Ran ran = ctl({"status"});
  EXPECT_EQ(ran.code, kExitUnreachable);
  EXPECT_NE(ran.err.find(options_.socket_path), std::string::npos);
}

TEST_F(CommandsTest, ADaemonThatTakesNoMoreIsNotNowWithTheLineToGoOnFrom) {
  control_.frontier.draining = true;
  start();
  Options options;
  options.socket = options_.socket_path;
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream in("https://a.org/\n");
  const Screen screen{out, err, in, Style{}, false, false, false, false};
  Client client(options_.socket_path);
  // The waits of six tries would be long; one try is told as the daemon tells it.
  const auto reply = client.stream("/v1/seeds", [](std::string_view) { return true; });
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 405);
  EXPECT_EQ(complain(screen, Reply{503, R"({"detail":"draining"})", 1}), kExitNotNow);
}

TEST_F(CommandsTest, ExplainTellsUrlsAndHostsApart) {
  start();
  ctl({"seed"}, "https://a.org/x\n");
  EXPECT_EQ(ctl({"explain", "https://a.org/x"}).code, kExitDone);
  const Ran host = ctl({"explain", "a.org", "--json"});
  EXPECT_EQ(boost::json::parse(host.out).at("kind").as_string(), "host");
  const Ran unknown = ctl({"explain", "https://a.org/y"});
  EXPECT_EQ(unknown.code, kExitNo);
  EXPECT_NE(unknown.err.find("seed"), std::string::npos);
  EXPECT_TRUE(names_url("https://a.org/"));
  EXPECT_TRUE(names_url("https://a.org?x"));
  EXPECT_FALSE(names_url("https://a.org"));
  EXPECT_FALSE(names_url("a.org:8080"));
}

TEST_F(CommandsTest, HostsWalksAllPages) {
  start();
  std::string seeds;
  for (int i = 0; i < 1'200; ++i) seeds += "https://h" + std::to_string(i) + ".org/\n";
  ctl({"seed"}, seeds);
  const Ran ran = ctl({"hosts", "--json"});
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 1'200);
  const Ran some = ctl({"hosts", "h77."});
  EXPECT_EQ(std::count(some.out.begin(), some.out.end(), '\n'), 2) << some.out;
}

TEST_F(CommandsTest, SetChangesTheHostAndNamesTheNearestNameOnASlip) {
  start();
  ctl({"seed"}, "https://a.org/\n");
  EXPECT_EQ(ctl({"set", "a.org", "gap=250ms", "flights=2", "note=be kind"}).code, kExitDone);
  const Ran host = ctl({"host", "a.org"});
  EXPECT_NE(host.out.find("be kind"), std::string::npos) << host.out;
  const Ran slip = ctl({"set", "a.org", "gop=1s"});
  EXPECT_EQ(slip.code, kExitUsage);
  EXPECT_NE(slip.err.find("did you mean gap?"), std::string::npos) << slip.err;
  EXPECT_EQ(ctl({"set", "a.org", "gap=fast"}).code, kExitNo);
}

TEST_F(CommandsTest, PauseResumeDrainAndReloadReachTheDaemon) {
  start();
  ctl({"seed"}, "https://a.org/\n");
  EXPECT_EQ(ctl({"pause"}).code, kExitDone);
  EXPECT_NE(ctl({"status"}).out.find("PAUSED"), std::string::npos);
  EXPECT_EQ(ctl({"resume", "-q"}).out, "") << "quiet";
  EXPECT_EQ(ctl({"pause", "a.org"}).code, kExitDone);
  EXPECT_NE(ctl({"hosts", "--paused"}).out.find("https://a.org"), std::string::npos);
  EXPECT_EQ(ctl({"reload"}).code, kExitDone);
  EXPECT_EQ(ctl({"drain"}).code, kExitDone);
  EXPECT_NE(ctl({"top", "--once"}).out.find("DRAINING"), std::string::npos);
}

TEST_F(CommandsTest, RetryGoesOnWhileThereIsMoreAndNothingChangedIsANo) {
  control_.changes = {kSelectionBatchMax, kSelectionBatchMax, 12, 0};
  start();
  EXPECT_EQ(ctl({"retry", "--because", "walled"}).out, "10,012 URLs are due again\n");
  EXPECT_EQ(ctl({"drop", "--host", "a.org"}).code, kExitNo);
  EXPECT_EQ(ctl({"retry"}).code, kExitUsage);
  EXPECT_EQ(ctl({"retry", "--because", "boredom"}).code, kExitNo);
}

TEST_F(CommandsTest, RetryTellsWhatItEndsAndWhoBeginsAnew) {
  (void)control_.host_entry("https://a.org");
  control_.changes = {7, 1, 0, 0};
  control_.rests_ended = 1;
  start();
  EXPECT_EQ(ctl({"retry", "--host", "a.org"}).out,
            "the rest of a.org ends: one probe now; 7 URLs are due again\n");
  control_.rests_ended = 0;
  control_.new_starts = 1;
  EXPECT_EQ(ctl({"retry", "--host", "a.org"}).out,
            "a.org gets a new start: one probe now; 1 URL is due again\n");
  control_.new_starts = 3;
  const auto wide = ctl({"retry", "--because", "host_exhausted"});
  EXPECT_EQ(wide.out, "3 hosts get a new start; 0 URLs are due again\n");
  EXPECT_EQ(wide.code, kExitDone);
  EXPECT_EQ(ctl({"retry", "--because", "walled", "--json"}).out,
            "{\"changed\":0,\"new_starts\":3,\"rests_ended\":0}\n");
}

TEST_F(CommandsTest, ExportWritesAllRowsAndRefusesAnUnknownState) {
  start();
  std::string seeds;
  for (int i = 0; i < 1'030; ++i) seeds += "https://a.org/" + std::to_string(i) + "\n";
  ctl({"seed"}, seeds);
  const Ran csv = ctl({"export", "--format", "csv"});
  EXPECT_EQ(csv.code, kExitDone);
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 1'031);
  EXPECT_EQ(ctl({"export", "--state", "lost"}).code, kExitUsage);
}

TEST(CommandLine, GlobalOptionsMayStandAnywhereAndMistakesAreUsage) {
  EXPECT_EQ(frontierctl({"url", "canon", "--json"}, "http://a/\n").code, kExitDone);
  EXPECT_EQ(frontierctl({"--json", "url", "canon"}, "http://a/\n").code, kExitDone);
  EXPECT_EQ(frontierctl({}).code, kExitUsage);
  EXPECT_EQ(frontierctl({"statuss"}).code, kExitUsage);
  EXPECT_EQ(frontierctl({"seed", "--priority", "12"}).code, kExitUsage);
  EXPECT_EQ(frontierctl({"--help"}).code, kExitDone);
  EXPECT_NE(frontierctl({"--version"}).out.find("frontierctl "), std::string::npos);
}

TEST(CommandLine, AnAssignmentWithoutValueTakesTheWishBack) {
  EXPECT_EQ(*patch_of({"gap=", "note="}), R"({"gap":null,"note":""})");
  EXPECT_EQ(*patch_of({"flights=3", "note=a=b"}), R"({"flights":3,"note":"a=b"})");
  EXPECT_FALSE(patch_of({"gap"}));
  EXPECT_FALSE(patch_of({"flights=x"}));
}

}  // namespace
}  // namespace frontierd
