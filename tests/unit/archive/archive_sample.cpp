// archive_sample DIRECTORY: writes WARC files of every shape we produce into DIRECTORY/warc, and
// what a reader must get back into DIRECTORY/expected.tsv (URL, file with the payload, truncation).
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "archive/archiver.h"
#include "archive/repair.h"
#include "base/random.h"

namespace frontierd {
namespace {

struct Sample {
  std::string name;
  std::string head;
  std::string body;
  std::string truncated;
  std::string peer = "192.0.2.1";
};

class Text final : public Payload {
 public:
  explicit Text(std::string text) : text_(std::move(text)) {}
  std::uint64_t size() const override { return text_.size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const override {
    return text_.copy(into.data(), into.size(), offset);
  }

 private:
  std::string text_;
};

struct NoonClock final : Clock {
  Instant now() const override { return from_unix_ms(1'795'348'800'000); }
};

std::string noise(std::size_t size) {
  std::string out(size, '\0');
  Rng rng(size);
  for (char& c : out) c = static_cast<char>(rng.next());
  return out;
}

std::vector<Sample> samples() {
  const std::string ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
  return {
      {"page", ok + "\r\n", "<html>hello</html>", "", "192.0.2.1"},
      {"empty", "HTTP/1.1 204 No Content\r\n\r\n", "", "", "192.0.2.1"},
      {"v6", ok + "\r\n", "six", "", "2001:DB8:0:0::1"},
      {"big", ok + "\r\n", noise(3'000'000), "", "192.0.2.1"},
      {"length", ok + "Content-Length: 999999\r\n\r\n", noise(1'000), "length", "192.0.2.1"},
      {"time", ok + "\r\n", "slow", "time", "192.0.2.1"},
      {"disconnect", ok + "Content-Length: 50\r\n\r\n", "cut", "disconnect", "192.0.2.1"},
      {"chunked", ok + "Transfer-Encoding: chunked\r\n\r\n", "5\r\nno chunk, only text", "", ""},
      {"coded", ok + "Content-Encoding: gzip\r\n\r\n", "\x1f\x8b not really gzip", "", ""},
      {"folded", ok + "X-Folded: a\r\n b\r\n \r\nX-Last: c\r\n\r\n", "unfolded", "", ""},
      {"bare-lf", "HTTP/1.0 200 OK\nServer: old\n\n", "\r\n\r\nblank lines first", "", ""},
      {"odd", "HTTP/1.1 200\r\nno colon\r\n: no name\r\nX: \xff\xfe\x01\r\n\r\n", "odd", "", ""},
      {"interim", "HTTP/1.1 100 Continue\r\n\r\n" + ok + "\r\n", "final", "", ""},
      {"busy", "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\n\r\n", "busy", "", ""},
      {"warc", ok + "\r\n", "WARC/1.1\r\nWARC-Type: response\r\n\r\n", "", ""}};
}

Landing landing_of(const Sample& sample) {
  auto exchange = std::make_shared<Exchange>();
  exchange->request_head = "GET /" + sample.name + " HTTP/1.1\r\nHost: example.org\r\n" +
                           "Authorization: Basic c2VjcmV0\r\n\r\n";
  exchange->response_head = sample.head;
  exchange->payload = sample.body.empty() ? nullptr : std::make_shared<Text>(sample.body);
  exchange->truncated = sample.truncated;
  Landing landing;
  landing.report.url = "http://example.org/" + sample.name;
  landing.report.status = 200;
  landing.report.peer = sample.peer;
  landing.report.received_at = NoonClock().now();
  landing.exchange = std::move(exchange);
  return landing;
}

// A page, and two later captures of it: the same again, and a 304.
Result<void> write_revisits(const WarcOptions& options, const Clock& clock) {
  PosixDisk disk;
  WarcWriter writer(options, disk, clock, system_random);
  Sample sample{"again", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", noise(2'000), "",
                "192.0.2.1"};
  TRY_ASSIGN(const ArchivePlace first, writer.write(landing_of(sample)));
  Landing same = landing_of(sample);
  same.lease.url = same.report.url;
  same.lease.etag = "\"v1\"";
  same.lease.copy = first.copy;
  same.report.received_at += std::chrono::hours{1};
  TRY(writer.write(same));
  sample.head = "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n";
  sample.body.clear();
  Landing confirmed = landing_of(sample);
  confirmed.lease = same.lease;
  confirmed.report.status = 304;
  confirmed.report.received_at += std::chrono::hours{2};
  TRY(writer.write(confirmed));
  return writer.close();
}

// A file whose writer dies in the middle of a record, and its repair.
Result<void> leave_wreck(const WarcOptions& options, const Clock& clock) {
  PosixDisk disk;
  std::string path;
  {
    WarcWriter writer(options, disk, clock, system_random);
    TRY_ASSIGN(const ArchivePlace place, writer.write(landing_of(samples()[0])));
    TRY(writer.flush());
    path = options.directory + "/" + place.file + ".open";
  }
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 10);
  TRY(repair_directory(options.directory));
  return {};
}

Result<void> run(const std::string& directory) {
  WarcOptions options;
  options.directory = directory + "/warc";
  options.rotate_bytes = 2'000'000;
  TRY(repair_directory(options.directory));
  std::ofstream expected(directory + "/expected.tsv");
  const NoonClock clock;
  PosixDisk disk;
  Archiver archiver(WarcWriter(options, disk, clock, system_random), {}, [] {});
  for (const Sample& sample : samples()) {
    const std::string body = directory + "/" + sample.name + ".body";
    std::ofstream(body, std::ios::binary) << sample.body;
    expected << "http://example.org/" << sample.name << '\t' << body << '\t' << sample.truncated
             << '\n';
    archiver.put(landing_of(sample));
  }
  TRY(archiver.close());
  options.prefix = "revisits";
  options.revisit_max_age = std::chrono::hours{24};
  TRY(write_revisits(options, clock));
  options.prefix = "wreck";
  return leave_wreck(options, clock);
}

}  // namespace
}  // namespace frontierd

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: archive_sample DIRECTORY\n", stderr);
    return 2;
  }
  const auto done = frontierd::run(argv[1]);
  if (!done) std::fprintf(stderr, "archive_sample: %s\n", done.error().what.c_str());
  return done ? 0 : 1;
}
