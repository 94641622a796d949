#include "rules/egress.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "rules/host_pattern.h"

namespace frontierd {
namespace {

const EgressRule& plain_way() {
  static const EgressRule rule{std::string(kDirectEgress), EgressKind::Direct, {"*"}, true, false};
  return rule;
}

bool serves(const EgressRule& rule, std::string_view host) {
  return std::any_of(rule.hosts.begin(), rule.hosts.end(),
                     [host](const std::string& pattern) { return host_matches(pattern, host); });
}

// Who stands in front of this host, as far as its own refusals tell.
std::string_view vendor_of(std::span<const EgressBlock> own) {
  const auto named = std::max_element(own.begin(), own.end(), [](const auto& a, const auto& b) {
    return std::pair(!a.vendor.empty(), a.refused_at) < std::pair(!b.vendor.empty(), b.refused_at);
  });
  return named == own.end() ? std::string_view() : std::string_view(named->vendor);
}

}  // namespace

void EgressBook::restore(const ProviderBlock& block) {
  if (providers_.size() < kProvidersMax) providers_[{block.egress, block.vendor}] = block;
}

std::optional<ProviderBlock> EgressBook::note(const EgressPolicy& policy, const EgressBlock& block,
                                              std::uint32_t site, Instant now) {
  if (block.vendor.empty() || block.until <= now) return std::nullopt;
  const Key key{block.egress, block.vendor};
  if (!evidence_.contains(key) && evidence_.size() >= kProvidersMax) return std::nullopt;
  std::vector<Seen>& seen = evidence_[key];
  std::erase_if(seen, [&](const Seen& one) { return one.until <= now || one.site == site; });
  if (seen.size() >= kEvidenceMax) seen.erase(seen.begin());
  seen.push_back({site, block.until});
  if (static_cast<int>(seen.size()) < policy.provider_hosts) return std::nullopt;
  ProviderBlock& provider = providers_[key];
  if (provider.until <= now) provider = {block.egress, block.vendor, 0, now, kLongAgo, {}};
  provider.hosts = static_cast<int>(seen.size());
  // As long as so many of them hold: the one that ends first among the longest.
  std::sort(seen.begin(), seen.end(),
            [](const Seen& a, const Seen& b) { return a.until < b.until; });
  const auto enough = static_cast<std::size_t>(std::max(policy.provider_hosts, 1));
  provider.until = std::max(provider.until, seen[seen.size() - enough].until);
  provider.why = std::to_string(provider.hosts) + " unrelated hosts behind " + block.vendor +
                 " refuse it; last: " + block.why;
  return provider;
}

const ProviderBlock* EgressBook::blocked(std::string_view egress, std::string_view vendor,
                                         Instant now) const {
  if (vendor.empty()) return nullptr;
  const auto found = providers_.find(Key{egress, vendor});
  return found != providers_.end() && found->second.until > now ? &found->second : nullptr;
}

std::vector<ProviderBlock> EgressBook::providers(Instant now) const {
  std::vector<ProviderBlock> out;
  for (const auto& [key, block] : providers_) {
    if (block.until > now) out.push_back(block);
  }
  return out;
}

bool EgressBook::failed(const EgressPolicy& policy, const std::string& egress, Instant started,
                        Instant now, const std::string& why, Dice dice) {
  EgressHealth& health = health_[egress];
  health.why = why;
  if (started <= health.failed_at) return false;  // it left before that was known
  const double doubled =
      static_cast<double>(policy.rest_base.count()) * std::exp2(std::min(health.failures, 40));
  const double rest = std::min(doubled, static_cast<double>(policy.rest_cap.count()));
  // Half of it for certain, the rest by chance: several daemons do not come back as one.
  const double length = rest * (0.5 + 0.5 * dice.unit);
  ++health.failures;
  health.failed_at = now;
  health.rest_until = std::max(health.rest_until, now + Millis{static_cast<std::int64_t>(length)});
  return true;
}

void EgressBook::worked(const std::string& egress, Instant started) {
  const auto found = health_.find(egress);
  if (found == health_.end() || started < found->second.failed_at) return;
  health_.erase(found);
}

EgressHealth EgressBook::health(std::string_view egress) const {
  const auto found = health_.find(egress);
  return found == health_.end() ? EgressHealth{} : found->second;
}

std::vector<const EgressRule*> egresses_for(const EgressPolicy& policy, std::string_view host) {
  std::vector<const EgressRule*> ways;
  if (policy.pool.empty()) return ways;
  for (const EgressRule& rule : policy.pool) {
    if (rule.first && serves(rule, host)) ways.push_back(&rule);
  }
  if (ways.empty()) ways.push_back(&plain_way());
  for (const EgressRule& rule : policy.pool) {
    if (!rule.first && rule.when_walled && serves(rule, host)) ways.push_back(&rule);
  }
  return ways;
}

std::vector<EgressRule> egresses_shown(const EgressPolicy& policy) {
  std::vector<EgressRule> ways = policy.pool;
  const bool named = std::any_of(ways.begin(), ways.end(),
                                 [](const auto& way) { return way.name == kDirectEgress; });
  if (!ways.empty() && !named) ways.push_back(plain_way());
  return ways;
}

EgressChoice choose_egress(const EgressPolicy& policy, std::string_view host,
                           std::span<const EgressBlock> own, const EgressBook& book, Instant now) {
  if (policy.pool.empty()) return {};
  const std::string_view vendor = vendor_of(own);
  EgressChoice wait{{}, kNever, {}};
  const auto waits = [&wait](Instant until, const std::string& way, const std::string& why) {
    if (until < wait.wait_until) wait = {{}, until, "egress " + way + ": " + why};
  };
  int blocked = 0;
  bool walled = false;
  for (const EgressRule* way : egresses_for(policy, host)) {
    if ((walled && !way->when_walled) || (!walled && !way->first)) continue;
    if (const EgressBlock* block = find_block(own, way->name); block && block->until > now) {
      waits(block->until, way->name, block->why);
      walled = true;
      if (++blocked > policy.max_switches) break;
      continue;
    }
    if (const ProviderBlock* block = book.blocked(way->name, vendor, now)) {
      waits(block->until, way->name, block->why);
      walled = true;
      continue;
    }
    if (const EgressHealth health = book.health(way->name); health.rest_until > now) {
      waits(health.rest_until, way->name, health.why);
      continue;
    }
    return {way->name, kLongAgo, {}};
  }
  return wait;
}

bool refuses_egress(const EgressPolicy& policy, const Outcome& outcome) {
  return !policy.pool.empty() && outcome.cls == OutcomeClass::BotWalled &&
         outcome.scope == Scope::Egress;
}

EgressBlock refused(const Policy& policy, EgressBlock known, const Outcome& outcome,
                    const FlightFacts& flight, bool by_vendor, Dice dice) {
  ++known.refusals;
  known.vendor = outcome.vendor;
  known.refused_at = flight.landed_at;
  known.why = "bot_walled (" + std::to_string(flight.status) + ") from " + flight.url;
  if (!outcome.evidence.empty()) known.why += ": " + outcome.evidence.front().what;
  const int over = known.refusals - policy.egress.refusals;
  if (over < 0 && !by_vendor) return known;
  const Millis rest = rest_length(policy.rest, outcome, std::max(over, 0), dice);
  known.until = std::max(known.until, flight.landed_at + rest);
  return known;
}

HostChange switched(const Policy& policy, HostChange change, const HostState& before,
                    const EgressBlock& block, const std::string& next, const Outcome& outcome,
                    const FlightFacts& flight, bool anew) {
  HostState& host = change.state;
  const bool asks = outcome.wait && outcome.wait->length > Millis{0};
  const Millis pause =
      asks ? rest_length(policy.rest, outcome, 0, Dice{0.0}) : policy.egress.switch_pause;
  host.rest_until = std::max(before.rest_until, flight.landed_at + pause);
  if (anew) {
    host.incidents = 0;
    host.walls = 0;
    host.exhausted = false;
  }
  host.why = block.why + "; egress " + block.egress + " is blocked for this host for " +
             to_words(block.until - flight.landed_at) + ", egress " + next + " is tried in " +
             to_words(pause);
  if (change.incident) {
    change.incident->rest_until = host.rest_until;
    change.incident->why = host.why;
  }
  return change;
}

const EgressBlock* find_block(std::span<const EgressBlock> blocks, std::string_view egress) {
  for (const EgressBlock& block : blocks) {
    if (block.egress == egress) return &block;
  }
  return nullptr;
}

void put_block(std::vector<EgressBlock>& blocks, const EgressBlock& block) {
  std::erase_if(blocks, [&](const EgressBlock& known) { return known.egress == block.egress; });
  if (block.refusals > 0) blocks.push_back(block);
}

}  // namespace frontierd
