// Any bytes as an operator's file: faults or a table that classifies, never a crash.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "rules/classify.h"
#include "rules/signature_reader.h"
#include "rules/signatures.h"

using namespace frontierd;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  PhraseLists phrases{{"maintenance", {"maintenance"}}};
  const SignatureFile file = read_signatures(text, phrases, {"cloudflare-challenge"});
  for (const SignatureFault& fault : file.faults) {
    CHECK(fault.line >= 0 && fault.column >= 0 && !fault.what.empty());
  }
  if (!file.faults.empty() || file.rows.empty()) return 0;  // the whole table is slow to lay over
  SignatureTable table;
  SignatureTable::load(text, table);
  FetchReport report;
  report.status = 503;
  report.headers = {{"Server", "nginx"}, {"Content-Type", "text/html"}};
  report.body_head = "<html><title>Just a moment</title>" + std::string(text) + "</html>";
  CHECK(!classify(report, table).evidence.empty());
  return 0;
}
