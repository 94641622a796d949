#include "originlab/fill_in.h"

#include <optional>

#include "base/text.h"
#include "base/time.h"
#include "originlab/dates.h"

namespace frontierd::originlab {
namespace {

// "+90s" or "-1h" or nothing, in seconds.
std::optional<std::int64_t> offset(std::string_view text) {
  if (text.empty()) return 0;
  const auto length = parse_duration(text.substr(1));
  if (!length || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const std::int64_t seconds = length->count() / 1'000;
  return text[0] == '+' ? seconds : -seconds;
}

std::optional<std::string> moment(std::string_view name, const Facts& facts) {
  const std::size_t colon = name.find(':');
  const std::string_view form = colon == name.npos ? "" : name.substr(colon + 1);
  name = name.substr(0, colon);
  const bool unix_time = name.substr(0, 4) == "unix";
  if (!unix_time && name.substr(0, 3) != "now") return std::nullopt;
  const auto seconds = offset(name.substr(unix_time ? 4 : 3));
  if (!seconds) return std::nullopt;
  const std::int64_t at = facts.unix_seconds + *seconds;
  if (unix_time) return std::to_string(at);
  if (form.empty()) return http_date(at);
  if (form == "rfc850") return http_date(at, DateForm::Rfc850);
  if (form == "asctime") return http_date(at, DateForm::Asctime);
  return std::nullopt;
}

}  // namespace

std::string fill_in(std::string_view text, const Facts& facts) {
  std::string out;
  while (true) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == text.npos) return out;
    text.remove_prefix(open);
    const std::size_t close = text.substr(0, 64).find('}');
    std::optional<std::string> value;
    if (close != text.npos) {
      const std::string_view name = text.substr(1, close - 1);
      if (const auto word = facts.words.find(name); word != facts.words.end()) {
        value = word->second;
      } else {
        value = moment(name, facts);
      }
    }
    out += value ? *value : "{";
    text.remove_prefix(value ? close + 1 : 1);
  }
}

}  // namespace frontierd::originlab
