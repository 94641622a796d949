#include "sim/life.h"

#include <algorithm>

namespace frontierd::sim {
namespace {

constexpr Millis kDay = std::chrono::hours{24};
constexpr Millis kRestBound = 45 * kDay;
constexpr double kPagesADay = 768;

bool is_of(const std::string& url, const std::string& key) {
  return url.size() > key.size() && url.starts_with(key) && url[key.size()] == '/';
}

std::vector<SeedBatch> only(std::vector<SeedBatch> batches, const std::vector<std::string>& sites) {
  if (sites.empty()) return batches;
  for (SeedBatch& batch : batches) {
    std::erase_if(batch.urls, [&](const std::string& url) {
      return std::none_of(sites.begin(), sites.end(),
                          [&](const std::string& key) { return is_of(url, key); });
    });
  }
  std::erase_if(batches, [](const SeedBatch& batch) { return batch.urls.empty(); });
  return batches;
}

void heal(Simulator& simulator) {
  simulator.cancel_plans_after_requests();
  simulator.world().heal();
  Process& process = simulator.process();
  process.store().fill(false);
  process.store().disarm();
  if (process.up()) process.dispatcher().pause(false);
  Policy policy = simulator.policy();
  policy.retry.revisit_after = Millis{0};
  simulator.set_policy(std::make_shared<const Policy>(std::move(policy)));
  simulator.referee().held();
}

}  // namespace

Millis rest_bound(const Life& life) {
  const double largest = life.world.pages_per_host * kGiant;
  const double longest = 20 + 2 * largest / kPagesADay;
  return std::max(kRestBound, static_cast<int>(longest) * kDay);
}

void begin(Simulator& simulator, const Life& life) {
  for (SeedBatch& batch : only(make_world(life.world, simulator.world()), life.sites)) {
    simulator.plan(simulator.start() + batch.at,
                   [&simulator, urls = std::move(batch.urls)] { simulator.seed(urls); });
  }
  arrange(simulator, life.faults);
}

Millis come_to_rest(Simulator& simulator, const Life& life) {
  heal(simulator);
  const Instant healed = simulator.now();
  const Millis bound = rest_bound(life);
  if (!simulator.rest_within(bound)) {
    const Tally& tally = simulator.referee().ledger().tally();
    simulator.referee().breach(0, std::to_string(tally.queued) + " URLs are queued and " +
                                      std::to_string(tally.leased) + " leased " + to_words(bound) +
                                      " after everything healed");
  }
  simulator.referee().compare(simulator.disk().store(), simulator.disk().inspector(), true);
  return simulator.now() - healed;
}

std::string to_number(double value) {
  std::string out = std::to_string(value);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

std::string to_scenario(const Life& life, const std::string& story) {
  const auto ms = [](Millis length) { return std::to_string(length.count()) + "ms"; };
  std::string out = story.empty() ? "" : "# " + story + "\n";
  out += "world seed=" + std::to_string(life.world.seed) +
         " hosts=" + std::to_string(life.world.hosts) +
         " pages=" + to_number(life.world.pages_per_host) + " span=" + ms(life.world.span) +
         (life.world.vices ? "" : " vices=no") + "\n";
  for (const std::string& key : life.sites) out += "only  " + key + "\n";
  for (const PlannedFault& fault : life.faults) {
    out += "fault " + std::string(to_string(fault.kind)) + " at=" + ms(fault.at);
    if (fault.requests > 0) {
      out += " requests=" + std::to_string(fault.requests) + " delay=" + ms(fault.delay);
    }
    out += " lasts=" + ms(fault.lasts) + " dice=" + std::to_string(fault.dice) + "\n";
  }
  return out + "run   " + ms(life.ends) + "\nrest\n";
}

}  // namespace frontierd::sim
