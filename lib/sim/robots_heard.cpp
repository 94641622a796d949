#include "sim/robots_heard.h"

#include <utility>

#include "rules/robots_policy.h"
#include "rules/url.h"

namespace frontierd::sim {
namespace {

constexpr Millis kServes = std::chrono::hours{24};

}  // namespace

bool is_redirect(int status) {
  return status >= 300 && status < 400 && status != 304;
}

void RobotsAnswers::hear(const std::string& url, RobotsHeard heard) {
  if (!heard.trouble && heard.status != 0) of_use_[url] = heard;
  last_[url] = std::move(heard);
}

const RobotsHeard* RobotsAnswers::last(const std::string& url) const {
  const auto found = last_.find(url);
  return found != last_.end() ? &found->second : nullptr;
}

const RobotsHeard* RobotsAnswers::of_use(const std::string& url, Instant now) const {
  const auto found = of_use_.find(url);
  if (found != of_use_.end() && found->second.ended + kServes > now) return &found->second;
  return last(url);
}

const RobotsHeard* RobotsAnswers::at_the_end(const std::string& host_key, Instant now) const {
  auto url = Url::parse(host_key + "/robots.txt");
  const RobotsHeard* heard = nullptr;
  for (int hop = 0; url && hop <= kRobotsRedirectsMax; ++hop) {
    heard = of_use(url->text(), now);
    if (heard == nullptr || !is_redirect(heard->status)) break;
    url = url->resolve(heard->location);
  }
  return heard;
}

}  // namespace frontierd::sim
