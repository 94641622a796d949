// What the origins said when they were asked for a robots.txt, by URL, as heard on the wire; and
// what stands at the end of a road of redirects. On such a road a record serves its day, whatever
// trouble came after it, so the last answer of use is kept beside the last one.
#pragma once

#include <string>
#include <unordered_map>

#include "sim/host_books.h"

namespace frontierd::sim {

class RobotsAnswers {
 public:
  void hear(const std::string& url, RobotsHeard heard);
  // nullptr: it was never asked for.
  const RobotsHeard* last(const std::string& url) const;
  // Along the redirects that begin at this host's own robots.txt; nullptr: the end was never asked
  // for.
  const RobotsHeard* at_the_end(const std::string& host_key, Instant now) const;

 private:
  const RobotsHeard* of_use(const std::string& url, Instant now) const;

  std::unordered_map<std::string, RobotsHeard> last_;
  std::unordered_map<std::string, RobotsHeard> of_use_;
};

bool is_redirect(int status);

}  // namespace frontierd::sim
