// The named statements of schema/sqlite/queries*.sql. Thread-safe: plain functions of their input.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace frontierd {

// Statement texts by name, parts filled in. The files are ours: one that does not parse is a bug
// and aborts.
std::map<std::string, std::string, std::less<>> parse_queries(std::string_view file);

std::string_view writer_queries();     // queries.sql
std::string_view inspector_queries();  // queries_inspect.sql

}  // namespace frontierd
