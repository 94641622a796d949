// `watch` follows a crawl until there is nothing left to do for now; `summary` says what came of
// it.
#include <algorithm>
#include <boost/json.hpp>
#include <ostream>
#include <thread>

#include "api/json_text.h"
#include "base/time.h"
#include "frontierctl/commands.h"
#include "frontierctl/render.h"

namespace frontierd {
namespace {

namespace json = boost::json;

constexpr Millis kSoon = std::chrono::minutes{1};  // a host that rests longer is not waited for
constexpr std::size_t kWhyWidth = 110;
constexpr double kLineEvery = 5;  // seconds between plain lines

Result<json::object> get(Client& client, const std::string& target) {
  auto reply = client.call({"GET", target, {}, {}});
  if (!reply) return fail(std::move(reply).error());
  if (!reply->good()) return fail(Errc::Io, problem_detail(*reply));
  json::error_code error;
  json::value value = json::parse(reply->body, error);
  if (error || !value.is_object()) return fail(Errc::Io, "the daemon's answer cannot be read");
  return std::move(value.get_object());
}

struct Progress {
  std::uint64_t finished = 0;
  std::uint64_t total = 0;
  bool nothing_soon = false;
};

// Every host that still has something to do rests for longer than anyone wants to watch.
bool only_long_rests(const json::object& top) {
  const json::object& status = object_of(top, "status");
  const json::object& hosts = object_of(status, "hosts");
  for (const char* busy : {"ready", "busy", "pacing", "probing"}) {
    if (count_of(hosts, busy) > 0) return false;
  }
  const auto now = parse_iso(text_of(status, "now"));
  for (const json::value& host : array_of(top, "resting")) {
    if (flag_of(host.as_object(), "exhausted")) continue;
    const auto until = parse_iso(text_of(host.as_object(), "next_at"));
    if (now && until && *until - *now < kSoon) return false;
  }
  return true;
}

Progress progress_of(const json::object& top) {
  const json::object& urls = object_of(object_of(top, "status"), "urls");
  Progress progress;
  progress.finished = count_of(urls, "done") + count_of(urls, "dropped");
  progress.total = progress.finished + count_of(urls, "queued") + count_of(urls, "leased");
  progress.nothing_soon = progress.finished == progress.total || only_long_rests(top);
  return progress;
}

std::string bar_line(const json::object& top, const Progress& progress) {
  constexpr std::uint64_t kWidth = 30;
  const json::object& status = object_of(top, "status");
  const json::object& hosts = object_of(status, "hosts");
  const std::uint64_t total = std::max<std::uint64_t>(progress.total, 1);
  const std::uint64_t filled = progress.finished * kWidth / total;
  std::string bar(filled, '#');
  bar.resize(kWidth, '.');
  return "[" + bar + "] " + std::to_string(progress.finished * 100 / total) + " %  " +
         with_commas(progress.finished) + " of " + with_commas(progress.total) +
         " URLs  resting hosts " + std::to_string(count_of(hosts, "resting")) + "  in flight " +
         std::to_string(count_of(status, "flights"));
}

void draw(const Screen& screen, const std::string& line, bool live) {
  if (screen.quiet) return;
  if (live) {
    screen.err << "\r\x1b[K" << line << std::flush;
  } else {
    screen.err << line << std::endl;
  }
}

std::string said(const json::object& object, std::string_view name) {
  return safe_cell(text_of(object, name), kWhyWidth);
}

void list_hosts(const Screen& screen, const json::array& hosts, const std::string& now) {
  for (const json::value& value : hosts) {
    const json::object& host = value.as_object();
    const bool gone = flag_of(host, "exhausted");
    screen.out << "  " << screen.style.bold(said(host, "host")) << "  "
               << (gone ? screen.style.bad("given up")
                        : screen.style.warn("rests until " +
                                            when_text(text_of(host, "next_at"), now)))
               << "\n      " << said(host, "why") << "\n";
  }
}

int print_summary(const json::object& status, const json::array& hosts, const json::array& drops,
                  const Screen& screen) {
  const json::object& urls = object_of(status, "urls");
  const json::object& archive = object_of(status, "archive");
  screen.out << screen.style.bold("URLs") << "  " << with_commas(count_of(urls, "done"))
             << " done, " << with_commas(count_of(urls, "dropped")) << " dropped, "
             << with_commas(count_of(urls, "queued") + count_of(urls, "leased")) << " waiting\n";
  for (const json::value& drop : drops) {
    screen.out << "  dropped, " << said(drop.as_object(), "because") << ": "
               << with_commas(count_of(drop.as_object(), "urls")) << "\n";
  }
  if (flag_of(archive, "on")) {
    screen.out << screen.style.bold("Harvest") << "  " << with_commas(count_of(archive, "records"))
               << " records, " << in_bytes(count_of(archive, "bytes")) << " in "
               << said(archive, "folder") << "\n";
  }
  if (!hosts.empty()) {
    screen.out << screen.style.bold("Hosts that refuse us, or whom we spare") << "\n";
    list_hosts(screen, hosts, text_of(status, "now"));
    const std::string first = said(hosts.front().as_object(), "host");
    screen.out << screen.style.bold("Next") << "\n  frontierctl explain " << first
               << "\n  frontierctl hosts --resting\n  frontierctl export --format csv\n";
  } else {
    screen.out << screen.style.bold("Next")
               << "\n  frontierctl export --format csv\n  frontierctl explain URL\n";
  }
  return kExitDone;
}

}  // namespace

int run_watch(const Options& options, const Screen& screen, Client& client) {
  const auto started = std::chrono::steady_clock::now();
  const bool live = screen.live_err;
  double shown = -kLineEvery;
  while (true) {
    const auto top = get(client, "/v1/top");
    if (!top) return complain(screen, top.error());
    const Progress progress = progress_of(*top);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started;
    const bool late = options.watch_seconds > 0 && spent.count() >= options.watch_seconds;
    const bool over = progress.nothing_soon || late;
    if (live || over || spent.count() - shown >= kLineEvery) {
      draw(screen, bar_line(*top, progress), live);
      shown = spent.count();
    }
    if (over) {
      if (live) screen.err << std::endl;
      return progress.finished == progress.total ? kExitDone : kExitPartly;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
  }
}

int run_summary(const Screen& screen, Client& client) {
  const auto status = get(client, "/v1/status");
  if (!status) return complain(screen, status.error());
  const auto drops = get(client, "/v1/drops");
  if (!drops) return complain(screen, drops.error());
  json::array hosts;
  for (const char* which : {"resting", "exhausted"}) {
    const auto page = get(client, std::string("/v1/hosts?limit=20&") + which + "=1");
    if (!page) return complain(screen, page.error());
    for (const json::value& host : array_of(*page, "hosts")) {
      const bool given_up = flag_of(host.as_object(), "exhausted");
      if (given_up == (std::string_view(which) == "exhausted")) hosts.push_back(host);
    }
  }
  if (screen.json) {
    json::object out{{"status", *status}, {"drops", array_of(*drops, "drops")}, {"hosts", hosts}};
    screen.out << json_text(out) << "\n";
    return kExitDone;
  }
  return print_summary(*status, hosts, array_of(*drops, "drops"), screen);
}

}  // namespace frontierd
