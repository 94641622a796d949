// The files of lib/rules/signatures/ as one table: joined, put in order and checked against each
// other. The build does it once (compile_signatures.cpp). Internal; pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/signature_text.h"
#include "rules/signatures.h"

namespace frontierd {

struct NamedText {
  std::string_view name;  // relative to the folder, such as "vendors/nginx.toml"
  std::string_view text;
};

struct FileFault {
  std::string file;
  SignatureFault fault;
};

struct SignatureFolder {
  WrittenTable table;
  std::vector<FileFault> faults;  // all of them, by file
};

// The files in any order.
SignatureFolder read_folder(std::span<const NamedText> files);

}  // namespace frontierd
