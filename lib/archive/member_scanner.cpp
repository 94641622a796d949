#include "archive/member_scanner.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/check.h"
#include "base/text.h"

namespace frontierd {
namespace {

constexpr int kGzipOnly = 15 + 16;
constexpr std::size_t kHeadMax = 64 * 1024;  // our own heads stay below 8 KiB
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::uint64_t kBlockMax = std::uint64_t{1} << 60;

std::optional<std::uint64_t> content_length(std::string_view head) {
  for (std::string_view line : split(head, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !iequals(line.substr(0, colon), "Content-Length"))
      continue;
    const auto length = parse_int<std::uint64_t>(trim(line.substr(colon + 1)));
    return length && *length < kBlockMax ? length : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

MemberScanner::MemberScanner() {
  CHECK(inflateInit2(&stream_, kGzipOnly) == Z_OK);
}
MemberScanner::~MemberScanner() {
  inflateEnd(&stream_);
}

bool MemberScanner::feed(std::string_view bytes) {
  while (!bytes.empty() && !damaged_) {
    const auto n = std::min<std::size_t>(bytes.size(), 1u << 30);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(n);
    while (stream_.avail_in > 0 && !damaged_) damaged_ = !inflate_some();
    bytes.remove_prefix(n);
  }
  return !damaged_;
}

bool MemberScanner::inflate_some() {
  std::array<char, 32 * 1024> out;
  const uInt before = stream_.avail_in;
  int state = Z_OK;
  do {  // all that this input yields: output may be pending when the input is used up
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    state = inflate(&stream_, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return false;
    if (!take_text({out.data(), out.size() - stream_.avail_out})) return false;
  } while (state == Z_OK && stream_.avail_out == 0);
  consumed_ += before - stream_.avail_in;
  if (state != Z_STREAM_END) return true;
  if (in_head_ || left_ != 0) return false;
  edge_ = consumed_;
  ++records_;
  begin_member();
  return true;
}

bool MemberScanner::take_text(std::string_view text) {
  while (in_head_ && !text.empty()) {
    const std::size_t searched = head_.size() < 3 ? 0 : head_.size() - 3;
    const std::size_t had = head_.size();
    head_.append(text.substr(0, kHeadMax));
    const std::size_t end = head_.find(kHeadEnd, searched);
    if (end == std::string::npos) return head_.size() < kHeadMax;
    text.remove_prefix(end + kHeadEnd.size() - had);
    head_.resize(end);
    if (!end_of_head()) return false;
  }
  if (text.size() > left_) return false;
  left_ -= text.size();
  return true;
}

bool MemberScanner::end_of_head() {
  const auto length = content_length(head_);
  if (!head_.starts_with("WARC/1.") || !length) return false;
  in_head_ = false;
  left_ = *length + kHeadEnd.size();
  return true;
}

void MemberScanner::begin_member() {
  CHECK(inflateReset(&stream_) == Z_OK);
  head_.clear();
  in_head_ = true;
  left_ = 0;
}

std::uint64_t whole_prefix(std::string_view bytes) {
  MemberScanner scanner;
  scanner.feed(bytes);
  return scanner.edge();
}

}  // namespace frontierd
