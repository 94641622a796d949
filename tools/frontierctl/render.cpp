#include "frontierctl/render.h"

#include <boost/json.hpp>

#include "frontier/explain.h"

namespace frontierd {

namespace json = boost::json;

namespace {

constexpr std::size_t kLabelWidth = 10;
constexpr std::size_t kHostWidth = 44;
constexpr std::size_t kUrlWidth = 90;
constexpr std::size_t kWhyWidth = 70;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string line(const Style& style, const std::string& label, const std::string& text) {
  return style.dim(padded(label, kLabelWidth)) + " " + text + "\n";
}

std::string counts(const json::object& object) {
  std::string out;
  for (const json::key_value_pair& field : object) {
    if (!out.empty()) out += "   ";
    out += std::string(field.key()) + " " + with_commas(count_of(object, field.key()));
  }
  return out.empty() ? "none" : out;
}

std::string condition_text(const std::string& condition, const Style& style) {
  const std::string text = padded(condition, 8);
  if (condition == "ready" || condition == "busy" || condition == "pacing") return style.good(text);
  if (condition == "resting" || condition == "probing" || condition == "paused" ||
      condition == "waiting") {
    return style.warn(text);
  }
  return condition == "given up" ? style.bad(text) : style.dim(text);
}

std::string mode_text(const json::object& status, const Style& style) {
  if (flag_of(status, "draining")) return style.warn("DRAINING");
  if (flag_of(status, "paused")) return style.warn("PAUSED");
  const json::object& trouble = object_of(status, "trouble");
  if (!trouble.empty()) return style.bad("OUR OWN TROUBLE: " + text_of(trouble, "what"));
  const json::object& held = object_of(status, "held");
  if (!held.empty()) return style.bad("HELD: " + safe_cell(text_of(held, "words"), 200));
  return style.good("fetching");
}

std::string config_text(const json::object& status, const Style& style) {
  const json::object& config = object_of(status, "config");
  const std::string at = when_text(text_of(config, "at"), text_of(status, "now"));
  if (flag_of(config, "ok")) return "loaded " + at;
  return style.bad("REFUSED " + at + ": " + text_of(config, "what") + "; the old one holds");
}

std::string archive_text(const json::object& archive) {
  if (!flag_of(archive, "on")) return "off";
  return text_of(archive, "folder") + ", " + in_bytes(count_of(archive, "bytes")) + " in " +
         with_commas(count_of(archive, "records")) + " records";
}

// "3 attempts, oldest first": what stands in the lines below.
std::string chain_text(const json::object& told) {
  const std::size_t size = array_of(told, "chain").size();
  const bool host = text_of(told, "kind") == "host";
  if (size == 0) return host ? "no incident is on record" : "it was not asked for yet";
  return with_commas(size) + (host ? " incident" : " attempt") +
         (size == 1 ? "" : "s, oldest first");
}

}  // namespace

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

double number_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_number()) return 0;
  return value->to_number<double>();
}

std::uint64_t count_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_number()) return 0;
  json::error_code error;
  const auto count = value->to_number<std::uint64_t>(error);
  return error ? 0 : count;
}

bool flag_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_bool() && value->get_bool();
}

const json::object& object_of(const json::object& object, std::string_view name) {
  static const json::object kNone;
  const json::value* value = object.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_object() ? value->get_object() : kNone;
}

const json::array& array_of(const json::object& object, std::string_view name) {
  static const json::array kNone;
  const json::value* value = object.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

std::string when_text(const std::string& at, const std::string& now) {
  const auto instant = parse_iso(at);
  const auto reference = parse_iso(now);
  if (!instant) return "-";
  return reference ? when(*instant, *reference) : at;
}

std::string seconds_text(double seconds) {
  return to_words(Millis{static_cast<std::int64_t>(seconds * 1000 + 0.5)});
}

std::string render_status(const json::object& status, const Style& style) {
  const auto now = parse_iso(text_of(status, "now"));
  const auto started = parse_iso(text_of(status, "started_at"));
  std::string out = style.bold("frontierd " + text_of(status, "version"));
  if (now && started) out += ", up " + to_words(*now - *started);
  out += ", " + mode_text(status, style) + "\n";
  out += line(style, "store", text_of(status, "store"));
  out += line(style, "URLs", counts(object_of(status, "urls")));
  out += line(style, "dropped", counts(object_of(status, "dropped_because")));
  if (const std::string held = text_of(object_of(status, "held"), "words"); !held.empty()) {
    out += line(style, "waits", safe_cell(held, 400));
  }
  out += line(style, "due",
              "oldest waits " + seconds_text(number_of(status, "oldest_due_seconds")));
  out += line(style, "hosts",
              with_commas(count_of(status, "hosts_known")) + " known;   " +
                  counts(object_of(status, "hosts")));
  char rate[32];
  std::snprintf(rate, sizeof rate, "%.1f", number_of(status, "pages_per_second"));
  out += line(style, "flights",
              with_commas(count_of(status, "flights")) + " of " +
                  with_commas(count_of(status, "flights_max")) + ",   " + rate + " pages/s");
  out += line(style, "archive", archive_text(object_of(status, "archive")));
  out += line(style, "config", config_text(status, style));
  for (const json::value& value : array_of(status, "ground")) {
    const json::object& part = value.as_object();
    const std::string words = text_of(part, "part") + " since " +
                              when_text(text_of(part, "since"), text_of(status, "now")) + ": " +
                              safe_cell(text_of(part, "words"), 600);
    out += line(style, "GROUND", flag_of(part, "trouble") ? style.bad(words) : style.warn(words));
  }
  return out;
}

std::string render_hosts(const json::array& hosts, const std::string& now, bool heading,
                         const Style& style) {
  std::string out;
  if (heading) {
    out += style.bold(padded("HOST", kHostWidth) + " " + padded("STATE", 8) + " " +
                      padded("FOR", 16) + " " + padded("UNTIL", 12) + " WHY") +
           "\n";
  }
  const auto reference = parse_iso(now);
  for (const json::value& value : hosts) {
    const json::object& host = value.as_object();
    const auto until = parse_iso(text_of(host, "rest_until"));
    std::string rest = "-";
    if (until && reference)
      rest = *until > *reference ? "in " + to_words(*until - *reference) : "now";
    std::string cls = text_of(host, "rest_class");
    std::string why = text_of(host, "why");
    const bool waits = text_of(host, "condition") == "waiting";
    if (waits) {  // on something other than its own pace: what, until when
      cls = text_of(host, "waits_for");
      why = text_of(host, "wait");
      const auto next = parse_iso(text_of(host, "next_at"));
      if (next && reference && *next > *reference) rest = "in " + to_words(*next - *reference);
    }
    out += padded(safe_cell(text_of(host, "host"), kHostWidth), kHostWidth) + " " +
           condition_text(text_of(host, "condition"), style) + " " +
           padded(cls.empty() ? "-" : cls, 16) + " " + padded(rest, 12) + " " +
           safe_cell(why, kWhyWidth) + "\n";
  }
  return out;
}

std::string render_top(const json::object& top, const Style& style) {
  const json::object& status = object_of(top, "status");
  const std::string now = text_of(status, "now");
  std::string out = render_status(status, style);
  const json::array& flights = array_of(top, "flights");
  out += "\n" + style.bold("IN FLIGHT") + "\n";
  if (flights.empty()) out += style.dim("nothing") + "\n";
  for (const json::value& value : flights) {
    const json::object& flight = value.as_object();
    const auto at = parse_iso(text_of(flight, "leased_at"));
    const auto reference = parse_iso(now);
    const std::string age = at && reference ? to_words(*reference - *at) : "-";
    out += padded(age, 8) + " " + padded(text_of(flight, "purpose"), 7) + " " +
           safe_cell(text_of(flight, "url"), kUrlWidth) + "\n";
  }
  const json::array& resting = array_of(top, "resting");
  out += "\n" + style.bold("RESTING") + "\n";
  return out +
         (resting.empty() ? style.dim("no host") + "\n" : render_hosts(resting, now, false, style));
}

std::string render_host(const json::object& host, const Style& style) {
  const std::string now = text_of(host, "now");
  const json::object& learned = object_of(host, "learned");
  const json::object& wishes = object_of(host, "wishes");
  const json::object& robots = object_of(host, "robots");
  std::string out = style.bold(safe_cell(text_of(host, "host"), 300)) + "  " +
                    condition_text(text_of(host, "condition"), style) + "\n";
  out += line(style, "why", safe_cell(text_of(host, "why"), 400));
  out += line(style, "waits", safe_cell(text_of(host, "wait"), 400));
  out += line(style, "next", when_text(text_of(host, "next_at"), now));
  if (!text_of(host, "rest_until").empty()) {
    out += line(style, "rests",
                "until " + when_text(text_of(host, "rest_until"), now) + " for " +
                    text_of(host, "rest_class"));
  }
  out += line(style, "URLs", counts(object_of(host, "urls")));
  out += line(style, "pace",
              seconds_text(number_of(host, "gap_seconds")) + " between requests, " +
                  with_commas(count_of(host, "flights")) + " at a time, " +
                  with_commas(count_of(host, "in_flight")) + " now");
  out += line(style, "learned",
              "latency " + seconds_text(number_of(learned, "latency_seconds")) + ", crawl-delay " +
                  seconds_text(number_of(learned, "crawl_delay_seconds")) + ", quota gap " +
                  seconds_text(number_of(learned, "quota_gap_seconds")) + ", last good news " +
                  when_text(text_of(learned, "last_good_at"), now));
  if (robots.empty()) {
    out += line(style, "robots", "not fetched yet");
  } else {
    out +=
        line(style, "robots",
             text_of(robots, "state") + ", until " + when_text(text_of(robots, "expires_at"), now) +
                 ": " + safe_cell(text_of(robots, "why"), 300));
  }
  if (!text_of(wishes, "note").empty()) {
    out += line(style, "note", safe_cell(text_of(wishes, "note"), 400));
  }
  const json::array& incidents = array_of(host, "incidents_last");
  if (!incidents.empty()) out += style.bold("last incidents") + "\n";
  for (const json::value& value : incidents) {
    const json::object& incident = value.as_object();
    out += "  " + text_of(incident, "at") + "  " + padded(text_of(incident, "class"), 16) + " " +
           safe_cell(text_of(incident, "why"), 120) + "\n";
  }
  return out;
}

std::string render_explanation(const json::object& told, const Style& style) {
  const std::string now = text_of(told, "now");
  const std::string state = text_of(told, "state");
  std::string out = style.bold(safe_cell(text_of(told, "subject"), 2'100)) + "\n";
  const std::string since = text_of(told, "since");
  out += line(style, "state",
              style.bold(state) + (since.empty() ? "" : " since " + when_text(since, now)));
  const std::string until = text_of(told, "until");
  const bool over = state == "done" || state == "dropped";
  if (!until.empty()) {
    out += line(style, "until", when_text(until, now));
  } else if (!over) {
    out += line(style, "until", "no end by itself");
  }
  out += line(style, "now", safe_cell(text_of(told, "summary"), 600));
  out += line(style, "why", safe_cell(text_of(told, "why"), 600));
  const json::array& chain = array_of(told, "chain");
  const json::array& attempts = array_of(told, "attempts");
  out += line(style, "so far", chain_text(told));
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (!chain[i].is_string()) continue;
    out += "  - " + safe_cell(chain[i].get_string(), 1'000) + "\n";
    if (i >= attempts.size() || !attempts[i].is_object()) continue;
    for (const json::value& sign : array_of(attempts[i].get_object(), "evidence")) {
      if (!sign.is_object()) continue;
      out += style.dim("      " + text_of(sign.get_object(), "strength") + " " +
                       text_of(sign.get_object(), "rule") + ": " +
                       safe_cell(text_of(sign.get_object(), "what"), 200)) +
             "\n";
    }
  }
  out += line(style, "next", safe_cell(text_of(told, "next"), 600));
  const json::array& commands = array_of(told, "commands");
  if (!commands.empty()) out += line(style, "change it", "");
  for (const json::value& command : commands) {
    if (!command.is_object()) continue;
    out += "  " + style.bold(safe_cell(text_of(command.get_object(), "run"), 2'200)) + "\n" +
           "      " + style.dim(text_of(command.get_object(), "effect")) + "\n";
  }
  return out;
}

}  // namespace frontierd
