#include "api/views.h"

#include <boost/json.hpp>

namespace frontierd {

namespace json = boost::json;

namespace {

// JSON text that the store keeps; as a string, should it be damaged.
json::value parsed(const std::string& text) {
  if (text.empty()) return nullptr;
  json::error_code error;
  json::value value = json::parse(text, error);
  return error ? json::value(text) : value;
}

json::value name_or_null(std::string_view name) {
  return name.empty() ? json::value(nullptr) : json::value(name);
}

json::value archive_json(const ArchivePlace& place) {
  if (place.file.empty()) return nullptr;
  return {{"file", place.file}, {"offset", place.offset}};
}

json::object reload_json(const ReloadStatus& reload) {
  return {{"at", time_json(reload.at)}, {"ok", reload.ok}, {"what", reload.what}};
}

json::object waits_json(const WaitFigures& figures) {
  json::object out;
  for (int i = 0; i < kWaitReasons; ++i) {
    const auto reason = static_cast<WaitReason>(i);
    const WaitFigures::OfReason& one = figures.of(reason);
    if (one.hosts == 0 && one.oldest == Millis{0}) continue;
    out[to_string(reason)] = {{"hosts", one.hosts}, {"oldest_due_seconds", seconds_json(one.oldest)}};
  }
  return out;
}

json::object queues_json(const std::vector<QueueNow>& queues) {
  json::object out;
  for (const QueueNow& queue : queues) {
    out[queue.name] = {{"length", queue.length}, {"max", queue.max}};
  }
  return out;
}

}  // namespace

json::value time_json(Instant at) {
  if (at <= kLongAgo || at >= kNever) return nullptr;
  return json::value(to_iso(at));
}

json::value seconds_json(Millis length) {
  return static_cast<double>(length.count()) / 1000.0;
}

json::object wait_json(const Wait& wait, Instant now) {
  return {{"reason", to_string(wait.reason)},
          {"until", time_json(wait.until)},
          {"who", name_or_null(wait.who)},
          {"words", wait_words(wait, now)}};
}

json::object status_json(const StatusSnapshot& status) {
  json::object hosts;
  for (int i = 0; i < kHostConditions; ++i) {
    hosts[to_string(static_cast<HostCondition>(i))] = status.waits.conditions[static_cast<std::size_t>(i)];
  }
  const FrontierNow& frontier = status.frontier;
  json::object out;
  out["version"] = status.version;
  out["store"] = status.store;
  out["now"] = time_json(frontier.now);
  out["started_at"] = time_json(status.started_at);
  out["paused"] = frontier.paused;
  out["draining"] = frontier.draining;
  out["trouble"] =
      frontier.held && frontier.held->reason == WaitReason::OurTrouble
          ? json::value{{"what", frontier.held->who}, {"until", time_json(frontier.held->until)}}
          : json::value(nullptr);
  out["held"] = frontier.held ? json::value(wait_json(*frontier.held, frontier.now)) : nullptr;
  out["urls"] = {{"queued", status.tally.queued},
                 {"leased", status.tally.leased},
                 {"done", status.tally.done},
                 {"dropped", status.tally.dropped}};
  out["hosts_known"] = status.tally.hosts;
  out["hosts"] = std::move(hosts);
  out["waits"] = waits_json(status.waits);
  out["oldest_due_seconds"] = seconds_json(status.waits.oldest());
  out["flights"] = status.flights;
  out["flights_max"] = status.flights_max;
  out["pages_per_second"] = status.pages_per_second;
  out["archive"] = {{"on", status.archive.on},
                    {"folder", status.archive.folder},
                    {"file", name_or_null(status.archive.file)},
                    {"bytes", status.archive.bytes},
                    {"records", status.archive.records}};
  out["queues"] = queues_json(status.queues);
  out["stores"] = queues_json(status.stores);
  out["config"] = reload_json(status.reload);
  json::array& ground = out["ground"].emplace_array();
  for (const GroundNow& part : status.ground) {
    ground.push_back({{"part", part.part},
                      {"trouble", part.trouble},
                      {"since", time_json(part.since)},
                      {"words", part.words}});
  }
  return out;
}

json::object flight_json(const FlightNow& flight) {
  return {{"url", flight.url},
          {"purpose", to_string(flight.purpose)},
          {"leased_at", time_json(flight.leased_at)}};
}

json::object url_json(const UrlRecord& url) {
  json::object out;
  out["id"] = raw(url.id);
  out["url"] = url.url;
  out["host"] = url.host_key;
  out["state"] = to_string(url.state);
  out["because"] =
      name_or_null(url.dropped_because ? to_string(*url.dropped_because) : std::string_view{});
  out["why"] = url.why;
  out["status"] = url.status == 0 ? json::value(nullptr) : json::value(url.status);
  out["class"] = name_or_null(url.last_class ? to_string(*url.last_class) : std::string_view{});
  out["priority"] = url.priority;
  out["attempts"] = url.attempts;
  out["tries"] = url.tries;
  out["redirects"] = url.redirects;
  out["crashes"] = url.crashes;
  out["admitted_at"] = time_json(url.admitted_at);
  out["changed_at"] = time_json(url.changed_at);
  out["not_before"] = time_json(url.not_before);
  out["revisit_at"] = url.revisit_at ? time_json(*url.revisit_at) : json::value(nullptr);
  out["content_type"] = name_or_null(url.content_type);
  out["body_bytes"] = url.body_bytes;
  out["archive"] = archive_json(url.archive);
  out["via"] = name_or_null(url.via);
  out["metadata"] = parsed(url.metadata);
  return out;
}

json::object attempt_json(const AttemptRecord& attempt) {
  const AttemptFacts& facts = attempt.facts;
  json::object out;
  out["number"] = attempt.number;
  out["purpose"] = to_string(attempt.purpose);
  out["url"] = attempt.url;
  out["started_at"] = time_json(facts.started_at);
  out["landed_at"] = time_json(facts.landed_at);
  out["elapsed_seconds"] = seconds_json(facts.elapsed);
  out["status"] = facts.status == 0 ? json::value(nullptr) : json::value(facts.status);
  out["transport"] = to_string(facts.transport);
  out["class"] = to_string(attempt.cls);
  out["scope"] = to_string(attempt.scope);
  out["vendor"] = name_or_null(attempt.vendor);
  out["evidence"] = parsed(attempt.evidence);
  out["runner_up"] = name_or_null(attempt.runner_up);
  out["asked_wait_seconds"] =
      attempt.asked_wait ? seconds_json(*attempt.asked_wait) : json::value(nullptr);
  out["verdict"] = attempt.verdict;
  out["burnt"] = attempt.burnt;
  out["not_before"] = attempt.not_before ? time_json(*attempt.not_before) : json::value(nullptr);
  out["why"] = attempt.why;
  out["peer"] = name_or_null(facts.peer);
  out["egress"] = name_or_null(facts.egress);
  out["body_bytes"] = facts.body_bytes;
  out["archive"] = archive_json(facts.archive);
  return out;
}

json::object explanation_json(const Explanation& explanation) {
  json::array chain(explanation.chain.begin(), explanation.chain.end());
  json::array commands;
  for (const ExplainCommand& command : explanation.commands) {
    commands.push_back({{"run", command.run}, {"effect", command.effect}});
  }
  json::object out;
  out["subject"] = explanation.subject;
  out["kind"] = explanation.is_host ? "host" : "url";
  out["state"] = explanation.state;
  out["since"] = time_json(explanation.since);
  out["until"] = explanation.until ? time_json(*explanation.until) : json::value(nullptr);
  out["waits_for"] =
      name_or_null(explanation.waits_for ? to_string(*explanation.waits_for) : std::string_view{});
  out["summary"] = explanation.summary;
  out["why"] = explanation.why;
  out["chain"] = std::move(chain);
  out["next"] = explanation.next;
  out["commands"] = std::move(commands);
  return out;
}

}  // namespace frontierd
