#include "archive/warc_record.h"

#include <arpa/inet.h>
#include <sys/random.h>

#include <algorithm>

#include "archive/digest.h"
#include "base/check.h"
#include "base/text.h"

namespace frontierd {

std::array<std::uint8_t, 16> system_random() {
  std::array<std::uint8_t, 16> bytes{};
  // Up to 256 bytes come whole, once the kernel's pool is seeded.
  CHECK(::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  return bytes;
}

std::string uuid_bytes(std::array<std::uint8_t, 16> random) {
  random[6] = static_cast<std::uint8_t>((random[6] & 0x0fu) | 0x40u);
  random[8] = static_cast<std::uint8_t>((random[8] & 0x3fu) | 0x80u);
  return {random.begin(), random.end()};
}

std::string record_id_of(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "<urn:uuid:";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kHex[byte >> 4];
    out += kHex[byte & 15u];
  }
  return out += '>';
}

std::string record_id(std::array<std::uint8_t, 16> random) {
  return record_id_of(uuid_bytes(random));
}

std::string warc_field(std::string_view name, std::string_view value) {
  std::string line(name);
  line.append(": ");
  for (const char c : trim(value)) {
    const auto byte = static_cast<unsigned char>(c);
    line += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
  return line.append("\r\n");
}

WarcHead::WarcHead(std::string_view type) : text_("WARC/1.1\r\n") {
  add("WARC-Type", type);
}

WarcHead& WarcHead::add(std::string_view name, std::string_view value) {
  if (!trim(value).empty()) text_ += warc_field(name, value);
  return *this;
}

std::string WarcHead::finish(std::uint64_t block_bytes) && {
  add("Content-Length", std::to_string(block_bytes));
  return std::move(text_.append("\r\n"));
}

std::string timestamp17(Instant at) {
  std::string digits = to_iso(at);
  std::erase_if(digits, [](char c) { return !is_digit(c); });
  return digits;
}

std::string warc_address(std::string_view peer) {
  const std::string text(peer.substr(0, peer.find('%')));
  std::array<unsigned char, sizeof(in6_addr)> address{};
  std::array<char, INET6_ADDRSTRLEN> out{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (::inet_pton(family, text.c_str(), address.data()) != 1) continue;
    if (::inet_ntop(family, address.data(), out.data(), out.size()) == nullptr) continue;
    return out.data();
  }
  return "";
}

Result<void> for_each_piece(const Payload* payload, std::span<char> buffer,
                            const std::function<Result<void>(std::string_view)>& use) {
  const std::uint64_t size = payload == nullptr ? 0 : payload->size();
  for (std::uint64_t at = 0; at < size;) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - at));
    TRY_ASSIGN(const std::size_t got, payload->read(at, buffer.first(want)));
    if (got == 0) {
      return fail(Errc::Io, "a stored payload ended after " + std::to_string(at) + " of " +
                                std::to_string(size) +
                                " bytes; check the disk that holds temporary files");
    }
    TRY(use({buffer.data(), got}));
    at += got;
  }
  return {};
}

Result<BlockDigests> digest_block(std::string_view head, const Payload* payload,
                                  std::span<char> buffer,
                                  const std::function<Result<void>(std::size_t)>& between) {
  Sha1 block;
  Sha1 body;
  block.update(head);
  TRY(for_each_piece(payload, buffer, [&](std::string_view piece) -> Result<void> {
    block.update(piece);
    body.update(piece);
    return between ? between(piece.size()) : Result<void>{};
  }));
  return BlockDigests{block.finish(), body.finish()};
}

}  // namespace frontierd
