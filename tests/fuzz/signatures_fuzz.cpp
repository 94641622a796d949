// Any bytes as an operator's file: faults or a table that classifies, never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "rules/classify.h"
#include "rules/signatures.h"

using namespace frontierd;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  SignatureTable table;
  for (const SignatureFault& fault : SignatureTable::load(text, table)) {
    CHECK(fault.line >= 0 && fault.column >= 0 && !fault.what.empty());
  }
  FetchReport report;
  report.status = 503;
  report.headers = {{"Server", "nginx"}, {"Content-Type", "text/html"}};
  report.body_head = "<html><title>Just a moment</title>" + std::string(text) + "</html>";
  CHECK(!classify(report, table).evidence.empty());
  return 0;
}
