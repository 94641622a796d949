#include "rules/classify_json.h"

#include <cstdio>

namespace frontierd {
namespace {

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x",
                    byte);  // other bytes as Latin-1: never invalid
      out += escaped;
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  if (out.back() != '{') out += ',';
  append_string(out, key);
  out += ':';
  append_string(out, value);
}

std::string seconds(Millis length) {
  const auto ms = length.count();
  std::string text = std::to_string(ms / 1'000);
  if (ms % 1'000 == 0) return text;
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03d", static_cast<int>(ms % 1'000));
  text += fraction;
  while (text.back() == '0') text.pop_back();
  return text;
}

}  // namespace

std::string outcome_json(std::string_view id, const Outcome& outcome) {
  std::string out = "{";
  append_member(out, "id", id);
  append_member(out, "class", to_string(outcome.cls));
  append_member(out, "scope", to_string(outcome.scope));
  append_member(out, "vendor", outcome.vendor.empty() ? "none" : std::string_view(outcome.vendor));
  out += ",\"retry_after_seconds\":" + (outcome.wait ? seconds(outcome.wait->length) : "null");
  out += ",\"evidence\":[";
  for (const Evidence& item : outcome.evidence) {
    if (out.back() != '[') out += ',';
    out += '{';
    append_member(out, "rule", item.rule);
    append_member(out, "strength", to_string(item.strength));
    append_member(out, "what", item.what);
    out += '}';
  }
  out += "],\"runner_up\":";
  if (!outcome.runner_up) return out + "null}";
  out += '{';
  append_member(out, "class", to_string(outcome.runner_up->cls));
  append_member(out, "rule", outcome.runner_up->rule);
  return out + "}}";
}

}  // namespace frontierd
