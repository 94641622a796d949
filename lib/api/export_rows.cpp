#include "api/export_rows.h"

#include <boost/json.hpp>

#include "api/json_text.h"
#include "api/views.h"
#include "base/utf8.h"

namespace frontierd {
namespace {

constexpr std::string_view kColumns =
    "id,url,host,state,because,why,status,class,priority,attempts,tries,admitted_at,changed_at,"
    "not_before,revisit_at,content_type,body_bytes,warc_file,warc_offset,via,metadata\r\n";

// A spreadsheet takes a cell that begins so for a formula and runs it.
bool begins_a_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos;
}

// Text of strangers: what acts becomes '?', a formula a text that begins with an apostrophe.
std::string cell(std::string_view bytes) {
  std::string text = begins_a_formula(bytes) ? "'" : "";
  for_each_character(valid_utf8(bytes), [&text](std::string_view character) {
    text += is_control(character) ? "?" : character;
  });
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string time_cell(std::optional<Instant> at) {
  if (!at || *at <= kLongAgo || *at >= kNever) return {};
  return to_iso(*at);
}

std::string csv_row(const UrlRecord& url) {
  const std::string cells[] = {
      std::to_string(raw(url.id)),
      cell(url.url),
      cell(url.host_key),
      std::string(to_string(url.state)),
      std::string(url.dropped_because ? to_string(*url.dropped_because) : ""),
      cell(url.why),
      url.status == 0 ? "" : std::to_string(url.status),
      std::string(url.last_class ? to_string(*url.last_class) : ""),
      std::to_string(url.priority),
      std::to_string(url.attempts),
      std::to_string(url.tries),
      time_cell(url.admitted_at),
      time_cell(url.changed_at),
      time_cell(url.not_before),
      time_cell(url.revisit_at),
      cell(url.content_type),
      std::to_string(url.body_bytes),
      cell(url.archive.file),
      url.archive.file.empty() ? "" : std::to_string(url.archive.offset),
      cell(url.via),
      cell(url.metadata)};
  std::string row;
  for (const std::string& text : cells) {
    if (!row.empty()) row += ',';
    row += text;
  }
  return row + "\r\n";
}

}  // namespace

std::optional<ExportFormat> parse_export_format(std::string_view name) {
  if (name == "ndjson") return ExportFormat::Ndjson;
  if (name == "csv") return ExportFormat::Csv;
  return std::nullopt;
}

std::string_view content_type(ExportFormat format) {
  return format == ExportFormat::Csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
}

std::string export_head(ExportFormat format) {
  return format == ExportFormat::Csv ? std::string(kColumns) : std::string();
}

std::string export_rows(ExportFormat format, std::span<const UrlRecord> rows) {
  std::string out;
  for (const UrlRecord& url : rows) {
    out +=
        format == ExportFormat::Csv ? csv_row(url) : json_text(url_json(url)) + "\n";
  }
  return out;
}

}  // namespace frontierd
