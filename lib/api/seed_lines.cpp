#include "api/seed_lines.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "rules/url.h"

namespace frontierd {
namespace {

namespace json = boost::json;

constexpr std::size_t kJsonDepthMax = 16;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string bad_field(std::string_view name, const std::string& accepted) {
  return "\"" + std::string(name) + "\" must be " + accepted;
}

bool read_field(const json::key_value_pair& field, SeedLine& out) {
  const json::value& value = field.value();
  const std::string_view key(field.key().data(), field.key().size());
  if (key == "url") {
    if (!value.is_string()) return (out.fault = bad_field(key, "a string"), false);
    out.seed.url.assign(value.get_string().data(), value.get_string().size());
  } else if (key == "priority") {
    const bool good = value.is_int64() && value.get_int64() >= kPriorityHighest &&
                      value.get_int64() <= kPriorityLowest;
    if (!good) return (out.fault = bad_field(key, "a whole number from 0 (first) to 9"), false);
    out.seed.priority = static_cast<int>(value.get_int64());
  } else if (key == "not_before") {
    const auto at =
        value.is_string()
            ? parse_iso(std::string_view(value.get_string().data(), value.get_string().size()))
            : std::nullopt;
    if (!at) return (out.fault = bad_field(key, "a time like \"2026-11-22T00:00:00Z\""), false);
    out.seed.not_before = *at;
  } else if (key == "metadata") {
    if (!value.is_object()) return (out.fault = bad_field(key, "a JSON object"), false);
    out.seed.metadata = json::serialize(value);
  } else {
    out.fault = "unknown field \"" + for_message(key, 40) +
                "\"; known are url, priority, metadata, not_before";
    return false;
  }
  return true;
}

void parse_object(std::string_view text, SeedLine& out) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  const json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) {
    out.fault = "not valid JSON (" + error.message() + "); one object a line is expected";
    return;
  }
  if (!value.is_object()) {
    out.fault = "not a JSON object; {\"url\": ...} is expected";
    return;
  }
  for (const json::key_value_pair& field : value.get_object()) {
    if (!read_field(field, out)) return;
  }
  if (out.seed.url.empty()) out.fault = "\"url\" is missing";
}

}  // namespace

SeedLine parse_seed_line(std::string_view text, SeedFormat format, int default_priority) {
  SeedLine out;
  out.seed.priority = default_priority;
  if (format == SeedFormat::Ndjson || text.front() == '{') {
    parse_object(text, out);
  } else {
    out.seed.url = text;
  }
  if (out.fault.empty() && out.seed.url.size() > kUrlLengthMax) {
    out.fault = std::string(reason(UrlFault::TooLong));
  }
  if (!out.fault.empty()) out.seed = {};
  return out;
}

void SeedLines::take(std::vector<SeedLine>& out) {
  SeedLine line;
  if (cutter_.too_long()) {
    line.fault = "the line has " + std::to_string(cutter_.length()) + " bytes; at most " +
                 std::to_string(kLineBytesMax) + " are accepted";
  } else {
    std::string_view text = cutter_.line();
    if (cutter_.number() == 1 && text.substr(0, 3) == kByteOrderMark) text.remove_prefix(3);
    text = trim(text);
    if (text.empty() || text.front() == '#') return;
    line = parse_seed_line(text, format_, default_priority_);
  }
  line.line = cutter_.number();
  out.push_back(std::move(line));
}

void SeedLines::read(std::string_view& bytes, std::vector<SeedLine>& out, std::size_t batch) {
  while (out.size() < batch && cutter_.next(bytes)) take(out);
}

void SeedLines::finish(std::vector<SeedLine>& out) {
  if (cutter_.finish()) take(out);
}

}  // namespace frontierd
