#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <fstream>

#include "archive/member_scanner.h"
#include "archive/repair.h"
#include "archive_fixture.h"

namespace frontierd {
namespace {

class WarcRepairTest : public ::testing::Test {
 protected:
  // The bytes of a closed file with three pages, and the ends of its records.
  WarcRepairTest() {
    TempDir dir;
    WarcWriter warc(test_options(dir), disk_, clock_, seeded_random());
    for (const char* body : {"first", "", "the third page"}) {
      EXPECT_TRUE(warc.write(page("http://example.org/", std::string(body))));
    }
    EXPECT_TRUE(warc.close());
    whole_ = slurp(dir.path() + "/" + dir.names()[0]);
    for (const WarcRecord& record : read_warc(whole_).records) {
      edges_.push_back(record.offset + record.packed_bytes);
    }
  }

  std::uint64_t edge_at_or_before(std::uint64_t length) const {
    std::uint64_t best = 0;
    for (const std::uint64_t edge : edges_) best = edge <= length ? edge : best;
    return best;
  }

  void plant(const std::string& name, std::string_view bytes) const {
    std::ofstream(dir_.path() + "/" + name, std::ios::binary) << bytes;
  }

  TempDir dir_;
  PosixDisk disk_;
  FixedClock clock_;
  std::string whole_;
  std::vector<std::uint64_t> edges_;
};

TEST_F(WarcRepairTest, EveryCutLeavesExactlyTheWholeRecordsBeforeIt) {
  ASSERT_EQ(edges_.size(), 7u);
  for (std::size_t cut = 0; cut <= whole_.size(); ++cut) {
    ASSERT_EQ(whole_prefix(std::string_view(whole_).substr(0, cut)), edge_at_or_before(cut)) << cut;
  }
}

TEST_F(WarcRepairTest, TheSizeOfThePiecesDoesNotMatter) {
  for (const std::size_t piece : {1u, 2u, 3u, 17u, 300u}) {
    MemberScanner scanner;
    for (std::size_t at = 0; at < whole_.size(); at += piece) {
      ASSERT_TRUE(scanner.feed(std::string_view(whole_).substr(at, piece)));
    }
    EXPECT_EQ(scanner.edge(), whole_.size());
    EXPECT_EQ(scanner.records(), edges_.size());
  }
}

TEST_F(WarcRepairTest, AFlippedByteEndsTheWholeRecordsBeforeItsMember) {
  // Bytes 4 to 9 of a gzip header (time, flags for information, system) carry no content.
  for (std::size_t at = 0; at < whole_.size(); ++at) {
    std::string damaged = whole_;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const std::uint64_t member = edge_at_or_before(at);
    if (at - member >= 4 && at - member < 10) continue;
    ASSERT_EQ(whole_prefix(damaged), member) << at;
  }
}

TEST_F(WarcRepairTest, AMemberThatIsNoWholeRecordIsCutToo) {
  const auto packed = [](const std::string& text) {
    TempDir dir;
    auto file = PosixDisk().create(dir.path() + "/x");
    EXPECT_TRUE(file);
    GzipFile gzip(std::move(*file), 6);
    gzip.begin_member();
    EXPECT_TRUE(gzip.write(text) && gzip.end_member() && gzip.flush());
    return slurp(dir.path() + "/x");
  };
  EXPECT_GT(whole_prefix(packed("WARC/1.1\r\nContent-Length: 2\r\n\r\nab\r\n\r\n")), 0u);
  for (const char* text :
       {"", "hello", "WARC/1.1\r\n\r\n\r\n\r\n", "WARC/1.1\r\nContent-Length: 3\r\n\r\nab\r\n\r\n",
        "WARC/1.1\r\nContent-Length: 1\r\n\r\nab\r\n\r\n",
        "WARC/1.1\r\nContent-Length: -1\r\n\r\nab\r\n\r\n",
        "WARC/1.1\r\nContent-Length: 18446744073709551615\r\n\r\nab\r\n\r\n",
        "HTTP/1.1\r\nContent-Length: 2\r\n\r\nab\r\n\r\n"}) {
    EXPECT_EQ(whole_prefix(packed(text)), 0u) << text;
  }
  EXPECT_EQ(whole_prefix(packed("WARC/1.1\r\n" + std::string(1 << 20, 'a'))), 0u);
}

TEST_F(WarcRepairTest, OpenFilesAreCutAndClosedUnderTheirFinalName) {
  for (std::size_t cut = 0; cut <= whole_.size(); cut += 7) {
    plant("f-" + std::to_string(cut) + ".warc.gz.open", std::string_view(whole_).substr(0, cut));
  }
  const auto report = repair_directory(dir_.path());
  ASSERT_TRUE(report) << report.error().what;
  for (std::size_t cut = 0; cut <= whole_.size(); cut += 7) {
    const std::string path = dir_.path() + "/f-" + std::to_string(cut) + ".warc.gz";
    const std::uint64_t edge = edge_at_or_before(cut);
    EXPECT_EQ(slurp(path), whole_.substr(0, edge)) << cut;
    EXPECT_EQ(::access(path.c_str(), F_OK) == 0, edge > 0) << "an empty one is removed";
  }
  for (const std::string& name : dir_.names()) EXPECT_FALSE(name.ends_with(".open")) << name;
  (void)dir_.records();
}

TEST_F(WarcRepairTest, TheReportSaysWhatWasKeptAndCut) {
  plant("a.warc.gz.open", whole_ + "half a member");
  plant("b.warc.gz.open", "");
  plant("c.warc.gz", "not ours to touch");
  const auto report = repair_directory(dir_.path());
  ASSERT_TRUE(report);
  ASSERT_EQ(report->files.size(), 2u);
  EXPECT_EQ(report->files[0].name, "a.warc.gz");
  EXPECT_EQ(report->files[0].records, 7u);
  EXPECT_EQ(report->files[0].kept_bytes, whole_.size());
  EXPECT_EQ(report->files[0].cut_bytes, 13u);
  EXPECT_EQ(report->files[1].kept_bytes, 0u);
  EXPECT_EQ(slurp(dir_.path() + "/c.warc.gz"), "not ours to touch");
  const auto again = repair_directory(dir_.path());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->files.empty()) << "a second run finds nothing to do";
}

TEST_F(WarcRepairTest, AFileThatALivingWriterHoldsIsLeftAlone) {
  WarcWriter warc(test_options(dir_), disk_, clock_, seeded_random());
  ASSERT_TRUE(warc.write(page("http://example.org/", "x")));
  const auto report = repair_directory(dir_.path());
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->files.empty());
  EXPECT_EQ(report->in_use, dir_.names());
  ASSERT_TRUE(warc.close());
  EXPECT_EQ(dir_.records().size(), 3u);
}

TEST_F(WarcRepairTest, AClosedFileOfTheSameNameIsNeverOverwritten) {
  plant("a.warc.gz.open", whole_);
  plant("a.warc.gz", "precious");
  const auto report = repair_directory(dir_.path());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::Conflict);
  EXPECT_EQ(slurp(dir_.path() + "/a.warc.gz"), "precious");
}

TEST_F(WarcRepairTest, AMissingDirectoryIsMadeAndAFileInItsPlaceIsAnError) {
  EXPECT_TRUE(repair_directory(dir_.path() + "/deep/er"));
  plant("file", "");
  const auto report = repair_directory(dir_.path() + "/file");
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().what.find("harvest.directory"), std::string::npos)
      << report.error().what;
}

}  // namespace
}  // namespace frontierd
