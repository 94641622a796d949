#include "frontierctl/classify_input.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "base/text.h"
#include "base/time.h"

namespace frontierd {
namespace {

namespace json = boost::json;

Error slip(const std::string& what) {
  return {Errc::Usage, what};
}

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    if (c == '=' || is_space(c)) continue;
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xffffffu;
    if ((count += 6) < 8) continue;
    count -= 8;
    out += static_cast<char>(static_cast<unsigned char>(bits >> count & 0xff));
  }
  return out;
}

Result<void> add_header(FetchReport& report, std::string_view name, const json::value& value) {
  if (!value.is_string())
    return fail(slip("the header \"" + std::string(name) + "\" is no string"));
  const std::string_view text{value.get_string().data(), value.get_string().size()};
  report.headers.push_back({std::string(name), std::string(trim(text))});
  return {};
}

Result<void> read_headers(const json::value& headers, FetchReport& report) {
  if (const json::object* object = headers.if_object()) {
    for (const auto& [key, value] : *object) {
      TRY(add_header(report, {key.data(), key.size()}, value));
    }
    return {};
  }
  const json::array* list = headers.if_array();
  if (list == nullptr)
    return fail(slip("headers: give a list of [name, value] pairs, or an object"));
  for (const json::value& pair : *list) {
    const json::array* two = pair.if_array();
    if (two == nullptr || two->size() != 2 || !(*two)[0].is_string()) {
      return fail(slip("headers: every element must be a pair [name, value]"));
    }
    TRY(add_header(report, {(*two)[0].get_string().data(), (*two)[0].get_string().size()},
                   (*two)[1]));
  }
  return {};
}

Result<void> read_body(const json::object& object, FetchReport& report) {
  std::string body(text_of(object, "body"));
  if (const std::string_view encoded = text_of(object, "body_b64"); !encoded.empty()) {
    auto decoded = from_base64(encoded);
    if (!decoded) return fail(slip("body_b64: not Base64 (RFC 4648)"));
    body = std::move(*decoded);
  }
  report.body_bytes = report.received_bytes = body.size();
  body.resize(std::min(body.size(), kBodyHeadMax));
  report.body_head = std::move(body);
  return {};
}

}  // namespace

Result<FetchReport> report_from_json(std::string_view line, std::string* id) {
  json::error_code error;
  const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
  if (error) return fail(slip("not JSON: " + error.message() + "; give one object a line"));
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(slip("not a JSON object; give one object a line"));
  if (id != nullptr) *id = text_of(*object, "id");

  FetchReport report;
  const json::value* status = object->if_contains("status");
  if (status == nullptr || !status->is_int64())
    return fail(slip("status: give a number such as 503"));
  report.status = static_cast<int>(std::clamp<std::int64_t>(status->get_int64(), 0, 999));
  report.url = text_of(*object, "url");
  if (const json::value* headers = object->if_contains("headers"))
    TRY(read_headers(*headers, report));
  TRY(read_body(*object, report));
  const std::string_view now = text_of(*object, "now");
  if (!now.empty()) {
    const auto at = parse_iso(now);
    if (!at) return fail(slip("now: write it as 2026-11-22T00:04:45Z"));
    report.received_at = *at;
  }
  return report;
}

}  // namespace frontierd
