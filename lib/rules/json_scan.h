// A walk over the members of JSON objects in a body that may be cut off, damaged or hostile: no
// tree, no allocation per value, one pass, stops at the first slip. For a few known scalar members
// of error bodies; not a validator. Pure.
#pragma once

#include <functional>
#include <string_view>

namespace frontierd {

inline constexpr std::size_t kJsonScanMax = 16 * 1024;  // bytes looked at
inline constexpr int kJsonDepthMax = 16;

// A member whose value is a string, a number or a word. The views point into the text; escapes in
// them are left as they are.
struct JsonMember {
  int depth = 0;            // 1: a member of the outermost object
  int object = 0;           // a number of its own for each object, in order of opening
  std::string_view parent;  // the key under which the object stands; empty in arrays and outermost
  std::string_view key;
  std::string_view value;
  bool is_string = false;
};

// Calls `found` for each such member, in order.
void scan_json(std::string_view text, const std::function<void(const JsonMember&)>& found);

}  // namespace frontierd
