#include <boost/json.hpp>
#include <ostream>
#include <thread>

#include "api/json_text.h"
#include "api/target.h"
#include "frontierctl/commands.h"
#include "frontierctl/render.h"

namespace frontierd {
namespace {

namespace json = boost::json;

constexpr std::string_view kClearScreen = "\x1b[H\x1b[2J";

using Render = std::string (*)(const json::object&, const Style&);

Result<json::object> read_object(const Reply& reply) {
  json::error_code error;
  json::value value = json::parse(reply.body, error);
  if (error || !value.is_object()) {
    return fail(Errc::Io, "the daemon's answer cannot be read; do its version and ours agree?");
  }
  return std::move(value.get_object());
}

int show(const std::string& target, Render render, const Screen& screen, Client& client) {
  const auto reply = client.call({"GET", target, {}, {}});
  if (!reply) return complain(screen, reply.error());
  if (!reply->good()) return complain(screen, *reply);
  if (screen.json) {
    screen.out << reply->body;
    return kExitDone;
  }
  const auto object = read_object(*reply);
  if (!object) return complain(screen, object.error());
  screen.out << render(*object, screen.style);
  return kExitDone;
}

std::string hosts_target(const Options& options) {
  std::string target = "/v1/hosts?limit=512";
  if (options.walled) target += "&walled=1";
  if (options.resting) target += "&resting=1";
  if (options.paused) target += "&paused=1";
  if (options.exhausted) target += "&exhausted=1";
  if (!options.pattern.empty()) target += "&pattern=" + percent_encode(options.pattern);
  return target;
}

void print_hosts(const json::object& page, bool first, const Screen& screen) {
  const json::array& hosts = array_of(page, "hosts");
  if (!screen.json) {
    screen.out << render_hosts(hosts, text_of(page, "now"), first && !hosts.empty(), screen.style);
    return;
  }
  for (const json::value& host : hosts) screen.out << json_text(host) << "\n";
}

int list_hosts(const Options& options, const Screen& screen, Client& client) {
  const std::string target = hosts_target(options);
  std::string after;
  std::uint64_t count = 0;
  for (bool first = true;; first = false) {
    const auto reply = client.call({"GET", target + after, {}, {}});
    if (!reply) return complain(screen, reply.error());
    if (!reply->good()) return complain(screen, *reply);
    const auto page = read_object(*reply);
    if (!page) return complain(screen, page.error());
    print_hosts(*page, first, screen);
    count += array_of(*page, "hosts").size();
    const std::string next = text_of(*page, "next");
    if (next.empty()) break;
    after = "&after=" + next;
  }
  if (count == 0 && !screen.json) screen.hint("no host matches");
  return kExitDone;
}

}  // namespace

bool names_url(const std::string& what) {
  const std::size_t scheme = what.find("://");
  return scheme != std::string::npos && what.find_first_of("/?", scheme + 3) != std::string::npos;
}

int run_view(const std::string& name, const Options& options, const Screen& screen,
             Client& client) {
  if (name == "status") return show("/v1/status", &render_status, screen, client);
  if (name == "hosts") return list_hosts(options, screen, client);
  if (name == "egress") return show("/v1/egress?limit=512", &render_egress, screen, client);
  if (name == "host") {
    return show("/v1/hosts/" + percent_encode(options.what), &render_host, screen, client);
  }
  const std::string field = names_url(options.what) ? "url=" : "host=";
  return show("/v1/explain?" + field + percent_encode(options.what), &render_explanation, screen,
              client);
}

int run_top(const Options& options, const Screen& screen, Client& client) {
  if (options.once || !screen.live_out || screen.json) {
    return show("/v1/top", &render_top, screen, client);
  }
  while (screen.out) {
    const auto reply = client.call({"GET", "/v1/top", {}, {}});
    if (!reply) return complain(screen, reply.error());
    if (!reply->good()) return complain(screen, *reply);
    const auto object = read_object(*reply);
    if (!object) return complain(screen, object.error());
    screen.out << kClearScreen << render_top(*object, screen.style)
               << screen.style.dim("\nCtrl-C ends") << std::endl;
    std::this_thread::sleep_for(std::chrono::duration<double>(options.interval));
  }
  return kExitDone;
}

int run_export(const Options& options, const Screen& screen, Client& client) {
  std::string target = "/v1/export?format=" + (screen.json ? "ndjson" : options.format);
  if (!options.state.empty()) target += "&state=" + options.state;
  if (options.after > 0) target += "&after=" + std::to_string(options.after);
  const auto reply = client.stream(target, [&](std::string_view bytes) {
    screen.out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return static_cast<bool>(screen.out);
  });
  screen.out.flush();
  if (!screen.out) return kExitDone;  // a reader that has gone, or a fault that main() tells
  if (!reply && reply.error().code == Errc::Io) {
    return screen.complain(
        reply.error().what + "; go on with --after and the id of the last row printed", kExitIo);
  }
  if (!reply) return complain(screen, reply.error());
  if (!reply->good()) return complain(screen, *reply);
  return kExitDone;
}

}  // namespace frontierd
