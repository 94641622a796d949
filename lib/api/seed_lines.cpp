#include "api/seed_lines.h"

#include <algorithm>
#include <boost/json.hpp>

#include "api/json_text.h"
#include "base/text.h"
#include "base/utf8.h"
#include "rules/url.h"

namespace frontierd {
namespace {

namespace json = boost::json;

constexpr std::size_t kJsonDepthMax = 16;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string bad_field(std::string_view name, const std::string& accepted) {
  return "\"" + std::string(name) + "\" must be " + accepted;
}

bool refuse(SeedLine& out, std::string fault) {
  out.fault = std::move(fault);
  return false;
}

bool read_field(const json::key_value_pair& field, SeedLine& out) {
  const json::value& value = field.value();
  const std::string_view key(field.key().data(), field.key().size());
  if (key == "url") {
    if (!value.is_string()) return refuse(out, bad_field(key, "a string"));
    out.seed.url.assign(value.get_string().data(), value.get_string().size());
  } else if (key == "priority") {
    const bool good = value.is_int64() && value.get_int64() >= kPriorityHighest &&
                      value.get_int64() <= kPriorityLowest;
    if (!good) return refuse(out, bad_field(key, "a whole number from 0 (first) to 9"));
    out.seed.priority = static_cast<int>(value.get_int64());
  } else if (key == "not_before") {
    const auto at =
        value.is_string()
            ? parse_iso(std::string_view(value.get_string().data(), value.get_string().size()))
            : std::nullopt;
    if (!at) return refuse(out, bad_field(key, "a time like \"2026-11-22T00:00:00Z\""));
    out.seed.not_before = *at;
  } else if (key == "metadata") {
    if (!value.is_object()) return refuse(out, bad_field(key, "a JSON object"));
    out.seed.metadata = json_text(value);
  } else {
    return refuse(out, "unknown field \"" + for_message(key, 40) +
                           "\"; known are url, priority, metadata, not_before");
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

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// What stands behind a URL and a tab in the lists of other crawlers: "key=value", tab by tab.
void parse_pairs(std::string_view text, SeedLine& out) {
  json::object metadata;
  for (const std::string_view part : split(text, '\t')) {
    const std::string_view pair = trim(part);
    if (pair.empty()) continue;
    const std::size_t at = pair.find('=');
    if (at == 0 || at == std::string_view::npos) {
      out.fault = "\"" + for_message(pair, 40) +
                  "\" stands behind the URL and is no key=value; write a space in a URL as %20, a "
                  "comment behind \" #\"";
      return;
    }
    const std::string_view key = trim(pair.substr(0, at));
    metadata[{key.data(), key.size()}] = valid_utf8(trim(pair.substr(at + 1)));
  }
  if (!metadata.empty()) out.seed.metadata = json_text(metadata);
}

// "URL", "URL # comment", "URL<tab>key=value<tab>key=value".
void parse_words(std::string_view text, SeedLine& out) {
  const auto* const blank = std::find_if(text.begin(), text.end(), is_blank);
  out.seed.url.assign(text.begin(), blank);
  const std::string_view rest = trim(text.substr(out.seed.url.size()));
  if (rest.empty() || rest.front() == '#') return;
  if (*blank == '\t') return parse_pairs(rest, out);
  out.fault = "\"" + for_message(rest, 40) +
              "\" stands behind the URL: write a space in a URL as %20, a comment behind \" #\", "
              "metadata as key=value behind a tab";
}

// URL parsers pass over tabs and line breaks, which would join what were two URLs.
void refuse_controls(SeedLine& out) {
  for (char c : out.seed.url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) continue;
    out.fault = c == '\r' ? "a carriage return within the line: end lines with LF or CR LF"
                          : "a control character in the URL: " + for_message({&c, 1});
    return;
  }
}

}  // namespace

SeedLine parse_seed_line(std::string_view text, SeedFormat format, int default_priority) {
  SeedLine out;
  out.seed.priority = default_priority;
  if (format == SeedFormat::Ndjson || text.front() == '{') {
    parse_object(text, out);
  } else {
    parse_words(text, out);
  }
  if (out.fault.empty()) refuse_controls(out);
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
