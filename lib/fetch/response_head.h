// Reads the head of a response line by line, as libcurl hands it over: 1xx heads, the final head,
// trailers. Enforces the limits on heads. One thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/options.h"
#include "rules/report.h"

namespace frontierd {

// Why we end a transfer ourselves.
struct End {
  Transport transport = Transport::Ok;
  std::string detail;
};

class ResponseHead {
 public:
  // `keep_text`: whether the archive wants the head as it came.
  ResponseHead(const TransferLimits& limits, bool keep_text)
      : limits_(&limits), keep_text_(keep_text) {}

  // One line with its line end; an empty line ends a head. The transfer ends where one is returned.
  std::optional<End> add(std::string_view line);

  bool complete() const { return complete_; }  // the final head, that is
  bool contradicts_itself() const { return contradicts_; }
  int status() const { return status_; }
  std::size_t bytes() const { return bytes_; }
  std::vector<Header>& headers() { return headers_; }
  const std::vector<Header>& headers() const { return headers_; }
  // All values of a field, joined by commas.
  std::string joined(std::string_view name) const;

  // The final head for the archive. HTTP/2 is written in the form of HTTP/1.1. libcurl undoes the
  // chunks, so "Transfer-Encoding" is renamed to "X-Frontierd-Transfer-Encoding": the stored head
  // then describes the stored payload, and what was received can still be read off it.
  std::string take_text();

 private:
  void start(std::string_view line);
  std::optional<End> field(std::string_view line);
  std::optional<End> finish();
  std::optional<End> check_lengths() const;
  std::optional<End> check_codings() const;
  void keep(std::string_view line);

  const TransferLimits* limits_;
  bool keep_text_;
  bool complete_ = false;
  bool contradicts_ = false;
  int status_ = 0;
  int informational_ = 0;
  std::size_t lines_ = 0;  // of this head; a folded one costs as much as a field
  std::size_t bytes_ = 0;
  std::vector<Header> headers_;
  std::string text_;
};

}  // namespace frontierd
