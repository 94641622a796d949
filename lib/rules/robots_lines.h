// The text level of robots.txt (RFC 9309 §2.1, §2.2): lines, their keys, product tokens, and paths
// in the one spelling in which they are compared. Pure, linear.
#pragma once

#include <string>
#include <string_view>

namespace frontierd {

enum class RobotsKey { UserAgent, Allow, Disallow, CrawlDelay, Sitemap, Unknown };

struct RobotsLine {
  int number = 0;  // from 1
  RobotsKey key = RobotsKey::Unknown;
  std::string_view value;  // trimmed, without comment
  bool odd = false;        // read in spite of octets that have no business where they stand
};

// Line after line. Ends are LF, CR or CRLF, a byte order mark (whole or cut) is skipped, `#` starts
// a comment. Keys in any case. Kindnesses beyond the RFC, all of them in the site's interest: the
// usual slips of the pen (useragent, dissallow ...), a forgotten colon between key and value, and
// what editors and old systems leave in a line: control characters, byte order marks, spaces,
// dashes and colons that are not ASCII.
//
// Such an oddity is never a permission. It is taken out of keys and from around values, and the
// line is marked `odd`: then an Allow does not count; a Disallow ends at the first control
// character (and so bars more), and where nothing else is there, it bars everything; a User-agent
// that is nothing else, or a `*` with an oddity behind it, is `*`.
class RobotsLines {
 public:
  explicit RobotsLines(std::string_view text);
  // The next line, of any key; false after the last.
  bool next(RobotsLine& out);

 private:
  std::string_view rest_;
  int number_ = 0;
};

// The part of a User-agent value, or of our own agent string, that is compared: letters, digits,
// and
// `_`, `-`, `.` from its beginning, in lower case ("FooBot/2.1" is "foobot"), control characters
// left out. "*" alone, or followed by white space or an oddity, is "*".
std::string robots_token(std::string_view agent);

// RFC 9309 §2.2.2: percent-encoded unreserved octets decoded, everything else that is not a plain
// URI character encoded, hex in upper case. `*` and `$` become %2A and %24, as §2.2.3 has it.
std::string robots_path(std::string_view path_and_query);
// The same for the path of a rule, where `*` keeps its meaning (a run of them is one). A `$` at the
// end is taken off and `anchored` set; elsewhere it is an ordinary octet.
std::string robots_pattern(std::string_view path, bool& anchored);

}  // namespace frontierd
