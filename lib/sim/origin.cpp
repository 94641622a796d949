#include "sim/origin.h"

#include <algorithm>

#include "base/text.h"

namespace frontierd::sim {
namespace {

constexpr Millis kForEver = std::chrono::hours{1};  // longer than we wait
constexpr std::string_view kRobotsPath = "/robots.txt";

// The place of a hash in [0, 1), a different one for every question.
double place(std::uint64_t hash, std::uint64_t question) {
  Rng rng(hash ^ (question * 0x9e3779b97f4a7c15u));
  return rng.roll().unit;
}

Seconds rounded_up(Millis length) {
  return std::chrono::ceil<Seconds>(length);
}

}  // namespace

Origin::Origin(std::string key, Habits habits, Instant born, Rng rng)
    : key_(std::move(key)),
      habits_(std::move(habits)),
      born_(born),
      rng_(rng),
      salt_(rng_.next()) {}

void Origin::script(const std::string& path, std::vector<ScriptedAnswer> answers) {
  scripts_[path] = {answers.begin(), answers.end()};
}

Answer Origin::answer(const Request& request, Instant now) {
  if (auto answer = scripted(request)) {
    const Voice speaker = voice(now + answer->takes);
    for (Header& field : answer->headers) {
      if (field.name == "Date") field.value = http_date(speaker.clock);
      // A date was asked for in the script: it is said by the origin's own clock.
      if (field.name == "Retry-After" && answer->meaning.as_date) {
        field.value = http_date(speaker.clock + rounded_up(answer->meaning.asks));
      }
    }
    return std::move(*answer);
  }
  const bool is_robots = request.path == kRobotsPath;
  Visitor& visitor = visitors_[request.client];
  std::optional<Answer> answer;
  if (!healed_) answer = trouble(request, now);
  if (!answer && !healed_) answer = over_capacity(now);
  if (!answer && (!healed_ || habits_.wall.after < 0)) answer = walled(request, visitor, now);
  if (!answer) answer = over_quota(visitor, now);
  if (!answer) answer = is_robots ? robots(now) : page(request, now);
  if (answer->status != 0) {
    publish_quota(visitor, *answer, now);
    take_time(*answer);
    if (!healed_ && !is_robots) be_greedy(*answer);
  }
  return std::move(*answer);
}

std::optional<Answer> Origin::scripted(const Request& request) {
  auto script = scripts_.find(request.path);
  if (script == scripts_.end() && request.path != kRobotsPath) script = scripts_.find("*");
  if (script == scripts_.end() || script->second.empty()) return std::nullopt;
  ScriptedAnswer& first = script->second.front();
  Answer answer = first.answer;
  if (--first.times <= 0) {
    if (script->second.size() > 1) script->second.pop_front();
  }
  return answer;
}

// What has nothing to do with how much we ask.
std::optional<Answer> Origin::trouble(const Request& request, Instant now) {
  const Millis old = age(now);
  if (habits_.outage.when.on(old)) {
    const Transport how = habits_.outage.how;
    if (how == Transport::Ok) return by(Habit::Outage, bad_gateway(voice(now)));
    const bool hangs = how == Transport::ConnectTimeout || how == Transport::Timeout;
    return by(Habit::Outage, silence(how, hangs ? Seconds{10} : Millis{50}));
  }
  if (habits_.outage.reset_share > 0 && rng_.roll().unit < habits_.outage.reset_share) {
    return by(Habit::Reset, silence(Transport::Reset, Millis{80}));
  }
  if (const Millis left = habits_.upkeep.when.left(old); left > Millis{0}) {
    return by(Habit::Maintenance, maintenance(voice(now), left, habits_.upkeep.notice));
  }
  if (habits_.stale_errors.on(old) && !request.past_cache && request.path != kRobotsPath) {
    return by(Habit::StaleError, stale_error(voice(now), Seconds{45}));
  }
  return std::nullopt;
}

std::optional<Answer> Origin::over_capacity(Instant now) {
  const CapacityHabit& habit = habits_.capacity;
  if (habit.per_second <= 0) return std::nullopt;
  const double passed = static_cast<double>((now - loaded_at_).count()) / 1000.0;
  load_ = std::max(0.0, load_ - passed * habit.per_second) + 1.0;
  loaded_at_ = now;
  const bool down = now < down_until_;
  if (!down && load_ <= habit.burst) return std::nullopt;
  down_until_ = std::max(down_until_, now + habit.collapse);
  return by(Habit::OverCapacity, overload(voice(now), down_until_ - now, habit.notice));
}

std::optional<Answer> Origin::over_quota(Visitor& visitor, Instant now) {
  const QuotaHabit& quota = habits_.quota;
  if (quota.limit <= 0) return std::nullopt;
  if (now >= visitor.window_start + quota.window) {
    visitor.window_start = now;
    visitor.in_window = 0;
  }
  if (++visitor.in_window <= quota.limit) return std::nullopt;
  const Millis left = visitor.window_start + quota.window - now;
  return by(Habit::OverQuota, too_many(voice(now), quota.status, left, quota.notice()));
}

std::optional<Answer> Origin::walled(const Request& request, Visitor& visitor, Instant now) {
  const WallHabit& habit = habits_.wall;
  const auto& against = habit.against;
  if (!against.empty()) {
    if (std::find(against.begin(), against.end(), request.egress) == against.end()) {
      return std::nullopt;
    }
    if (habit.after == 0) return by(Habit::Wall, wall(voice(now), habit.kind));
  }
  if (habit.after == 0) return std::nullopt;
  if (habit.after < 0) return by(Habit::Wall, wall(voice(now), habit.kind));
  if (now < visitor.walled_until) {
    visitor.walled_until = now + habit.memory;
    return by(Habit::Wall, wall(voice(now), habit.kind));
  }
  visitor.recent.push_back(now);
  while (visitor.recent.front() + habit.window < now) visitor.recent.pop_front();
  if (visitor.recent.size() <= static_cast<std::size_t>(habit.after)) return std::nullopt;
  visitor.recent.clear();
  visitor.walled_until = now + habit.memory;
  return by(Habit::Wall, wall(voice(now), habit.kind));
}

void Origin::publish_quota(const Visitor& visitor, Answer& answer, Instant now) const {
  const QuotaHabit& quota = habits_.quota;
  if (quota.limit <= 0) return;
  const int left = std::max(quota.limit - visitor.in_window, 0);
  const Seconds reset = rounded_up(visitor.window_start + quota.window - now);
  if (quota.publishes == Publishes::RateLimitFields) {
    const std::string window = std::to_string(rounded_up(quota.window).count());
    answer.headers.push_back(
        {"RateLimit-Policy", "\"client\";q=" + std::to_string(quota.limit) + ";w=" + window});
    answer.headers.push_back({"RateLimit", "\"client\";r=" + std::to_string(left) +
                                               ";t=" + std::to_string(reset.count())});
  }
  if (quota.publishes == Publishes::XRateLimit) {
    answer.headers.push_back({"X-RateLimit-Limit", std::to_string(quota.limit)});
    answer.headers.push_back({"X-RateLimit-Remaining", std::to_string(left)});
    answer.headers.push_back({"X-RateLimit-Reset", std::to_string(reset.count())});
  }
}

Answer Origin::robots(Instant now) {
  const RobotsHabit& habit = habits_.robots;
  if (!healed_ && habit.failing.on(age(now))) {
    return by(Habit::RobotsFails, overload(voice(now), Millis{0}, Notice::None));
  }
  if (!healed_ && habit.html_page) return by(Habit::RobotsIsPage, a_page(voice(now), "Welcome"));
  if (!habit.moved_to.empty()) return by(Habit::RobotsMoved, redirect(voice(now), habit.moved_to));
  if (habit.texts.empty()) return not_found(voice(now));
  std::size_t turn = 0;
  if (habit.changes_every > Millis{0}) {
    turn = static_cast<std::size_t>(age(now) / habit.changes_every) % habit.texts.size();
  }
  return by(turn > 0 ? Habit::RobotsChanged : Habit::None,
            robots_file(voice(now), habit.texts[turn]));
}

Answer Origin::page(const Request& request, Instant now) {
  const std::uint64_t hash = stable_hash(request.path) ^ salt_;
  if (auto odd = odd_page(request, hash, now)) return std::move(*odd);
  const std::string etag = "\"" + std::to_string(hash % 100'000) + "\"";
  if (habits_.pages.validators && request.etag == etag) {
    return by(Habit::Unchanged, not_modified(voice(now)));
  }
  Answer answer = a_page(voice(now), "Page " + request.path);
  if (habits_.pages.validators) answer.headers.push_back({"ETag", etag});
  return answer;
}

std::optional<Answer> Origin::odd_page(const Request& request, std::uint64_t hash, Instant now) {
  const PagesHabit& pages = habits_.pages;
  const std::string& path = request.path;
  if (path.starts_with("/trap/")) {
    return by(Habit::Trap,
              redirect(voice(now), "/trap/" + std::to_string(hash % 1'000'000'007), 302));
  }
  if (path.starts_with("/landing/")) return std::nullopt;  // where redirects lead: always a page
  if (place(hash, 1) < pages.gone) {
    return by(Habit::Gone, not_found(voice(now), hash % 2 == 0 ? 404 : 410));
  }
  if (place(hash, 2) < pages.broken) return by(Habit::Broken, broken_page(voice(now), 500));
  if (place(hash, 3) < pages.slow_gateway && rng_.roll().unit < 0.5) {
    return by(Habit::SlowGateway, broken_page(voice(now), 504));
  }
  if (place(hash, 4) < pages.moved) {
    return by(Habit::Moved, redirect(voice(now), "/landing" + path));
  }
  if (place(hash, 5) < pages.moved_away && !pages.away.empty()) {
    return by(Habit::MovedAway, redirect(voice(now), pages.away + "/landing" + path, 302));
  }
  if (place(hash, 6) < pages.looping) return by(Habit::Looping, redirect(voice(now), path));
  if (place(hash, 7) < pages.trapped) {
    return by(Habit::Trap, redirect(voice(now), "/trap/0", 302));
  }
  if (place(hash, 8) < pages.unsteady) {
    const auto day = std::chrono::hours{24} * static_cast<int>(1 + hash % 7);
    const bool early = age(now) < day;
    if (early == (hash / 7 % 2 == 0)) return by(Habit::Unsteady, not_found(voice(now)));
  }
  return std::nullopt;
}

void Origin::be_greedy(Answer& answer) {
  const GreedHabit& habit = habits_.greed;
  const double all = habit.dripping + habit.hanging + habit.flooding;
  if (all <= 0) return;
  const double at = rng_.roll().unit;
  if (at < habit.dripping) {
    answer.takes = habit.drips_for;
    answer.habit = Habit::Drip;
  } else if (at < habit.dripping + habit.hanging) {
    answer.takes = kForEver;
    answer.habit = Habit::Hang;
  } else if (at < all) {
    answer.more_bytes = habit.flood;
    answer.habit = Habit::Flood;
  }
}

void Origin::take_time(Answer& answer) {
  const LatencyHabit& habit = habits_.latency;
  if (habit.slow_share > 0 && rng_.roll().unit < habit.slow_share) {
    answer.takes = habit.slow;
    if (answer.habit == Habit::None) answer.habit = Habit::Slow;
    return;
  }
  const double more = rng_.roll().unit * static_cast<double>(habit.spread.count());
  answer.takes = habit.base + Millis{static_cast<std::int64_t>(more)};
}

}  // namespace frontierd::sim
