// Rows of an export, as NDJSON (the fields of views.h) or CSV (RFC 4180). Whatever strangers put into
// a text, each row parses, holds no control character, and is no formula to a spreadsheet. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "frontier/inspect.h"

namespace frontierd {

enum class ExportFormat { Ndjson, Csv };
std::optional<ExportFormat> parse_export_format(std::string_view name);
std::string_view content_type(ExportFormat format);

std::string export_head(ExportFormat format);  // the CSV header line; empty for NDJSON
std::string export_rows(ExportFormat format, std::span<const UrlRecord> rows);

}  // namespace frontierd
