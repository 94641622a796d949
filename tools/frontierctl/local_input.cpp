#include "frontierctl/local_input.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <istream>
#include <iterator>

#include "rules/http_date.h"
#include "rules/raw_response.h"
#include "rules/url.h"

namespace frontierd {

Result<std::string> read_input(const std::string& path, const Screen& screen) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(screen.in), {});
  std::error_code failed;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, failed)) {
    return fail(Errc::Io, "cannot read " + path + "; check its name and permissions");
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<SignatureTable> signatures_of(const std::string& path, const Screen& screen) {
  SignatureTable table = SignatureTable::built_in();
  if (path.empty()) return table;
  TRY_ASSIGN(const std::string text, read_input(path, screen));
  const auto faults = SignatureTable::load(text, table);
  if (faults.empty()) return table;
  std::string what;
  for (const SignatureFault& fault : faults) {
    what += path + ':' + std::to_string(fault.line) + ':' + std::to_string(fault.column) + ": " +
            fault.what + '\n';
  }
  return fail(Errc::Usage, what + std::to_string(faults.size()) +
                               (faults.size() == 1 ? " mistake" : " mistakes") +
                               " to mend; until then frontierd refuses the file");
}

Result<FetchReport> report_of(const Options& options, const std::string& raw) {
  TRY_ASSIGN(FetchReport report, parse_raw_response(raw));
  if (!options.url.empty()) {
    const auto url = Url::parse(options.url);
    if (!url) return fail(Errc::Usage, "--url: " + std::string(reason(url.error())));
    report.url = url->text();
  }
  if (options.now.empty()) {
    report.received_at = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  } else if (const auto now = parse_iso(options.now)) {
    report.received_at = *now;
  } else {
    return fail(Errc::Usage, "--now must be a time like 2026-11-22T00:00:00Z");
  }
  return report;
}

}  // namespace frontierd
