#include "fetch/response_head.h"

#include <algorithm>

#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::string_view kTransferEncoding = "transfer-encoding";

// As libcurl reads it: blanks before the code, however many, and whatever stands behind it.
int status_in(std::string_view status_line) {
  const std::size_t space = status_line.find(' ');
  if (space == std::string_view::npos) return 0;
  status_line.remove_prefix(space);
  while (!status_line.empty() && is_space(status_line.front())) status_line.remove_prefix(1);
  return parse_int<int>(status_line.substr(0, 3)).value_or(0);
}

}  // namespace

std::optional<End> ResponseHead::add(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > limits_->header_bytes_max) {
    return End{Transport::HeadersTooLarge, "heads of more than " +
                                               std::to_string(limits_->header_bytes_max) +
                                               " bytes (fetch.header_bytes_max)"};
  }
  if (complete_) return std::nullopt;  // a trailer: counted, not kept
  if (istarts_with(line, "HTTP/")) {
    start(line);
    return std::nullopt;
  }
  return trim(line).empty() ? finish() : field(line);
}

void ResponseHead::start(std::string_view line) {
  headers_.clear();
  lines_ = 0;
  text_.clear();
  status_ = status_in(line);
  if (!keep_text_) return;
  if (istarts_with(line, "HTTP/2")) {
    text_ = "HTTP/1.1";
    line.remove_prefix(std::min(line.find(' '), line.size()));
  }
  keep(line);
}

std::optional<End> ResponseHead::field(std::string_view line) {
  if (++lines_ > limits_->header_fields_max) {
    return End{Transport::HeadersTooLarge, "more than " +
                                               std::to_string(limits_->header_fields_max) +
                                               " header lines (fetch.header_fields_max)"};
  }
  if (is_space(line.front())) {  // a folded line (RFC 9112 section 5.2)
    if (!headers_.empty()) headers_.back().value.append(" ").append(trim(line));
  } else {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    if (headers_.empty()) headers_.reserve(12);
    headers_.push_back(
        {std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
    if (keep_text_ && iequals(headers_.back().name, kTransferEncoding)) text_ += "X-Frontierd-";
  }
  if (keep_text_) keep(line);
  return std::nullopt;
}

void ResponseHead::keep(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  text_.append(line).append("\r\n");
}

std::optional<End> ResponseHead::finish() {
  if (status_ >= 200) {
    complete_ = true;
    if (keep_text_) text_ += "\r\n";
    if (auto end = check_codings()) return end;
    auto end = check_lengths();
    contradicts_ = end.has_value();
    return end;
  }
  if (++informational_ > limits_->informational_max) {
    return End{Transport::ProtocolError, "more than " + std::to_string(limits_->informational_max) +
                                             " interim (1xx) responses (fetch.informational_max)"};
  }
  return std::nullopt;
}

// Two lengths that differ, in two fields or in one, are a sign of response splitting (RFC 9112
// section 6.3).
std::optional<End> ResponseHead::check_lengths() const {
  std::optional<std::string_view> first;
  for (const Header& header : headers_) {
    if (!iequals(header.name, "content-length")) continue;
    for (const std::string_view part : split(header.value, ',')) {
      const std::string_view length = trim(part);
      if (first && *first != length) {
        return End{Transport::ProtocolError, "two values of Content-Length that differ"};
      }
      first = length;
    }
  }
  return std::nullopt;
}

// We send no TE, so a server must not squeeze the transfer itself (RFC 9112 section 6.1). libcurl
// would undo it, all in one go.
std::optional<End> ResponseHead::check_codings() const {
  for (const Header& header : headers_) {
    if (!iequals(header.name, kTransferEncoding)) continue;
    for (const std::string_view part : split(header.value, ',')) {
      const std::string_view coding = trim(part);
      if (coding.empty() || iequals(coding, "chunked") || iequals(coding, "identity")) continue;
      return End{Transport::BadEncoding,
                 "a Transfer-Encoding that was not asked for: " + for_message(coding, 40)};
    }
  }
  return std::nullopt;
}

std::string ResponseHead::joined(std::string_view name) const {
  std::string all;
  for (const Header& header : headers_) {
    if (!iequals(header.name, name)) continue;
    if (!all.empty()) all += ", ";
    all += header.value;
  }
  return all;
}

std::string ResponseHead::take_text() {
  return std::move(text_);
}

}  // namespace frontierd
