// classify(): facts → outcome. Total (every report has an outcome), pure, and linear in the bytes
// looked at. Signatures are data: see signatures.h and signatures/. Thread-safe: const tables.
#pragma once

#include "rules/outcome.h"
#include "rules/report.h"

namespace frontierd {

class SignatureTable;

// `report.received_at` is the `now` against which dates in the response are read.
Outcome classify(const FetchReport& report, const SignatureTable& signatures);

}  // namespace frontierd
