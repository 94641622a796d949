// The error objects that programs write for programs: leaf values of JSON and XML with their path,
// e.g. "error.code" = "maxlag", "Error.Code" = "SlowDown". Hand-written, bounded, never fails: what
// is damaged or too deep is skipped. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/page.h"

namespace frontierd {

inline constexpr std::size_t kMachineBytesMax = 8'192;  // looked at
inline constexpr std::size_t kMachineFieldsMax = 48;
inline constexpr std::size_t kMachineDepthMax = 6;
inline constexpr std::size_t kMachineValueMax = 256;  // longer values are cut

struct MachineField {
  std::string path;   // keys joined by dots, lower case; array steps leave no trace
  std::string value;  // as written, escapes other than \" and \/ untouched
};

std::vector<MachineField> machine_fields(const Page& page);
// Whether the last key of the path usually holds a code: code, error, type, reason, status, ...
bool is_code_key(std::string_view path);
// A code without its namespace: "ThrottlingException" for "com.amazon#ThrottlingException".
std::string_view bare_code(std::string_view value);

}  // namespace frontierd
