#include "api/routes.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "api/views.h"
#include "base/text.h"

namespace frontierd {

namespace json = boost::json;

namespace {

constexpr std::size_t kFlightsShown = 20;
constexpr std::size_t kRestingShown = 20;

// "*" stands for one segment.
bool matches(std::string_view pattern, const std::vector<std::string>& path) {
  const std::vector<std::string_view> parts = split(pattern, '/');
  return std::equal(parts.begin(), parts.end(), path.begin(), path.end(),
                    [](std::string_view part, const std::string& segment) {
                      return part == "*" ? !segment.empty() : part == segment;
                    });
}

}  // namespace

struct Routes::Route {
  std::string_view method;
  std::string_view path;
  Handler handler;
  std::span<const std::string_view> fields = {};  // of the query; any other is a 400
};

std::span<const Routes::Route> Routes::table() {
  using Name = std::string_view;
  static constexpr std::array<Name, 1> kVerbose{"verbose"};
  static constexpr std::array<Name, 2> kHost{"host", "new"};
  static constexpr std::array<Name, 1> kNew{"new"};
  static constexpr std::array<Name, 2> kPage{"after", "limit"};
  static constexpr std::array<Name, 2> kUrlOrHost{"url", "host"};
  static constexpr std::array<Name, 4> kSelection{"url", "host", "because", "class"};
  static constexpr std::array<Name, 8> kHostFilter{"walled", "resting", "paused", "exhausted",
                                                   "class",  "pattern", "after",  "limit"};
  static constexpr std::array<Route, 19> kTable{{
      {"GET", "livez", &Routes::livez, kVerbose},
      {"GET", "readyz", &Routes::readyz, kVerbose},
      {"GET", "metrics", &Routes::metrics},
      {"GET", "v1", &Routes::index},
      {"GET", "v1/status", &Routes::status},
      {"GET", "v1/top", &Routes::top},
      {"GET", "v1/drops", &Routes::drops},
      {"GET", "v1/egress", &Routes::egress, kPage},
      {"POST", "v1/pause", &Routes::pause, kHost},
      {"POST", "v1/resume", &Routes::resume, kHost},
      {"POST", "v1/drain", &Routes::drain},
      {"POST", "v1/reload", &Routes::reload},
      {"GET", "v1/hosts", &Routes::hosts, kHostFilter},
      {"GET", "v1/hosts/*", &Routes::host},
      {"PATCH", "v1/hosts/*", &Routes::patch_host, kNew},
      {"GET", "v1/explain", &Routes::explain, kUrlOrHost},
      {"POST", "v1/retry", &Routes::retry, kSelection},
      {"POST", "v1/drop", &Routes::drop, kSelection},
      {"GET", "healthz", &Routes::livez, kVerbose},
  }};
  return kTable;
}

Answer Routes::answer(const Call& call) {
  std::vector<std::string> allowed;
  for (const Route& route : table()) {
    if (!matches(route.path, call.target.path)) continue;
    if (route.method == call.method || (route.method == "GET" && call.method == "HEAD")) {
      if (auto known = call.target.only(route.fields); !known) return problem_of(known.error());
      return (this->*route.handler)(call);
    }
    allowed.emplace_back(route.method);
  }
  if (allowed.empty()) return problem(404, "there is no such route; GET /v1 lists them");
  Answer answer = problem(405, "this route accepts " + join(allowed, ", "));
  answer.allow = join(allowed, ", ");
  return answer;
}

Result<std::int64_t> number_field(const Target& target, std::string_view name,
                                  std::int64_t fallback, std::int64_t least, std::int64_t most) {
  const std::optional<std::string> text = target.field(name);
  if (!text) return fallback;
  const std::optional<std::int64_t> value = parse_int<std::int64_t>(*text);
  if (value && *value >= least && *value <= most) return *value;
  return fail(Errc::Usage, std::string(name) + " must be a whole number from " +
                               std::to_string(least) + " to " + std::to_string(most));
}

Result<bool> flag_field(const Target& target, std::string_view name) {
  const std::optional<std::string> text = target.field(name);
  if (!text || *text == "0" || *text == "false") return false;
  if (text->empty() || *text == "1" || *text == "true") return true;
  return fail(Errc::Usage, std::string(name) + " must be true or false");
}

Answer Routes::index(const Call& /*call*/) {
  json::array routes;
  for (const Route& route : table()) {
    routes.push_back(json::value(std::string(route.method) + " /" + std::string(route.path)));
  }
  routes.push_back("POST /v1/seeds");
  routes.push_back("GET /v1/export");
  return json_answer({{"version", control_.status().version}, {"routes", std::move(routes)}});
}

Answer Routes::livez(const Call& /*call*/) {
  return text_answer(200, "ok\n");
}

Answer Routes::readyz(const Call& call) {
  std::vector<ReadyCheck> checks = control_.ready_checks();
  checks.push_back({"accepting", !control_.status().frontier.draining, "not draining"});
  const bool ready =
      std::all_of(checks.begin(), checks.end(), [](const ReadyCheck& check) { return check.ok; });
  std::string text;
  if (call.target.field("verbose")) {
    for (const ReadyCheck& check : checks) {
      text += (check.ok ? "[+]" : "[-]") + check.name;
      text += check.detail.empty() ? "\n" : ": " + check.detail + "\n";
    }
  }
  text += ready ? "ok\n" : "not ready\n";
  return text_answer(ready ? 200 : 503, std::move(text));
}

Answer Routes::metrics(const Call& /*call*/) {
  return text_answer(200, metrics_.text(status_with_blocks()),
                     "text/plain; version=0.0.4; charset=utf-8");
}

Answer Routes::status(const Call& /*call*/) {
  json::object out = status_json(control_.status());
  auto drops = inspector_.drops_by_reason();
  if (!drops) return problem_of(drops.error());
  json::object& by_reason = out["dropped_because"].emplace_object();
  for (const auto& [reason, count] : *drops) by_reason[reason] = count;
  return json_answer(out);
}

Answer Routes::top(const Call& /*call*/) {
  HostFilter resting;
  resting.resting = true;
  auto hosts = inspector_.hosts(resting, HostId::None, kRestingShown);
  if (!hosts) return problem_of(hosts.error());
  json::array flights;
  for (const FlightNow& flight : control_.flights(kFlightsShown)) {
    flights.push_back(flight_json(flight));
  }
  const StatusSnapshot status = control_.status();
  json::array rows;
  for (const HostEntry& host : *hosts) {
    rows.push_back(host_row_json(host, control_.host_now(host), status.frontier.now));
  }
  return json_answer({{"status", status_json(status)},
                      {"flights", std::move(flights)},
                      {"resting", std::move(rows)}});
}

Answer Routes::drops(const Call& /*call*/) {
  const auto counts = inspector_.drops_by_reason();
  if (!counts) return problem_of(counts.error());
  json::array rows;
  for (const auto& [because, urls] : *counts) {
    rows.push_back({{"because", because}, {"urls", urls}});
  }
  return json_answer({{"drops", std::move(rows)}});
}

Answer Routes::set_paused(const Call& call, bool paused) {
  const std::optional<std::string> host = call.target.field("host");
  if (!host) {
    if (auto done = control_.pause(paused); !done) return problem_of(done.error());
    return json_answer({{"paused", paused}});
  }
  return change_wishes(call.target, *host, [paused](HostWishes& wishes) -> Result<void> {
    wishes.paused = paused;
    return {};
  });
}

Answer Routes::pause(const Call& call) {
  return set_paused(call, true);
}
Answer Routes::resume(const Call& call) {
  return set_paused(call, false);
}

Answer Routes::drain(const Call& /*call*/) {
  if (auto done = control_.drain(); !done) return problem_of(done.error());
  Answer answer = json_answer({{"draining", true}});
  answer.status = 202;
  return answer;
}

Answer Routes::reload(const Call& /*call*/) {
  auto changed = control_.reload();
  if (!changed) return problem_of(changed.error());
  return json_answer({{"changed", *changed}});
}

}  // namespace frontierd
