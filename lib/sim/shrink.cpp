#include "sim/shrink.h"

#include <algorithm>

#include "base/check.h"

namespace frontierd::sim {
namespace {

// Time for what follows from the breach, before everything heals.
constexpr Millis kAfterwards = std::chrono::minutes{1};

class Shrinker {
 public:
  Shrinker(const TrialReport& failing, int budget) : setup_(failing.setup), budget_(budget) {
    CHECK(!failing.breaches.empty());
    setup_.trace = nullptr;
    best_.life = life_of(setup_);
    best_.breach = failing.breaches.front();
    start_ = failing.start;
  }

  Shrunk shrink() {
    cut_the_end();
    name_sites();
    cut(&Life::sites);
    cut_the_end();
    cut(&Life::faults);
    cut(&Life::sites);
    return best_;
  }

 private:
  // Keeps the life if the same promise breaks in it.
  bool fails(const Life& life) {
    if (best_.runs >= budget_) return false;
    ++best_.runs;
    const TrialReport report = live(setup_, life);
    for (const Breach& breach : report.breaches) {
      if (breach.promise != best_.breach.promise) continue;
      best_.life = life;
      best_.breach = breach;
      return true;
    }
    return false;
  }

  void cut_the_end() {
    Life life = best_.life;
    life.ends = std::min(life.ends, best_.breach.at - start_ + kAfterwards);
    std::erase_if(life.faults, [&](const PlannedFault& fault) { return fault.at > life.ends; });
    if (life.ends < best_.life.ends) fails(life);
  }

  void name_sites() {
    World world(start_, best_.life.world.seed);
    (void)make_world(best_.life.world, world);
    for (const auto& [key, origin] : world.origins()) best_.life.sites.push_back(key);
  }

  // Without this part of a list, without the next one; with smaller parts where none may go.
  template <class Item>
  void cut(std::vector<Item> Life::*list) {
    std::size_t part = std::max<std::size_t>((best_.life.*list).size() / 2, 1);
    while (best_.runs < budget_) {
      if (!cut_parts(list, part) && part == 1) return;
      part = std::max<std::size_t>(part / 2, 1);
    }
  }

  template <class Item>
  bool cut_parts(std::vector<Item> Life::*list, std::size_t part) {
    bool any = false;
    for (std::size_t at = 0; at < (best_.life.*list).size();) {
      Life life = best_.life;
      auto& items = life.*list;
      const auto first = items.begin() + static_cast<std::ptrdiff_t>(at);
      items.erase(first, first + static_cast<std::ptrdiff_t>(std::min(part, items.size() - at)));
      const bool none_left = items.empty() && list_is_of_sites(items);
      if (!none_left && fails(life)) {
        any = true;
      } else {
        at += part;
      }
    }
    return any;
  }

  // No site at all would mean every site.
  static bool list_is_of_sites(const std::vector<std::string>&) { return true; }
  static bool list_is_of_sites(const std::vector<PlannedFault>&) { return false; }

  TrialSetup setup_;
  int budget_;
  Instant start_ = kLongAgo;
  Shrunk best_;
};

}  // namespace

Shrunk shrink(const TrialReport& failing, int budget) {
  return Shrinker(failing, budget).shrink();
}

}  // namespace frontierd::sim
