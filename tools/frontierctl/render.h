// The API's JSON as text for people. Pure: the same input gives the same text; nothing that a
// remote host wrote reaches the terminal unfiltered.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "frontierctl/terminal.h"

namespace frontierd {

std::string render_status(const boost::json::object& status, const Style& style);
std::string render_top(const boost::json::object& top, const Style& style);
// One line per host, under a heading if `heading`.
std::string render_hosts(const boost::json::array& hosts, const std::string& now, bool heading,
                         const Style& style);
std::string render_host(const boost::json::object& host, const Style& style);
std::string render_egress(const boost::json::object& told, const Style& style);
std::string render_explanation(const boost::json::object& told, const Style& style);

// Field access that cannot fail: "" or 0 for what is missing or of another kind.
std::string text_of(const boost::json::object& object, std::string_view name);
double number_of(const boost::json::object& object, std::string_view name);
std::uint64_t count_of(const boost::json::object& object, std::string_view name);
bool flag_of(const boost::json::object& object, std::string_view name);
const boost::json::object& object_of(const boost::json::object& object, std::string_view name);
const boost::json::array& array_of(const boost::json::object& object, std::string_view name);

// "2026-... (in 5m)" for an API time against the API's own now; "-" for null.
std::string when_text(const std::string& at, const std::string& now);
std::string seconds_text(double seconds);

}  // namespace frontierd
