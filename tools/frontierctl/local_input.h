// What the commands without a daemon read: files, responses as `curl -i` prints them, signatures
// files.
#pragma once

#include <string>

#include "base/result.h"
#include "frontierctl/options.h"
#include "frontierctl/terminal.h"
#include "rules/report.h"
#include "rules/signatures.h"

namespace frontierd {

// The whole file; "-" is standard input.
Result<std::string> read_input(const std::string& path, const Screen& screen);

// The built-in table, with the file laid over it unless the path is empty. Its mistakes are one
// error, a line for each: path:line:column: what to write.
Result<SignatureTable> signatures_of(const std::string& path, const Screen& screen);

// A response as received, with --url and --now.
Result<FetchReport> report_of(const Options& options, const std::string& raw);

}  // namespace frontierd
