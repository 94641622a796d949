#include "base/text.h"
#include "originlab/reader.h"

namespace frontierd::originlab {
namespace {

constexpr std::string_view kBusyPage =
    "<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1>"
    "<p>The server is overloaded. Please try again later.</p></body></html>\n";
constexpr std::string_view kMaintenancePage =
    "<html><head><title>Down for maintenance</title></head><body><h1>Down for scheduled "
    "maintenance</h1><p>We will be back shortly.</p></body></html>\n";
constexpr std::string_view kWallPage =
    "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>"
    "<p>Enable JavaScript and cookies to continue.</p><noscript>Please verify you are a human."
    "</noscript></body></html>\n";
constexpr std::string_view kLimitPage =
    "<html><head><title>429 Too Many Requests</title></head><body><h1>Too Many Requests</h1>"
    "</body></html>\n";

Answer refusal(int status, std::string_view page) {
  Answer answer;
  answer.status = status;
  answer.text = std::string(page);
  return answer;
}

void read_window(Table& table, Window& window) {
  table.duration("from", window.from);
  table.duration("to", window.to);
  table.duration("every", window.every);
  if (window.to <= window.from) table.wrong("to", "is not after \"from\"");
  if (window.every.count() != 0 && window.every < window.to - window.from) {
    table.wrong("every", "is shorter than the window itself");
  }
}

Maintenance read_maintenance(Table& table, const AnswerReader& answers) {
  Maintenance out;
  out.answer = refusal(503, kMaintenancePage);
  read_window(table, out.window);
  table.paths(out.paths);
  table.choice("retry_after", kRetryAfters, out.retry_after);
  answers.read_named(table, "answer", out.answer);
  return out;
}

Stale read_stale(Table& table, const AnswerReader& answers) {
  Stale out;
  out.answer = refusal(503, kBusyPage);
  read_window(table, out.window);
  table.paths(out.paths);
  answers.read_named(table, "answer", out.answer);
  return out;
}

Wall read_wall(Table& table, const AnswerReader& answers) {
  Wall out;
  out.answer = refusal(403, kWallPage);
  table.paths(out.paths);
  table.number("after", out.after, 0, INT64_MAX);
  table.duration("within", out.within);
  table.duration("lasts", out.lasts);
  table.boolean("extends", out.extends);
  table.choice("per", kPers, out.per);
  table.text("cookie", out.cookie);
  table.texts("spare_agents", out.spare_agents);
  answers.read_named(table, "answer", out.answer);
  return out;
}

// The ready-made sets of fields; anything else is written out under headers or refusal_headers.
void publish(Table& table, Limit& out) {
  std::vector<std::string> names;
  table.texts("publish", names);
  const std::vector<std::string> known{"retry-after",   "retry-after-date", "ratelimit",
                                       "ratelimit-old", "x-ratelimit",      "x-ratelimit-epoch"};
  for (const std::string& name : names) {
    if (name == "retry-after") {
      out.refusal_headers.emplace_back("Retry-After: {reset}");
    } else if (name == "retry-after-date") {
      out.refusal_headers.emplace_back("Retry-After: {reset-date}");
    } else if (name == "ratelimit") {
      out.headers.emplace_back("RateLimit-Policy: \"default\";q={limit};w={window}");
      out.headers.emplace_back("RateLimit: \"default\";r={remaining};t={reset}");
    } else if (name == "ratelimit-old") {
      out.headers.emplace_back("RateLimit-Limit: {limit}");
      out.headers.emplace_back("RateLimit-Remaining: {remaining}");
      out.headers.emplace_back("RateLimit-Reset: {reset}");
    } else if (name == "x-ratelimit" || name == "x-ratelimit-epoch") {
      out.headers.emplace_back("X-RateLimit-Limit: {limit}");
      out.headers.emplace_back("X-RateLimit-Remaining: {remaining}");
      out.headers.emplace_back(name == "x-ratelimit" ? "X-RateLimit-Reset: {reset}"
                                                     : "X-RateLimit-Reset: {reset-epoch}");
    } else {
      std::string what = "is one of " + join(known, ", ");
      if (const auto near = nearest_name(name, known)) what += "; did you mean " + *near + "?";
      table.wrong("publish", what);
    }
  }
}

Limit read_limit(Table& table, const AnswerReader& answers) {
  Limit out;
  out.answer = refusal(429, kLimitPage);
  table.paths(out.paths);
  table.number("requests", out.requests, 1, UINT32_MAX);
  table.duration("window", out.window);
  table.boolean("bucket", out.bucket);
  table.duration("penalty", out.penalty);
  table.choice("per", kPers, out.per);
  table.texts("headers", out.headers);
  table.texts("refusal_headers", out.refusal_headers);
  publish(table, out);
  answers.read_named(table, "answer", out.answer);
  if (out.window <= Micros{0}) table.wrong("window", "is longer than nothing");
  return out;
}

Capacity read_capacity(Table& table, const AnswerReader& answers) {
  Capacity out;
  out.answer = refusal(503, kBusyPage);
  table.paths(out.paths);
  table.number("at_once", out.at_once, 0, UINT32_MAX);
  table.number("queue", out.queue, 0, UINT32_MAX);
  table.real("per_second", out.per_second, 0, 1e9);
  out.burst = std::max(1.0, out.per_second);
  table.real("burst", out.burst, 1, 1e9);
  if (auto collapse = table.inner("collapse")) {
    out.collapse.per_excess = 0.05;
    collapse->real("per_excess", out.collapse.per_excess, 0, 1e6);
    collapse->real("slowest", out.collapse.slowest, 1, 1e6);
    collapse->duration("recover", out.collapse.recover);
    if (out.collapse.recover <= Micros{0}) {
      collapse->wrong("recover", "is longer than nothing");
    }
    collapse->done();
  }
  answers.read_named(table, "answer", out.answer);
  if (out.at_once == 0 && out.per_second <= 0) {
    table.wrong("at_once", "a capacity has at_once, per_second or both");
  }
  if (out.queue > 0 && out.at_once == 0) table.wrong("queue", "needs at_once");
  return out;
}

// robots = "text", or robots = { ...an answer... }.
void read_robots(Table& table, const AnswerReader& answers, Host& host) {
  const toml::node* node = table.find("robots");
  if (node == nullptr) return;
  Answer plain;
  plain.type = "text/plain; charset=utf-8";
  plain.fill = Fill::Robots;
  Route route;
  if (node->is_string()) {
    table.text("robots", plain.text);
    route.answers.push_back(plain);
  } else if (auto inner = table.inner("robots")) {
    answers.read(*inner, plain);
    inner->done();
    route.answers.push_back(plain);
  }
  route.path = "/robots.txt";
  if (!route.answers.empty()) host.routes.push_back(std::move(route));
}

void read_pages(Table& table, const AnswerReader& answers, Host& host) {
  const toml::node* node = table.find("pages");
  if (node == nullptr) return;
  if (node->is_integer()) {
    Pages& pages = host.pages.emplace();
    pages.answer.validators = true;
    table.number("pages", pages.count, 0, 100'000'000);
  } else if (auto inner = table.inner("pages")) {
    host.pages = answers.pages(*inner);
    inner->done();
  }
}

}  // namespace

Host read_host(Table& table, const AnswerReader& answers) {
  Host host;
  table.texts("name", host.names);
  if (host.names.empty()) table.wrong("name", "every host has one, such as \"slow.localhost\"");
  for (std::string& name : host.names) name = to_lower(name);
  std::string since = "start";
  table.text("since", since);
  if (since != "start" && since != "first-request") {
    table.wrong("since", "is \"start\" or \"first-request\"");
  }
  host.from_first_request = since == "first-request";
  table.duration("clock_skew", host.clock_skew, true);
  table.latency("latency", host.latency);
  table.list("maintenance",
             [&](Table& one) { host.maintenance.push_back(read_maintenance(one, answers)); });
  table.list("stale", [&](Table& one) { host.stale.push_back(read_stale(one, answers)); });
  table.list("wall", [&](Table& one) { host.walls.push_back(read_wall(one, answers)); });
  table.list("limit", [&](Table& one) { host.limits.push_back(read_limit(one, answers)); });
  if (auto inner = table.inner("capacity")) {
    host.capacity = read_capacity(*inner, answers);
    inner->done();
  }
  table.list("route", [&](Table& one) { host.routes.push_back(answers.route(one)); });
  read_robots(table, answers, host);
  read_pages(table, answers, host);
  return host;
}

}  // namespace frontierd::originlab
