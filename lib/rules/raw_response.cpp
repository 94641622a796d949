#include "rules/raw_response.h"

#include "base/text.h"

namespace frontierd {
namespace {

// Takes the next line off the text, without its line end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Result<void> read_status_line(std::string_view line, FetchReport& report) {
  const std::size_t gap = line.find(' ');
  const std::string_view version = line.substr(0, gap);
  const auto status =
      gap == std::string_view::npos ? std::nullopt : parse_int<int>(trim(line.substr(gap + 1, 3)));
  if (!version.starts_with("HTTP/") || !status || *status < 100) {
    return fail(Errc::Usage, "no status line: \"" + for_message(line, 60) +
                                 "\"; give a response as curl -i prints it, beginning with HTTP/");
  }
  report.status = *status;
  const std::string_view number = version.substr(5);
  report.http_version = number.starts_with("1.0") ? 10
                        : number.starts_with("1") ? 11
                        : number.starts_with("3") ? 30
                                                  : 20;
  return {};
}

Result<void> read_headers(std::string_view& text, FetchReport& report) {
  report.headers.clear();
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) return {};
    if (is_space(line[0]) && !report.headers.empty()) {  // obsolete folding (RFC 9112 §5.2)
      report.headers.back().value += ' ' + std::string(trim(line));
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      return fail(Errc::Usage, "not a header line: \"" + for_message(line, 60) +
                                   "\"; put an empty line between header and body");
    }
    if (report.headers.size() == kRawHeadersMax) {
      return fail(Errc::Limit, "more than " + std::to_string(kRawHeadersMax) +
                                   " header lines; is there an empty line before the body?");
    }
    report.headers.push_back(
        {std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
  }
  return {};
}

// curl prints every block it saw. After an interim answer, a redirect or a CONNECT, a status line
// begins the next one; a body that happens to start so after a final answer is still a body.
bool is_earlier_block(const FetchReport& report, std::string_view rest) {
  if (!rest.starts_with("HTTP/")) return false;
  return report.status < 200 || (report.status >= 300 && report.status < 400) ||
         report.status == 401 || report.status == 407 ||
         (report.status == 200 && report.headers.empty());
}

}  // namespace

Result<FetchReport> parse_raw_response(std::string_view text) {
  FetchReport report;
  do {
    std::string_view line = take_line(text);
    while (line.empty() && !text.empty()) line = take_line(text);
    TRY(read_status_line(line, report));
    TRY(read_headers(text, report));
  } while (is_earlier_block(report, text));
  report.body_bytes = text.size();
  report.received_bytes = text.size();
  report.body_head = text.substr(0, kBodyHeadMax);
  return report;
}

}  // namespace frontierd
