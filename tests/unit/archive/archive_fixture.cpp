#include "archive_fixture.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace frontierd {
namespace {

namespace fs = std::filesystem;

class FaultyFile final : public File {
 public:
  FaultyFile(std::unique_ptr<File> file, FaultyDisk::Plan& plan)
      : file_(std::move(file)), plan_(plan) {}

  Result<void> write(std::string_view bytes) override {
    plan_.writes_after_failure += plan_.failed && !bytes.empty() ? 1 : 0;
    const auto fits = static_cast<std::size_t>(std::min<std::uint64_t>(plan_.room, bytes.size()));
    TRY(file_->write(bytes.substr(0, fits)));
    if (fits < bytes.size()) {
      plan_.failed = true;
      return fail(disk_error("cannot write", "the test's disk", ENOSPC));
    }
    if (plan_.room != UINT64_MAX) plan_.room -= fits;
    return {};
  }

  Result<void> sync() override {
    plan_.writes_after_failure += plan_.failed ? 1 : 0;
    if (++plan_.syncs != plan_.sync_fails) return file_->sync();
    plan_.failed = true;
    return fail(disk_error("cannot sync", "the test's disk", EIO));
  }

 private:
  std::unique_ptr<File> file_;
  FaultyDisk::Plan& plan_;
};

}  // namespace

TempDir::TempDir() {
  path_ = (fs::temp_directory_path() / "frontierd-archive-XXXXXX").string();
  if (::mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "no temporary directory";
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::vector<std::string> TempDir::names() const {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(path_)) {
    out.push_back(entry.path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<WarcRecord> TempDir::records() const {
  std::vector<WarcRecord> out;
  for (const std::string& name : names()) {
    if (!name.ends_with(kWarcSuffix)) continue;
    WarcReading reading = read_warc_file(path_ + "/" + name);
    EXPECT_EQ(reading.fault, "") << name;
    for (WarcRecord& record : reading.records) {
      EXPECT_EQ(record_fault(record), "") << name << " at " << record.offset;
      out.push_back(std::move(record));
    }
  }
  return out;
}

Result<std::size_t> TextPayload::read(std::uint64_t offset, std::span<char> into) const {
  const auto at = static_cast<std::size_t>(std::min<std::uint64_t>(offset, text_.size()));
  return text_.copy(into.data(), into.size(), at);
}

Result<std::size_t> SeededPayload::read(std::uint64_t offset, std::span<char> into) const {
  if (offset >= fails_at && ends) return 0;
  if (offset >= fails_at) return fail(Errc::Io, "cannot read the spool file");
  const std::size_t n = std::min<std::uint64_t>({into.size(), size_ - offset, fails_at - offset});
  largest_read = std::max(largest_read, n);
  for (std::size_t i = 0; i < n; ++i) {
    into[i] = static_cast<char>(Rng((offset + i) / 4).next() >> (8 * ((offset + i) % 4)));
  }
  return n;
}

Landing page(const std::string& url, std::shared_ptr<const Payload> payload) {
  auto exchange = std::make_shared<Exchange>();
  exchange->request_head = "GET / HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\n\r\n";
  exchange->response_head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
  exchange->payload = std::move(payload);
  Landing landing;
  landing.report.url = url;
  landing.report.status = 200;
  landing.report.peer = "192.0.2.1";
  landing.report.received_at = kTestDay + Seconds{2};
  landing.report.elapsed = Millis{500};
  landing.exchange = std::move(exchange);
  return landing;
}

Landing page(const std::string& url, const std::string& body) {
  return page(url, body.empty() ? nullptr : std::make_shared<TextPayload>(body));
}

RandomSource seeded_random(std::uint64_t seed) {
  return [rng = Rng(seed)]() mutable {
    std::array<std::uint8_t, 16> out{};
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(rng.next());
    return out;
  };
}

WarcOptions test_options(const TempDir& dir) {
  WarcOptions options;
  options.directory = dir.path();
  options.host_name = "crawler1";
  options.pid = 4711;
  return options;
}

Result<std::unique_ptr<File>> FaultyDisk::create(const std::string& path) {
  if (plan.conflicts-- > 0) return fail(disk_error("cannot create", path, EEXIST));
  TRY_ASSIGN(auto file, posix_.create(path));
  return std::make_unique<FaultyFile>(std::move(file), plan);
}

Result<void> FaultyDisk::rename(const std::string& from, const std::string& to) {
  if (!plan.rename_fails) return posix_.rename(from, to);
  plan.failed = true;
  return fail(disk_error("cannot rename", to, EACCES));
}

Result<void> FaultyDisk::sync_directory(const std::string& directory) {
  return posix_.sync_directory(directory);
}

}  // namespace frontierd
