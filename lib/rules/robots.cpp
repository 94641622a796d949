#include "rules/robots.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "rules/rate_limit_values.h"
#include "rules/robots_lines.h"
#include "rules/url.h"

namespace frontierd {
namespace {

// The whole lines within the size limit.
std::string_view within_limit(std::string_view text) {
  if (text.size() < kRobotsSizeMax) return text;  // at the limit: cut by whoever read it
  text = text.substr(0, kRobotsSizeMax);
  const std::size_t end = text.find_last_of("\r\n");
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

// Each literal part of the pattern is looked for once, leftmost first: since `*` takes any run, an
// earlier place is never worse, and nothing needs to be tried again.
bool matches(std::string_view pattern, bool anchored, std::string_view path) {
  std::size_t star = pattern.find('*');
  const std::string_view head = pattern.substr(0, star);
  if (!path.starts_with(head)) return false;
  path.remove_prefix(head.size());
  if (star == std::string_view::npos) return !anchored || path.empty();
  while (true) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    if (star == std::string_view::npos) break;
    const std::size_t found = path.find(pattern.substr(0, star));
    if (found == std::string_view::npos) return false;
    path.remove_prefix(found + star);
  }
  return anchored ? path.ends_with(pattern) : path.find(pattern) != std::string_view::npos;
}

}  // namespace

// What malloc takes for a block: its size, a header, rounded up.
std::size_t heap_block(std::size_t bytes) {
  return bytes == 0 ? 0 : std::max<std::size_t>(32, (bytes + 8 + 15) / 16 * 16);
}
std::size_t heap_bytes(const std::string& text) {
  const bool in_place = text.capacity() <= std::string().capacity();
  return in_place ? 0 : heap_block(text.capacity() + 1);
}

// Collects groups while the lines go by.
class RobotsBuilder {
 public:
  explicit RobotsBuilder(Robots& out) : out_(out) {}

  void take(const RobotsLine& line) {
    switch (line.key) {
      case RobotsKey::UserAgent:
        return user_agent(line);
      case RobotsKey::Allow:
        if (!line.odd) rule(line, true);
        return;
      case RobotsKey::Disallow:
        return rule(line, false);
      case RobotsKey::CrawlDelay:
        return crawl_delay(line);
      case RobotsKey::Sitemap:
        return sitemap(line);
      case RobotsKey::Unknown:
        return;
    }
  }

  void finish() {
    close_group();
    std::sort(out_.rules_.begin(), out_.rules_.end(), [](const auto& a, const auto& b) {
      const auto rank = [](const Robots::Rule& r) {
        return std::tuple(-(r.length + (r.anchored ? 1 : 0)), !r.allow, r.line);
      };
      return rank(a) < rank(b);
    });
  }

 private:
  // A run of User-agent lines heads one group; lines of no rule between them do not end the run.
  void user_agent(const RobotsLine& line) {
    if (has_rules_) {
      close_group();
      has_rules_ = false;
      first_agent_ = out_.agents_.size();
      ++group_;
    }
    out_.agents_.push_back({robots_token(line.value), group_, std::nullopt});
  }

  void rule(const RobotsLine& line, bool allow) {
    if (out_.agents_.empty()) return;  // outside any group
    has_rules_ = true;
    // An empty value is a rule that matches nothing; a path that begins otherwise matches nothing.
    if (!line.value.starts_with('/') && !line.value.starts_with('*')) return;
    Robots::Rule rule;
    std::string pattern = robots_pattern(line.value, rule.anchored);
    if (pattern.size() > kRobotsPatternMax) {
      if (allow) return;
      pattern.resize(kRobotsPatternMax);
      rule.anchored = false;
    }
    rule.begin = static_cast<std::uint32_t>(out_.patterns_.size());
    rule.length = static_cast<std::uint16_t>(pattern.size());
    rule.line = static_cast<std::uint32_t>(line.number);
    rule.group = group_;
    rule.allow = allow;
    out_.patterns_ += pattern;
    out_.rules_.push_back(rule);
  }

  void crawl_delay(const RobotsLine& line) {
    const auto ms = parse_thousandths(line.value);
    if (!ms || out_.agents_.empty()) return;
    const std::size_t upto = out_.agents_.size();
    if (!delays_.empty() && delays_.back().first == upto) {
      delays_.back().second = std::max(delays_.back().second, Millis{*ms});
    } else {
      delays_.emplace_back(upto, Millis{*ms});
    }
  }

  // Each delay goes to the agents of this group named above it; the longest stays.
  void close_group() {
    std::optional<Millis> longest;
    for (std::size_t i = out_.agents_.size(); i > first_agent_; --i) {
      while (!delays_.empty() && delays_.back().first >= i) {
        longest = std::max(longest.value_or(Millis{0}), delays_.back().second);
        delays_.pop_back();
      }
      out_.agents_[i - 1].delay = longest;
    }
    delays_.clear();
  }

  void sitemap(const RobotsLine& line) {
    if (line.value.empty() || line.value.size() > kUrlLengthMax) return;
    if (out_.sitemaps_.size() < kRobotsSitemapsMax) out_.sitemaps_.emplace_back(line.value);
  }

  Robots& out_;
  std::uint32_t group_ = 0;
  bool has_rules_ = false;
  std::size_t first_agent_ = 0;
  std::vector<std::pair<std::size_t, Millis>> delays_;  // agents named above the line, its value
};

Robots Robots::disallow_all() {
  Robots robots;
  robots.disallow_all_ = true;
  return robots;
}

Robots Robots::parse(std::string_view text) {
  Robots robots;
  RobotsBuilder builder(robots);
  RobotsLines lines(within_limit(text));
  for (RobotsLine line; lines.next(line);) builder.take(line);
  builder.finish();
  return robots;
}

Robots Robots::parse_for(std::string_view text, std::string_view agent) {
  Robots robots = parse(text);
  robots.keep_only(agent);
  return robots;
}

std::vector<const Robots::Agent*> Robots::entries_for(std::string_view agent) const {
  std::vector<const Agent*> found;
  const std::string token = robots_token(agent);
  for (const std::string_view wanted : {std::string_view(token), std::string_view("*")}) {
    if (wanted.empty()) continue;
    for (const Agent& entry : agents_) {
      if (entry.token == wanted) found.push_back(&entry);
    }
    if (!found.empty()) break;
  }
  return found;
}

void Robots::keep_only(std::string_view agent) {
  const std::vector<const Agent*> entries = entries_for(agent);
  Agent merged;
  std::vector<bool> kept(agents_.empty() ? 0 : agents_.back().group + 1, false);
  for (const Agent* entry : entries) {
    merged.token = entry->token;
    merged.delay = std::max(merged.delay, entry->delay);
    kept[entry->group] = true;
  }
  std::string patterns;
  std::vector<Rule> rules;
  for (Rule rule : rules_) {
    if (!kept[rule.group]) continue;
    const std::string_view text = pattern(rule);
    rule.begin = static_cast<std::uint32_t>(patterns.size());
    rule.group = 0;
    patterns += text;
    rules.push_back(rule);
  }
  std::vector<Agent> agents;
  if (!entries.empty()) agents.push_back(merged);
  rules.shrink_to_fit();
  patterns_ = std::move(patterns);
  patterns_.shrink_to_fit();  // moving in a short string keeps the old buffer
  rules_ = std::move(rules);
  agents_ = std::move(agents);
  sitemaps_ = {};
}

RobotsAnswer Robots::allowed(std::string_view agent, std::string_view path_and_query) const {
  const std::string path = robots_path(path_and_query.empty() ? "/" : path_and_query);
  if (path == "/robots.txt") return {};
  if (disallow_all_) return {false, 0, ""};
  std::vector<std::uint32_t> groups;
  for (const Agent* entry : entries_for(agent)) groups.push_back(entry->group);
  for (const Rule& rule : rules_) {
    if (!std::binary_search(groups.begin(), groups.end(), rule.group)) continue;
    const std::string_view text = pattern(rule);
    if (!matches(text, rule.anchored, path)) continue;
    return {
        rule.allow, static_cast<int>(rule.line),
        (rule.allow ? "Allow: " : "Disallow: ") + std::string(text) + (rule.anchored ? "$" : "")};
  }
  return {};
}

std::optional<Millis> Robots::crawl_delay(std::string_view agent, Millis cap) const {
  std::optional<Millis> longest;
  for (const Agent* entry : entries_for(agent)) longest = std::max(longest, entry->delay);
  if (!longest) return std::nullopt;
  return std::min(*longest, cap);
}

std::size_t Robots::memory() const {
  std::size_t bytes = sizeof *this + heap_bytes(patterns_) + heap_block(rules_.capacity() * sizeof(Rule)) +
                      heap_block(agents_.capacity() * sizeof(Agent)) +
                      heap_block(sitemaps_.capacity() * sizeof(std::string));
  for (const Agent& agent : agents_) bytes += heap_bytes(agent.token);
  for (const std::string& sitemap : sitemaps_) bytes += heap_bytes(sitemap);
  return bytes;
}

}  // namespace frontierd
