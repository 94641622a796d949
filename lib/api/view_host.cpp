#include <boost/json.hpp>

#include "api/views.h"

namespace frontierd {

namespace json = boost::json;

namespace {

json::value robots_json(const std::optional<RobotsRecord>& robots) {
  if (!robots) return nullptr;
  static constexpr std::string_view kStates[] = {"allow_all", "rules", "disallow_all"};
  json::object out;
  out["state"] = kStates[static_cast<std::size_t>(robots->state)];
  out["status"] = robots->status == 0 ? json::value(nullptr) : json::value(robots->status);
  out["fetched_at"] = time_json(robots->fetched_at);
  out["expires_at"] = time_json(robots->expires_at);
  out["unreachable_since"] =
      robots->unreachable_since ? time_json(*robots->unreachable_since) : json::value(nullptr);
  out["bytes"] = robots->body.size();
  out["why"] = robots->why;
  return out;
}

}  // namespace

json::object wishes_json(const HostWishes& wishes) {
  json::object out;
  out["paused"] = wishes.paused;
  out["gap_seconds"] = wishes.gap ? seconds_json(*wishes.gap) : json::value(nullptr);
  out["flights"] = wishes.flights ? json::value(*wishes.flights) : json::value(nullptr);
  out["note"] = wishes.note;
  return out;
}

json::object incident_json(const Incident& incident) {
  json::object out;
  out["at"] = time_json(incident.at);
  out["class"] = to_string(incident.cls);
  out["scope"] = to_string(incident.scope);
  out["vendor"] = incident.vendor;
  out["status"] = incident.status == 0 ? json::value(nullptr) : json::value(incident.status);
  out["url"] = incident.url;
  out["rest_until"] = time_json(incident.rest_until);
  out["why"] = incident.why;
  return out;
}

json::object host_row_json(const HostEntry& host, const HostNow& told, Instant now) {
  const HostState& state = host.state;
  const bool troubled = state.breaker != Breaker::Closed;
  json::object out;
  out["id"] = raw(host.id);
  out["host"] = host.key;
  out["condition"] = state.exhausted ? "given up" : to_string(told.condition());
  out["waits_for"] = to_string(told.wait.reason);
  out["wait"] = wait_words(told.wait, now);
  out["next_at"] = time_json(told.wait.until);
  out["rest_until"] = state.breaker == Breaker::Open ? time_json(state.rest_until) : nullptr;
  out["rest_class"] = troubled ? json::value(to_string(state.rest_cls)) : json::value(nullptr);
  out["breaker"] = to_string(state.breaker);
  out["why"] = state.why;
  out["incidents"] = state.incidents;
  out["exhausted"] = state.exhausted;
  out["in_flight"] = told.in_flight;
  out["gap_seconds"] = seconds_json(told.pace.from_start());
  out["flights"] = told.pace.flights;
  out["wishes"] = wishes_json(host.wishes);
  out["robots_until"] = time_json(host.robots_until);
  out["next_due"] = host.has_queue ? time_json(host.next_due) : json::value(nullptr);
  return out;
}

json::object host_json(const HostRecord& host, const HostNow& told, Instant now,
                       std::span<const Incident> incidents) {
  const HostState& state = host.entry.state;
  json::array rows;
  for (const Incident& incident : incidents) rows.push_back(incident_json(incident));
  json::object out = host_row_json(host.entry, told, now);
  out["urls"] = {{"queued", host.queued},
                 {"leased", host.leased},
                 {"done", host.done},
                 {"dropped", host.dropped}};
  out["learned"] = {{"walls", state.walls},
                    {"trouble_since", time_json(state.trouble_since)},
                    {"good_gap_seconds", seconds_json(state.good_gap)},
                    {"quota_gap_seconds", seconds_json(state.quota_gap)},
                    {"crawl_delay_seconds", seconds_json(state.crawl_delay)},
                    {"latency_seconds", seconds_json(state.latency)},
                    {"first_asked_at", time_json(state.history.first_at)},
                    {"last_good_at", time_json(state.history.good_at)}};
  out["robots"] = robots_json(host.robots);
  out["incidents_last"] = std::move(rows);
  return out;
}

}  // namespace frontierd
