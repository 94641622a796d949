#include "frontierctl/command_line.h"

#include "frontierctl/version.h"

namespace frontierd {
namespace {

CLI::App* command(CLI::App& parent, const std::string& name, const std::string& help) {
  CLI::App* sub = parent.add_subcommand(name, help);
  sub->fallthrough();
  return sub;
}

void add_common(CLI::App& app, Options& o) {
  app.add_option("--socket", o.socket, "The daemon's admin socket")
      ->envname("FRONTIERD_SOCKET")
      ->type_name("PATH")
      ->capture_default_str();
  app.add_flag("--json", o.json, "Print JSON, one object a line");
  app.add_flag("-q,--quiet", o.quiet, "Print results and errors only: no progress, no hints");
  app.add_flag("--no-color", o.no_color, "No colour (also: NO_COLOR, or no terminal)");
  app.add_option("--timeout", o.timeout, "Seconds in which nothing may come from the daemon")
      ->check(CLI::Range(0.1, 86400.0))
      ->capture_default_str();
  app.set_version_flag("--version", std::string("frontierctl ") + kVersion);
}

void add_seed(CLI::App& app, Options& o) {
  CLI::App* seed = command(app, "seed", "Bring URLs in, from files or standard input");
  seed->add_option("FILE", o.files, "Text or NDJSON, plain or gzip; - is standard input (default)");
  seed->add_option("--priority", o.priority, "0 (first) to 9; a line's own priority wins")
      ->check(CLI::Range(0, 9));
  seed->add_option("--from-line", o.from_line, "Go on at this line of the one file given")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 62));
  seed->add_flag("--ndjson", o.ndjson, "Every line must be a JSON object");
}

void add_views(CLI::App& app, Options& o) {
  command(app, "status", "What the daemon is doing");
  CLI::App* top = command(app, "top", "A live view: flights, resting hosts, counts");
  top->add_option("--interval", o.interval, "Seconds between two looks")
      ->check(CLI::Range(0.2, 3600.0))
      ->capture_default_str();
  top->add_flag("--once", o.once, "Print one view and end");
  command(app, "watch", "Follow the crawl until nothing is left to do soon")
      ->add_option("--for", o.watch_seconds, "Seconds after which to end all the same")
      ->check(CLI::Range(0.0, 31536000.0));
  command(app, "summary", "What came of the crawl: pages, harvest, who refused us and why");
  CLI::App* hosts = command(app, "hosts", "List hosts");
  hosts->add_option("PATTERN", o.pattern, "Part of the host's key");
  hosts->add_flag("--walled", o.walled, "Those that keep us out as a bot");
  hosts->add_flag("--resting", o.resting, "Those that rest");
  hosts->add_flag("--paused", o.paused, "Those paused by an operator");
  hosts->add_flag("--exhausted", o.exhausted, "Those given up");
  command(app, "egress", "The ways out: their health, and which hosts refuse them");
  CLI::App* host = command(app, "host", "Everything about one host");
  host->add_option("HOST", o.what, "example.org, or with its scheme")->required();
  CLI::App* explain = command(app, "explain", "Why a URL or host is where it is, and until when");
  explain->add_option("URL|HOST", o.what, "A URL with its path, or a host")->required();
  CLI::App* rows = command(app, "export", "All URLs with their results, on standard output");
  rows->add_option("--format", o.format, "ndjson or csv")
      ->check(CLI::IsMember({"ndjson", "csv"}))
      ->capture_default_str();
  rows->add_option("--state", o.state, "Only URLs in this state")
      ->check(CLI::IsMember({"queued", "leased", "done", "dropped"}));
  rows->add_option("--after", o.after, "Go on after the row with this id");
}

void add_selection(CLI::App* sub, Options& o) {
  sub->add_option("URL", o.what, "One URL");
  sub->add_option("--host", o.host, "URLs of this host");
  sub->add_option("--because", o.because, "URLs dropped for this reason, e.g. walled");
  sub->add_option("--class", o.cls, "URLs whose last outcome had this class, e.g. rate_limited");
}

void add_changes(CLI::App& app, Options& o) {
  constexpr auto kMake = "For a host that is not on record yet, too";
  CLI::App* pause = command(app, "pause", "Stop asking a host, or all");
  pause->add_option("HOST", o.what, "Without it: everything");
  pause->add_flag("--new", o.make, kMake);
  CLI::App* resume = command(app, "resume", "Undo pause");
  resume->add_option("HOST", o.what, "Without it: everything");
  resume->add_flag("--new", o.make, kMake);
  add_selection(command(app, "retry", "Make URLs due at once, dropped ones too"), o);
  add_selection(command(app, "drop", "Give URLs up"), o);
  CLI::App* set = command(app, "set", "Change what a host is allowed");
  set->add_option("HOST", o.what, "example.org: all of it; with scheme and port: that one")
      ->required();
  set->add_flag("--new", o.make, kMake);
  set->add_option("NAME=VALUE", o.assignments, "gap=250ms flights=2 note=...; gap= takes it back")
      ->required();
  command(app, "drain", "Let the flights in hand land, then end the daemon");
  command(app, "reload", "Read the configuration again");
}

void add_tools(CLI::App& app, Options& o) {
  CLI::App* classify =
      command(app, "classify", "Name what an HTTP response on standard input means");
  classify->add_option("--url", o.url, "The URL that was asked for");
  classify->add_option("--now", o.now, "When it was received, like 2026-11-22T00:00:00Z");
  classify->add_option("--signatures", o.signatures,
                       "A TOML file laid over the built-in signatures");
  classify->add_flag("--jsonl", o.jsonl, "Input is one JSON object a line");
  CLI::App* table = command(app, "signatures", "Who answers what: the table, and its merits");
  table->add_option("FILE", o.signatures, "A file of your own to check and to lay over the table");
  table->add_option("--stats", o.stats,
                    "How often each row was right over labelled JSONL responses");
  table->add_option("--why", o.why, "Each row that holds for this response, and which decides");
  table->add_option("--url", o.url, "With --why: the URL that was asked for");
  table->add_option("--now", o.now, "With --why: when it was received");
  CLI::App* url = app.add_subcommand("url", "URLs without a daemon");
  url->require_subcommand(0, 1);
  url->fallthrough();
  command(*url, "canon", "Canonical form and host key of each line of standard input");
  CLI::App* robots = app.add_subcommand("robots", "robots.txt without a daemon");
  robots->require_subcommand(0, 1);
  robots->fallthrough();
  CLI::App* check = command(*robots, "check", "May this agent fetch this URL? robots.txt on input");
  check->add_option("--agent", o.agent, "The product token")->required();
  check->add_option("--url", o.url, "The URL")->required();
  command(app, "completion", "Print the completion script of a shell")
      ->add_option("SHELL", o.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

}  // namespace

std::unique_ptr<CLI::App> make_app(Options& options) {
  auto app = std::make_unique<CLI::App>("Talks to frontierd, the crawl scheduler.", "frontierctl");
  app->require_subcommand(0, 1);  // parse_line asks for one, in better words
  app->get_formatter()->column_width(28);
  app->footer(
      "Exit codes: 0 done, 1 negative answer, 2 usage, 3 no daemon, 4 partly rejected,\n"
      "5 not now, 6 input or connection. See frontierctl(1).");
  add_common(*app, options);
  add_seed(*app, options);
  add_views(*app, options);
  add_changes(*app, options);
  add_tools(*app, options);
  return app;
}

}  // namespace frontierd
