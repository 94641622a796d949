// Which signatures hold for a response. Pure; linear in the bytes of the report for a given table.
#pragma once

#include <string>
#include <vector>

#include "rules/outcome.h"
#include "rules/page.h"
#include "rules/report.h"
#include "rules/signatures.h"

namespace frontierd {

struct SignatureMatch {
  const SignatureRow* row = nullptr;
  std::string seen;  // the sign that was seen, in words
};

// In the order of the table. `retry_after`: what the Retry-After field asks for, if it does.
std::vector<SignatureMatch> match_signatures(const FetchReport& report, const Page& page,
                                             const std::optional<AskedWait>& retry_after,
                                             const SignatureTable& table);

}  // namespace frontierd
