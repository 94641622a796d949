// Structured Field values, RFC 9651 §4.2: lists and dictionaries. Parsing is all or nothing, as the
// RFC demands: one slip and the whole field is as if absent. Pure, linear in the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace frontierd {

enum class SfType { Integer, Decimal, String, Token, Bytes, Boolean, Date, Display, InnerList };

struct SfValue {
  SfType type = SfType::Boolean;
  std::int64_t integer = 0;  // Integer, Date; Boolean as 0 or 1; Decimal in thousandths
  std::string text;          // String unescaped, Token; Bytes and Display as they came
};

struct SfParameter {
  std::string key;
  SfValue value;
};

struct SfMember {
  std::string key;  // in a dictionary; empty in a list
  SfValue value;    // an InnerList is checked, and its items are not kept
  std::vector<SfParameter> parameters;

  // The last parameter of that key, or null: a repeated key overwrites.
  const SfValue* parameter(std::string_view name) const;
};

// More members than this make the field malformed; the RFC asks for 1,024 at least.
inline constexpr std::size_t kSfMembersMax = 1'024;

// Several lines of one field are to be joined with commas first. Empty text is an empty list.
std::optional<std::vector<SfMember>> parse_sf_list(std::string_view text);
// Members in order, repeated keys included: of those the last counts, as sf_find has it.
std::optional<std::vector<SfMember>> parse_sf_dictionary(std::string_view text);
const SfMember* sf_find(const std::vector<SfMember>& dictionary, std::string_view key);

}  // namespace frontierd
