#include "sim/world_maker.h"

#include <algorithm>

#include "rules/retry_after.h"

namespace frontierd::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Maker {
 public:
  Maker(const WorldPlan& plan, World& world) : plan_(plan), world_(world), rng_(plan.seed) {}

  std::vector<SeedBatch> make() {
    for (int i = 0; i < plan_.hosts; ++i) keys_.push_back(key_of(i));
    for (int i = 0; i < plan_.hosts; ++i) {
      Habits made = plan_.vices ? habits(i) : plain_habits();
      if (is_sibling(i)) made.naming = world_.origin(sibling_of(i)).habits().naming;
      world_.add(keys_[static_cast<std::size_t>(i)], std::move(made));
    }
    return seeds();
  }

 private:
  bool chance(double share) { return rng_.roll().unit < share; }
  Millis between(Millis low, Millis high) {
    const auto room = static_cast<std::uint64_t>((high - low).count()) + 1;
    return low + Millis{static_cast<std::int64_t>(rng_.below(room))};
  }
  int between(int low, int high) {
    return low + static_cast<int>(rng_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  Recurring recurring(Millis every_low, Millis every_high, Millis lasts_low, Millis lasts_high) {
    Recurring out;
    out.every = between(every_low, every_high);
    out.offset = between(Millis{0}, out.every);
    out.lasts = between(lasts_low, std::min(lasts_high, out.every / 2));
    return out;
  }
  Notice notice() { return static_cast<Notice>(rng_.below(3)); }

  // A fifth of the sites has several hosts under one domain.
  std::string key_of(int i) {
    const int site = i % 5 == 4 ? i - i % 25 : i;
    const std::string scheme = chance(0.1) ? "http://" : "https://";
    if (is_sibling(i)) {
      const std::string& first = sibling_of(i);
      const std::string name = first.substr(first.find("//") + 2);
      if (i % kSiblingEvery > 1) return (chance(0.5) ? "https://" : "http://") + name + ":8080";
      return (first.starts_with("https") ? "http://" : "https://") + name;
    }
    return scheme + "w" + std::to_string(i) + ".site" + std::to_string(site) + ".example";
  }

  // Some hosts are another scheme or port of the name before.
  static constexpr int kSiblingEvery = 12;
  bool is_sibling(int i) const {
    return plan_.vices && i >= 2 && (i % kSiblingEvery == 1 || i % kSiblingEvery == 2);
  }
  const std::string& sibling_of(int i) const {
    return keys_[static_cast<std::size_t>(i - i % kSiblingEvery)];
  }

  Habits plain_habits() {
    Habits out;
    out.latency.base = between(Millis{40}, Millis{400});
    out.latency.spread = between(Millis{0}, Millis{300});
    return out;
  }

  Habits habits(int i) {
    Habits out = plain_habits();
    if (chance(0.1)) out.latency.slow_share = 0.02;
    limits(out);
    troubles(out);
    naming(out, i);
    robots(out);
    crowd(out, i);
    pages(out);
    if (chance(0.1)) {
      const Millis most = chance(0.5) ? Millis{hours{24}} : Millis{kOriginSkewTolerated};
      out.clock_ahead = between(-most, most);
    }
    out.says_date = out.clock_ahead != Millis{0} || !chance(0.1);
    greed(out, i);
    return out;
  }

  // Drawn apart, so that the rest of a world stays what it was. In one world of three a whole site
  // of several hosts drips.
  void greed(Habits& out, int i) {
    const auto likely = [&](double share) { return greed_.roll().unit < share; };
    const bool farm = plan_.seed % 3 == 0 && i % 5 == 4;
    if (farm || likely(0.05)) out.greed.dripping = farm ? 0.8 : 0.3;
    if (likely(0.03)) out.greed.hanging = 0.1;
    if (likely(0.05)) out.greed.flooding = 0.5;
    if (likely(0.03)) {
      out.naming.failing = {hours{7}, hours{1}, hours{1}};
      out.naming.hangs = true;
    }
  }

  void limits(Habits& out) {
    if (chance(0.1)) {
      out.capacity.per_second = 0.05 + rng_.roll().unit * 0.6;
      out.capacity.burst = between(2, 8);
      out.capacity.collapse = between(Seconds{10}, Seconds{90});
      out.capacity.notice = notice();
    }
    if (chance(0.12)) {
      out.quota.limit = between(8, 60);
      out.quota.window = between(minutes{1}, minutes{15});
      out.quota.publishes = static_cast<Publishes>(rng_.below(4));
      out.quota.as_date = chance(0.3);
      if (out.quota.publishes == Publishes::Nothing && chance(0.3)) out.quota.status = 503;
    }
    if (chance(0.05)) {
      out.wall.after = between(30, 100);
      out.wall.window = between(minutes{5}, hours{1});
      out.wall.memory = between(hours{2}, hours{30});
      out.wall.kind = static_cast<WallKind>(rng_.below(kWallKinds));
    }
    if (chance(0.01)) out.wall.after = -1;
  }

  void troubles(Habits& out) {
    if (chance(0.1)) {
      out.upkeep.when = recurring(hours{24}, hours{24 * 7}, minutes{5}, hours{5});
      out.upkeep.notice = notice();
    }
    if (chance(0.1)) {
      constexpr Transport kHow[] = {Transport::ConnectTimeout, Transport::ConnectRefused,
                                    Transport::Ok, Transport::EmptyReply, Transport::TlsFailed};
      out.outage.when = recurring(hours{48}, hours{240}, minutes{5}, hours{14});
      out.outage.how = kHow[rng_.below(std::size(kHow))];
    }
    if (chance(0.04)) out.outage.reset_share = 0.02;
    if (chance(0.05)) out.stale_errors = recurring(hours{24}, hours{120}, minutes{2}, hours{1});
  }

  void naming(Habits& out, int i) {
    if (chance(0.3)) {  // shares its address with others, and may move among a few
      const int pool = i / 20 + 1;
      const int size = chance(0.2) ? 3 : 1;
      for (int n = 0; n < size; ++n) {
        out.naming.addresses.push_back("192.0.2." + std::to_string((pool + n * 40) % 250));
      }
      if (size > 1) out.naming.moves_every = between(minutes{30}, hours{24});
      out.naming.rotates = i % 2 == 0;
    }
    out.naming.ttl = between(minutes{1}, hours{12});
    if (chance(0.03)) out.naming.failing = recurring(hours{24}, hours{200}, minutes{5}, hours{3});
    if (chance(0.01)) out.naming.dead = true;
  }

  void robots(Habits& out) {
    if (chance(0.45)) {
      out.robots.texts.push_back("User-agent: *\nDisallow: /p1\n");
      if (chance(0.3))
        out.robots.texts.back() += "Crawl-delay: " + std::to_string(between(2, 20)) + "\n";
      if (chance(0.3)) {
        out.robots.texts.push_back("User-agent: frontierd\nDisallow: /p2\nAllow: /p22\n");
        out.robots.changes_every = between(hours{12}, hours{100});
      }
    }
    if (chance(0.05)) out.robots.failing = recurring(hours{24}, hours{100}, minutes{5}, hours{30});
    if (chance(0.02)) out.robots.html_page = true;
    if (chance(0.04)) {
      out.robots.moved_to = keys_[rng_.below(keys_.size())] + "/robots.txt";
    }
  }

  // In some worlds many sites send for their robots.txt to one, who has not asked for it: to its own
  // robots.txt, or each to another URL of it.
  void crowd(Habits& out, int i) {
    if (i == 0 || plan_.seed % 3 != 1) return;
    Rng rng((plan_.seed << 20) ^ static_cast<std::uint64_t>(i));
    if (rng.below(6) != 0) return;
    const bool apart = rng.below(4) == 0;
    out.robots.moved_to =
        keys_[0] + (apart ? "/landing/rules-" + std::to_string(i) : std::string("/robots.txt"));
  }

  void pages(Habits& out) {
    PagesHabit& pages = out.pages;
    pages.gone = 0.03;
    pages.broken = chance(0.2) ? 0.02 : 0;
    pages.slow_gateway = chance(0.2) ? 0.03 : 0;
    pages.moved = 0.03;
    pages.moved_away = 0.01;
    pages.away = keys_[rng_.below(keys_.size())];
    pages.looping = 0.002;
    pages.trapped = 0.002;
    pages.unsteady = 0.02;
    pages.validators = chance(0.5);
  }

  // Most sites are small; a few are giants.
  std::vector<SeedBatch> seeds() {
    std::vector<SeedBatch> batches;
    const auto days = std::max<std::int64_t>(plan_.span / hours{24}, 1);
    for (std::int64_t day = 0; day < days; ++day) {
      batches.push_back({Seconds{1} + day * hours{24} + between(Millis{0}, hours{2}), {}});
    }
    for (const std::string& key : keys_) {
      const double size = rng_.roll().unit;
      double pages = plan_.pages_per_host * 2 * size * size * 1.5;
      if (chance(0.002)) pages = plan_.pages_per_host * kGiant;
      for (int n = 0; n <= static_cast<int>(pages); ++n) {
        const bool late = chance(0.4);
        const std::size_t batch = late ? rng_.below(batches.size()) : 0;
        batches[batch].urls.push_back(key + "/p" + std::to_string(n));
      }
    }
    return batches;
  }

  const WorldPlan& plan_;
  World& world_;
  Rng rng_;
  Rng greed_{plan_.seed ^ 0x6772656564u};
  std::vector<std::string> keys_;
};

}  // namespace

std::vector<SeedBatch> make_world(const WorldPlan& plan, World& world) {
  return Maker(plan, world).make();
}

Policy make_policy(const WorldPlan& plan) {
  Rng rng(plan.seed ^ 0x706f6c696379u);
  Policy policy;
  const bool several = rng.below(4) == 0;
  policy.pace.flights = several ? 2 + static_cast<int>(rng.below(2)) : 1;
  policy.pace.group_flights = 2 + static_cast<int>(rng.below(8));
  policy.pace.gap = Millis{500 + static_cast<std::int64_t>(rng.below(2'000))};
  policy.retry.revisit_after = hours{24 * (6 + static_cast<int>(rng.below(8)))};
  // Sometimes there are more hosts than memory has room for.
  if (rng.below(6) == 0) policy.frontier.hosts_in_memory = std::max(plan.hosts / 2, 20);
  // Sometimes all flights are taken, and the shares matter.
  if (rng.below(4) == 0) policy.frontier.flights_max = std::max(plan.hosts / 6, 4);
  return policy;
}

}  // namespace frontierd::sim
