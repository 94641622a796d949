#include "support/warc_reader.h"

#include <openssl/sha.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

namespace frontierd {
namespace {

// The text of the gzip member at the start of `bytes`; its length, or 0 if it is not whole.
std::size_t inflate_member(std::string_view bytes, std::string& text) {
  z_stream stream{};
  if (inflateInit2(&stream, 31) != Z_OK) return 0;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::array<char, 65536> out{};
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    state = inflate(&stream, Z_NO_FLUSH);
    text.append(out.data(), out.size() - stream.avail_out);
  }
  const std::size_t used = bytes.size() - stream.avail_in;
  inflateEnd(&stream);
  return state == Z_STREAM_END ? used : 0;
}

std::string parse(std::string_view text, WarcRecord& record) {
  const std::size_t head_end = text.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return "no end of the record head";
  std::istringstream head(std::string(text.substr(0, head_end + 2)));
  std::string line;
  std::getline(head, line);
  record.version = line.substr(0, line.size() - 1);
  while (std::getline(head, line)) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos || !line.ends_with('\r')) return "bad field line: " + line;
    record.fields.emplace_back(line.substr(0, colon),
                               line.substr(colon + 2, line.size() - colon - 3));
  }
  text.remove_prefix(head_end + 4);
  if (!text.ends_with("\r\n\r\n")) return "no record end";
  record.block = text.substr(0, text.size() - 4);
  if (record.field("Content-Length") != std::to_string(record.block.size())) {
    return "Content-Length " + record.field("Content-Length") + " over a block of " +
           std::to_string(record.block.size());
  }
  return "";
}

std::string digest_fault(const WarcRecord& record) {
  if (record.field("WARC-Block-Digest") != own_sha1_label(record.block)) return "wrong block digest";
  if (record.field("WARC-Type") == "revisit") return "";  // it is the original's
  const bool response = record.field("WARC-Type") == "response";
  const std::string wanted = response ? own_sha1_label(record.payload()) : "";
  return record.field("WARC-Payload-Digest") == wanted ? "" : "wrong payload digest";
}

}  // namespace

std::string WarcRecord::field(std::string_view name) const {
  for (const auto& [known, value] : fields) {
    if (known == name) return value;
  }
  return "";
}

std::string WarcRecord::http_head() const {
  const std::size_t crlf = block.find("\r\n\r\n");
  const std::size_t lf = block.find("\n\n");
  if (crlf == std::string::npos && lf == std::string::npos) return block;
  return block.substr(0, std::min(crlf == std::string::npos ? crlf : crlf + 4,
                                  lf == std::string::npos ? lf : lf + 2));
}

std::string WarcRecord::payload() const {
  return block.substr(http_head().size());
}

WarcReading read_warc(std::string_view bytes) {
  WarcReading reading;
  std::uint64_t at = 0;
  while (at < bytes.size()) {
    std::string text;
    WarcRecord record;
    record.offset = at;
    record.packed_bytes = inflate_member(bytes.substr(at), text);
    reading.fault = record.packed_bytes == 0 ? "unfinished gzip member" : parse(text, record);
    if (!reading.fault.empty()) {
      reading.fault += " at " + std::to_string(at);
      return reading;
    }
    at += record.packed_bytes;
    reading.records.push_back(std::move(record));
  }
  return reading;
}

WarcReading read_warc_file(const std::string& path) {
  return read_warc(slurp(path));
}

std::string record_fault(const WarcRecord& record) {
  static const std::regex id_form(
      "<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>");
  static const std::regex date_form(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}|\d{6})Z)");
  if (record.version != "WARC/1.1") return "version " + record.version;
  for (const char* name : {"WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length"}) {
    if (record.field(name).empty()) return std::string("no ") + name;
  }
  for (const auto& [name, value] : record.fields) {
    const auto same = [&name = name](const auto& field) { return field.first == name; };
    if (std::count_if(record.fields.begin(), record.fields.end(), same) != 1)
      return "twice: " + name;
  }
  if (!std::regex_match(record.field("WARC-Record-ID"), id_form)) return "bad record id";
  if (!std::regex_match(record.field("WARC-Date"), date_form)) return "bad date";
  return digest_fault(record);
}

std::string own_sha1_label(std::string_view bytes) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  std::string out = "sha1:";
  for (std::size_t bit = 0; bit < digest.size() * 8; bit += 5) {
    unsigned int value = 0;
    for (std::size_t i = bit; i < bit + 5; ++i) {
      value = value * 2 + ((digest[i / 8] >> (7 - i % 8)) & 1u);
    }
    out += static_cast<char>(value < 26 ? 'A' + value : '2' + value - 26);
  }
  return out;
}

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace frontierd
