#include <boost/json.hpp>
#include <ostream>

#include "api/json_text.h"
#include "api/target.h"
#include "base/text.h"
#include "frontierctl/commands.h"
#include "frontierctl/render.h"

namespace frontierd {
namespace {

namespace json = boost::json;

// One request; prints the body with --json, else `said`.
int ask(const Request& request, const std::string& said, const Screen& screen, Client& client) {
  const auto reply = client.call(request);
  if (!reply) return complain(screen, reply.error());
  if (!reply->good()) return complain(screen, *reply);
  if (screen.json) {
    screen.out << reply->body;
  } else if (!screen.quiet) {
    screen.out << said << "\n";
  }
  return kExitDone;
}

int reload(const Screen& screen, Client& client) {
  const auto reply = client.call({"POST", "/v1/reload", {}, {}});
  if (!reply) return complain(screen, reply.error());
  if (!reply->good()) return complain(screen, *reply);
  json::error_code error;
  const json::value value = json::parse(reply->body, error);
  if (screen.json || error || !value.is_object()) {
    screen.out << reply->body;
  } else {
    screen.out << text_of(value.get_object(), "changed") << "\n";
  }
  return kExitDone;
}

std::string selection_query(const Options& options) {
  std::string query;
  const auto add = [&query](const std::string& name, const std::string& value) {
    if (value.empty()) return;
    query += (query.empty() ? "?" : "&") + name + "=" + percent_encode(value);
  };
  add("url", options.what);
  add("host", options.host);
  add("because", options.because);
  add("class", options.cls);
  return query;
}

struct Changed {
  std::uint64_t urls = 0;
  std::uint64_t new_starts = 0;   // of hosts that had been given up
  std::uint64_t rests_ended = 0;  // of hosts
};

json::object json_of(const Changed& changed, const std::string& verb) {
  json::object out{{"changed", changed.urls}};
  if (verb != "retry") return out;
  out["new_starts"] = changed.new_starts;
  out["rests_ended"] = changed.rests_ended;
  return out;
}

std::string words_of(const Changed& changed, const std::string& verb, const Options& options) {
  if (verb != "retry") return with_commas(changed.urls) + " URLs dropped";
  std::string out;
  if (changed.rests_ended > 0) out += "the rest of " + options.host + " ends: one probe now; ";
  if (changed.new_starts > 0 && !options.host.empty()) {
    out += options.host + " gets a new start: one probe now; ";
  } else if (changed.new_starts > 0) {
    out += with_commas(changed.new_starts) +
           (changed.new_starts == 1 ? " host gets" : " hosts get") + " a new start; ";
  }
  return out + with_commas(changed.urls) +
         (changed.urls == 1 ? " URL is due again" : " URLs are due again");
}

int change_selection(const std::string& verb, const Options& options, const Screen& screen,
                     Client& client) {
  const std::string query = selection_query(options);
  if (query.empty()) {
    return screen.complain("say which URLs: frontierctl " + verb +
                               " URL, or --host, --because, --class (they narrow each other)",
                           kExitUsage);
  }
  Changed changed;
  while (true) {
    const auto reply = client.call({"POST", "/v1/" + verb + query, {}, {}});
    if (!reply) return complain(screen, reply.error());
    if (!reply->good()) return complain(screen, *reply);
    json::error_code error;
    const json::value value = json::parse(reply->body, error);
    if (error || !value.is_object())
      return complain(screen, Error{Errc::Io, "the daemon's answer cannot be read"});
    changed.urls += count_of(value.get_object(), "changed");
    changed.new_starts += count_of(value.get_object(), "new_starts");
    changed.rests_ended += count_of(value.get_object(), "rests_ended");
    if (!flag_of(value.get_object(), "more")) break;
    if (screen.live_err && !screen.quiet)
      screen.err << "\r" << with_commas(changed.urls) << " URLs " << std::flush;
  }
  if (screen.json) {
    screen.out << json_text(json_of(changed, verb)) << "\n";
  } else if (!screen.quiet) {
    screen.out << words_of(changed, verb, options) << "\n";
  }
  return changed.urls + changed.new_starts + changed.rests_ended > 0 ? kExitDone : kExitNo;
}

// The hosts that the daemon says it changed, in words.
std::string changed_hosts(const std::string& body) {
  json::error_code error;
  const json::value value = json::parse(body, error);
  std::string out;
  if (error || !value.is_object()) return out;
  const json::value* hosts = value.get_object().if_contains("hosts");
  if (hosts == nullptr || !hosts->is_array()) return out;
  for (const json::value& host : hosts->get_array()) {
    if (!host.is_object()) continue;
    if (!out.empty()) out += ", ";
    out += text_of(host.get_object(), "host");
  }
  return out;
}

// A wish for a host, or all of a name; tells which ones they were.
int wish(Request request, const std::string& done, const Screen& screen, Client& client) {
  const auto reply = client.call(request);
  if (!reply) return complain(screen, reply.error());
  if (!reply->good()) return complain(screen, *reply);
  if (screen.json) {
    screen.out << reply->body;
  } else if (!screen.quiet) {
    screen.out << changed_hosts(reply->body) << ": " << done << "\n";
  }
  return kExitDone;
}

int pause_or_resume(const std::string& verb, const Options& options, const Screen& screen,
                    Client& client) {
  const bool pauses = verb == "pause";
  const std::string path = "/v1/" + verb;
  if (options.what.empty()) {
    return ask({"POST", path, {}, {}},
               pauses ? "fetching is paused; undo with: frontierctl resume" : "fetching goes on",
               screen, client);
  }
  const std::string query =
      "?host=" + percent_encode(options.what) + (options.make ? "&new=1" : "");
  return wish({"POST", path + query, {}, {}},
              pauses ? "paused; undo with: frontierctl resume " + options.what : "goes on", screen,
              client);
}

}  // namespace

Result<std::string> patch_of(const std::vector<std::string>& assignments) {
  json::object patch;
  for (const std::string& assignment : assignments) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos) {
      return fail(Errc::Usage, "\"" + for_message(assignment, 60) + "\" is no NAME=VALUE");
    }
    const std::string name = assignment.substr(0, equals);
    const std::string value = assignment.substr(equals + 1);
    if (name == "gap") {
      patch["gap"] = value.empty() ? json::value(nullptr) : json::value(value);
    } else if (name == "flights") {
      const auto flights = parse_int<int>(value);
      if (!value.empty() && !flights) return fail(Errc::Usage, "flights must be a whole number");
      patch["flights"] = value.empty() ? json::value(nullptr) : json::value(*flights);
    } else if (name == "note") {
      patch["note"] = value;
    } else if (name == "paused") {
      if (value != "true" && value != "false") {
        return fail(Errc::Usage, "paused must be true or false");
      }
      patch["paused"] = value == "true";
    } else {
      const auto near = nearest_name(name, {"gap", "flights", "note", "paused"});
      return fail(Errc::Usage, "nothing is called \"" + for_message(name, 40) + "\"" +
                                   (near ? "; did you mean " + *near + "?" : "") +
                                   " Known are gap, flights, note, paused");
    }
  }
  return json_text(patch);
}

int run_change(const std::string& name, const Options& options, const Screen& screen,
               Client& client) {
  if (name == "pause" || name == "resume") return pause_or_resume(name, options, screen, client);
  if (name == "retry" || name == "drop") return change_selection(name, options, screen, client);
  if (name == "drain") {
    return ask({"POST", "/v1/drain", {}, {}},
               "draining: flights in hand land, then the daemon ends", screen, client);
  }
  if (name == "reload") {
    return reload(screen, client);
  }
  const auto patch = patch_of(options.assignments);
  if (!patch) return complain(screen, patch.error());
  const std::string path =
      "/v1/hosts/" + percent_encode(options.what) + (options.make ? "?new=1" : "");
  return wish({"PATCH", path, *patch, "application/json"}, "set", screen, client);
}

}  // namespace frontierd
