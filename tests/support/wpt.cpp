#include "support/wpt.h"

#include <algorithm>
#include <boost/json/src.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/text.h"

namespace frontierd::test {
namespace {

boost::json::array read_array(const std::string& name) {
  std::ifstream file(TESTS_DIR "/golden/wpt/" + name + ".json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.empty()) throw std::runtime_error("cannot read golden/wpt/" + name + ".json");
  return boost::json::parse(text).as_array();
}

std::string text_of(const boost::json::object& entry, const char* key) {
  const boost::json::value* value = entry.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

bool is_web(std::string_view url) {
  return istarts_with(url, "http:") || istarts_with(url, "https:");
}

// Whether the input says http or https itself, once the bytes that a parser skips are gone.
bool names_web(std::string input) {
  input.erase(std::remove_if(input.begin(), input.end(),
                             [](char c) { return static_cast<unsigned char>(c) <= ' '; }),
              input.end());
  return is_web(input);
}

}  // namespace

std::vector<WptCase> read_wpt_cases() {
  std::vector<WptCase> cases;
  for (const boost::json::value& value : read_array("urltestdata")) {
    if (!value.is_object()) continue;  // a comment
    const boost::json::object& entry = value.as_object();
    const std::string href = text_of(entry, "href");
    const std::string input = text_of(entry, "input");
    std::string base = text_of(entry, "base");
    if (!is_web(base)) base.clear();
    if (base.empty() && !is_web(href) && !names_web(input)) continue;
    cases.push_back(
        {"urltestdata", base, input, is_web(href) ? href.substr(0, href.find('#')) : "failure"});
  }
  for (const boost::json::value& value : read_array("toascii")) {
    if (!value.is_object()) continue;
    const std::string input = text_of(value.as_object(), "input");
    const std::string output = text_of(value.as_object(), "output");
    cases.push_back({"toascii", "", "https://" + input + "/x",
                     output.empty() ? "failure" : "https://" + output + "/x"});
  }
  return cases;
}

}  // namespace frontierd::test
