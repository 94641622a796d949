// robots.txt: the first line is a path, the rest the file. The whole file and the part kept for one
// agent agree; an allowing answer names no Disallow, a barring one names its line.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "rules/robots.h"
#include "rules/robots_lines.h"
#include "rules/robots_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace frontierd;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  const std::string_view path = input.substr(0, end).substr(0, 2'048);
  const std::string_view text =
      end == std::string_view::npos ? std::string_view{} : input.substr(end + 1);

  const Robots whole = Robots::parse(text);
  for (std::string_view agent : {"frontierd", "a", ""}) {
    const Robots ours = Robots::parse_for(text, agent);
    const RobotsAnswer answer = whole.allowed(agent, path);
    CHECK(ours.allowed(agent, path) == answer);
    CHECK(ours.crawl_delay(agent) == whole.crawl_delay(agent));
    CHECK(ours.crawl_delay(agent).value_or(Millis{0}) <= kCrawlDelayMax);
    CHECK(answer.allowed || answer.line > 0);
    CHECK(answer.allowed != answer.rule.starts_with("Disallow"));
  }
  CHECK(robots_path(robots_path(path)) == robots_path(path));
  is_robots_file(text);
  return 0;
}
