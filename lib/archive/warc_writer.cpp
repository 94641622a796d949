#include "archive/warc_writer.h"

#include <algorithm>
#include <cstdio>

#include "archive/digest.h"
#include "archive/http_head.h"
#include "archive/revisit.h"
#include "base/check.h"
#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::size_t kBetweenBytes = 1024 * 1024;
constexpr int kNameTries = 100;
constexpr std::string_view kRecordEnd = "\r\n\r\n";
constexpr std::string_view kConformsTo =
    "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/";

// Dashes separate the parts of a file name, so host names lose theirs to underscores only where
// they hold something no file name should.
std::string for_file_name(std::string_view text) {
  std::string out(text.substr(0, 64));
  for (char& c : out) {
    const bool plain = is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
                       c == '-' || c == '.' || c == '_';
    if (!plain) c = '_';
  }
  return out.empty() ? "_" : out;
}

Instant began_at(const FetchReport& report, Instant now) {
  return report.received_at == kLongAgo ? now : report.received_at - report.elapsed;
}

std::uint64_t size_of(const Payload* payload) {
  return payload == nullptr ? 0 : payload->size();
}

void add_reference(WarcHead& head, std::string_view profile, const Landing& landing) {
  const ArchivedCopy& original = landing.lease.copy;
  head.add("WARC-Profile", profile)
      .add("WARC-Refers-To", record_id_of(original.record))
      .add("WARC-Refers-To-Target-URI", landing.lease.url)
      .add("WARC-Refers-To-Date", to_iso(original.at))
      .add("WARC-Payload-Digest", sha1_label(original.digest))
      .add("WARC-Truncated", profile == kSamePayloadProfile ? "length" : "");
  if (profile == kSamePayloadProfile) return;
  head.add("WARC-Etag", header(landing.report, "etag"))
      .add("WARC-Last-Modified", header(landing.report, "last-modified"));
}

}  // namespace

WarcWriter::WarcWriter(WarcOptions options, Disk& disk, const Clock& clock, RandomSource random)
    : WarcWriter(std::move(options), disk, clock,
                 std::make_shared<RandomSource>(std::move(random))) {}

WarcWriter::WarcWriter(WarcOptions options, Disk& disk, const Clock& clock,
                       std::shared_ptr<RandomSource> random)
    : options_(std::move(options)),
      disk_(&disk),
      clock_(&clock),
      random_(std::move(random)),
      buffer_(kPieceBytes) {}

WarcWriter WarcWriter::twin() const {
  return {options_, *disk_, *clock_, random_};
}

Result<void> WarcWriter::let_others(std::size_t bytes) {
  since_others_ += bytes;
  if (since_others_ < kBetweenBytes || between_ == nullptr || !*between_) return {};
  since_others_ = 0;
  return (*between_)();
}

Result<void> WarcWriter::guard(Result<void> result) {
  if (!result && !failure_) failure_ = result.error();
  return result;
}

Result<ArchivePlace> WarcWriter::write(const Landing& landing, const Between& between) {
  if (failure_) return fail(Errc::Unavailable, "the archive has stopped: " + failure_->what);
  between_ = &between;
  since_others_ = 0;
  auto place = append(landing);
  between_ = nullptr;
  if (!place) failure_ = place.error();
  return place;
}

Result<void> WarcWriter::flush() {
  if (failure_) return fail(Errc::Unavailable, "the archive has stopped: " + failure_->what);
  return file_ ? guard(file_->flush()) : Result<void>{};
}

Result<void> WarcWriter::sync() {
  if (failure_) return fail(Errc::Unavailable, "the archive has stopped: " + failure_->what);
  return file_ ? guard(file_->sync()) : Result<void>{};
}

Result<void> WarcWriter::close_if_aged() {
  const bool aged = file_ && options_.rotate_after > Millis{0} &&
                    clock_->now() - opened_at_ >= options_.rotate_after;
  return aged ? close() : Result<void>{};
}

Result<void> WarcWriter::close() {
  if (failure_) return fail(Errc::Unavailable, "the archive has stopped: " + failure_->what);
  return file_ ? guard(finish_file()) : Result<void>{};
}

Result<ArchivePlace> WarcWriter::append(const Landing& landing) {
  if (!landing.exchange || landing.exchange->response_head.empty()) return ArchivePlace{};
  const Exchange& exchange = *landing.exchange;
  const Payload* payload = exchange.payload.get();
  const Instant now = clock_->now();
  const std::string response = archived_response_head(exchange.response_head);
  const auto pieces = [this](std::size_t bytes) { return let_others(bytes); };
  TRY_ASSIGN(const BlockDigests digests, digest_block(response, payload, buffer_, pieces));
  TRY(make_room(now));

  const Instant began = began_at(landing.report, now);
  const std::string date = to_iso(began);
  const auto profile = revisit_profile(landing, digests.payload, now, options_.revisit_max_age);
  const ArchivedCopy& original = landing.lease.copy;
  const std::string id = uuid_bytes((*random_)());
  ArchivePlace place{names_.final_name, file_->offset(), {}};
  if (profile) {
    place.copy = original;
  } else if (landing.report.status == 200 && exchange.truncated.empty()) {
    place.copy = {id, began, digests.payload};
  }
  WarcHead head(profile ? "revisit" : "response");
  head.add("WARC-Record-ID", record_id_of(id))
      .add("WARC-Date", date)
      .add("WARC-Target-URI", landing.report.url)
      .add("WARC-IP-Address", warc_address(landing.report.peer))
      .add("WARC-Warcinfo-ID", info_id_);
  if (profile) {
    add_reference(head, *profile, landing);
    // A replayer takes status and fields from the block where there is one, so a 304 has none.
    const bool whole_head = *profile == kSamePayloadProfile;
    const std::string_view block = whole_head ? std::string_view(response) : std::string_view();
    TRY_ASSIGN(const BlockDigests digest, digest_block(block, nullptr, buffer_));
    head.add("WARC-Block-Digest", sha1_label(digest.block))
        .add("Content-Type", whole_head ? "application/http;msgtype=response" : "");
    TRY(write_record(std::move(head).finish(block.size()), block, nullptr));
  } else {
    const auto& stands_for = landing.lease.stands_for;
    head.add("WARC-Block-Digest", sha1_label(digests.block))
        .add("WARC-Payload-Digest", sha1_label(digests.payload))
        .add("WARC-Truncated", exchange.truncated)
        .add("Frontierd-Mirror-Of", stands_for ? stands_for->url : "")
        .add("Content-Type", "application/http;msgtype=response");
    TRY(write_record(std::move(head).finish(response.size() + size_of(payload)), response,
                     payload));
  }
  if (!exchange.request_head.empty()) TRY(write_request(landing, date, record_id_of(id)));
  return place;
}

Result<void> WarcWriter::write_request(const Landing& landing, const std::string& date,
                                       const std::string& response_id) {
  const std::string request =
      archived_request_head(landing.exchange->request_head, options_.secrets);
  TRY_ASSIGN(const BlockDigests asked, digest_block(request, nullptr, buffer_));
  WarcHead head("request");
  head.add("WARC-Record-ID", record_id((*random_)()))
      .add("WARC-Date", date)
      .add("WARC-Target-URI", landing.report.url)
      .add("WARC-IP-Address", warc_address(landing.report.peer))
      .add("WARC-Warcinfo-ID", info_id_)
      .add("WARC-Concurrent-To", response_id)
      .add("WARC-Block-Digest", sha1_label(asked.block))
      .add("Content-Type", "application/http;msgtype=request");
  return write_record(std::move(head).finish(request.size()), request, nullptr);
}

Result<void> WarcWriter::make_room(Instant now) {
  if (file_ && file_->offset() >= options_.rotate_bytes) TRY(finish_file());
  TRY(close_if_aged());
  return file_ ? Result<void>{} : open(now);
}

WarcWriter::Names WarcWriter::next_names(Instant now) {
  char serial[16];
  std::snprintf(serial, sizeof serial, "%05u", serial_++ % 100'000u);
  const std::string stem = for_file_name(options_.prefix) + "-" + timestamp17(now) + "-" + serial +
                           "-" + for_file_name(options_.host_name) + "~" +
                           std::to_string(options_.pid);
  const std::string path = options_.directory + "/" + stem;
  return {stem + std::string(kWarcSuffix), path + std::string(kOpenSuffix),
          path + std::string(kWarcSuffix)};
}

Result<void> WarcWriter::open(Instant now) {
  for (int tries = 1;; ++tries) {
    names_ = next_names(now);
    if (disk_->exists(names_.final_path) && tries < kNameTries) continue;
    auto file = disk_->create(names_.open_path);
    if (file) {
      file_ = std::make_unique<GzipFile>(std::move(*file), options_.gzip_level);
      break;
    }
    if (file.error().code != Errc::Conflict || tries == kNameTries) {
      return fail(std::move(file).error());
    }
  }
  opened_at_ = now;
  ++tally_.files;
  TRY(disk_->sync_directory(options_.directory));
  return write_info(now);
}

Result<void> WarcWriter::finish_file() {
  TRY(file_->sync());
  file_.reset();
  TRY(disk_->rename(names_.open_path, names_.final_path));
  return disk_->sync_directory(options_.directory);
}

Result<void> WarcWriter::write_info(Instant now) {
  info_id_ = record_id((*random_)());
  std::string fields =
      warc_field("software", options_.software) + warc_field("format", "WARC File Format 1.1") +
      warc_field("conformsTo", kConformsTo) + warc_field("robots", options_.robots);
  for (const Header& field : options_.info) {
    if (!trim(field.value).empty()) fields += warc_field(field.name, field.value);
  }
  TRY_ASSIGN(const BlockDigests digests, digest_block(fields, nullptr, buffer_));
  WarcHead head("warcinfo");
  head.add("WARC-Record-ID", info_id_)
      .add("WARC-Date", to_iso(now))
      .add("WARC-Filename", names_.final_name)
      .add("WARC-Block-Digest", sha1_label(digests.block))
      .add("Content-Type", "application/warc-fields");
  return write_record(std::move(head).finish(fields.size()), fields, nullptr);
}

Result<void> WarcWriter::write_record(std::string_view head, std::string_view block,
                                      const Payload* payload) {
  const std::uint64_t start = file_->offset();
  file_->begin_member();
  TRY(file_->write(head));
  TRY(file_->write(block));
  const auto write_piece = [this](std::string_view piece) -> Result<void> {
    TRY(file_->write(piece));
    return let_others(piece.size());
  };
  TRY(for_each_piece(payload, buffer_, write_piece));
  TRY(file_->write(kRecordEnd));
  TRY(file_->end_member());
  ++tally_.records;
  tally_.bytes += file_->offset() - start;
  return {};
}

}  // namespace frontierd
