#include <boost/json.hpp>

#include "api/routes.h"
#include "api/views.h"

namespace frontierd {

namespace json = boost::json;

// The counts are of committed state; where they cannot be had they stay 0.
StatusSnapshot Routes::status_with_blocks() {
  StatusSnapshot status = control_.status();
  for (EgressNow& way : status.egresses) {
    way.blocked_hosts = inspector_.blocked_hosts(way.rule.name, status.frontier.now).value_or(0);
  }
  return status;
}

Answer Routes::egress(const Call& call) {
  const auto limit = number_field(call.target, "limit", kPageRowsDefault, 1, kPageRowsMax);
  if (!limit) return problem_of(limit.error());
  const auto after = number_field(call.target, "after", 0, 0, INT64_MAX);
  if (!after) return problem_of(after.error());
  const auto rows =
      inspector_.egress_blocks(static_cast<HostId>(*after), static_cast<std::size_t>(*limit));
  if (!rows) return problem_of(rows.error());
  const StatusSnapshot status = status_with_blocks();
  const Instant now = status.frontier.now;
  json::array ways;
  for (const EgressNow& way : status.egresses) ways.push_back(egress_json(way, now));
  json::array providers;
  for (const ProviderBlock& block : status.providers) providers.push_back(provider_json(block));
  json::array blocks;
  std::size_t hosts = 0;
  HostId last = HostId::None;
  for (const HostBlock& row : *rows) {
    hosts += row.host != last ? 1 : 0;
    last = row.host;
    json::object block = block_json(row.block, now);
    block["host"] = row.host_key;
    blocks.push_back(std::move(block));
  }
  const bool full = hosts == static_cast<std::size_t>(*limit);
  json::value next = full ? json::value(std::to_string(raw(last))) : json::value(nullptr);
  return json_answer({{"egresses", std::move(ways)},
                      {"providers", std::move(providers)},
                      {"blocks", std::move(blocks)},
                      {"next", std::move(next)},
                      {"now", time_json(now)}});
}

}  // namespace frontierd
