// The URL tests of the web platform (tests/golden/wpt) as far as they concern http and https.
#pragma once

#include <string>
#include <vector>

namespace frontierd::test {

struct WptCase {
  std::string file;  // "urltestdata" or "toascii"
  std::string base;  // an http(s) URL to resolve against, or ""
  std::string input;
  std::string expected;  // the href without its fragment, or "failure"
};

std::vector<WptCase> read_wpt_cases();

}  // namespace frontierd::test
