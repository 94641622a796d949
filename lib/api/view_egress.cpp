#include <boost/json.hpp>

#include "api/views.h"

namespace frontierd {

namespace json = boost::json;

json::object egress_json(const EgressNow& way, Instant now) {
  const bool rests = way.health.rest_until > now;
  json::array hosts;
  for (const std::string& pattern : way.rule.hosts) hosts.push_back(json::value(pattern));
  json::array uses;
  if (way.rule.first) uses.push_back("first");
  if (way.rule.when_walled) uses.push_back("bot_walled");
  json::object out;
  out["egress"] = way.rule.name;
  out["kind"] = to_string(way.rule.kind);
  out["hosts"] = std::move(hosts);
  out["for"] = std::move(uses);
  out["condition"] = rests ? "resting" : "ready";
  out["rest_until"] = rests ? time_json(way.health.rest_until) : json::value(nullptr);
  out["why"] = way.health.why;
  out["flights"] = way.flights;
  out["refusals"] = way.refusals;
  out["failures"] = way.failures;
  out["blocked_hosts"] = way.blocked_hosts;
  return out;
}

json::object provider_json(const ProviderBlock& block) {
  json::object out;
  out["egress"] = block.egress;
  out["vendor"] = block.vendor;
  out["hosts"] = block.hosts;
  out["since"] = time_json(block.since);
  out["until"] = time_json(block.until);
  out["why"] = block.why;
  return out;
}

json::object block_json(const EgressBlock& block, Instant now) {
  json::object out;
  out["egress"] = block.egress;
  out["vendor"] = block.vendor.empty() ? json::value(nullptr) : json::value(block.vendor);
  out["refusals"] = block.refusals;
  out["refused_at"] = time_json(block.refused_at);
  out["until"] = time_json(block.until);
  out["blocked"] = block.until > now;
  out["why"] = block.why;
  return out;
}

}  // namespace frontierd
