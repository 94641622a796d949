// The commands. Each returns an exit code (exit_codes.h), prints results to screen.out and all else
// to screen.err.
#pragma once

#include <string>

#include "frontierctl/client.h"
#include "frontierctl/exit_codes.h"
#include "frontierctl/options.h"
#include "frontierctl/terminal.h"

namespace CLI {
class App;
}

namespace frontierd {

// Runs the command that was chosen on the command line.
int run(const CLI::App& app, const Options& options, const Screen& screen);

// With a daemon.
int run_view(const std::string& name, const Options& options, const Screen& screen, Client& client);
int run_top(const Options& options, const Screen& screen, Client& client);
int run_watch(const Options& options, const Screen& screen, Client& client);
int run_summary(const Screen& screen, Client& client);
int run_change(const std::string& name, const Options& options, const Screen& screen,
               Client& client);
int run_seed(const Options& options, const Screen& screen, Client& client);
int run_export(const Options& options, const Screen& screen, Client& client);

// Without one.
int run_classify(const Options& options, const Screen& screen);
int run_signatures(const Options& options, const Screen& screen);
int run_url_canon(const Options& options, const Screen& screen);
int run_robots_check(const Options& options, const Screen& screen);

// Says what went wrong, and how the program ends then.
int complain(const Screen& screen, const Error& error);
int complain(const Screen& screen, const Reply& reply);

// What `explain` is asked about: "https://a.org/x" is a URL, "https://a.org" and "a.org" are hosts.
bool names_url(const std::string& what);
// The body of PATCH /v1/hosts/{key} for gap=250ms flights=2 note=...; Errc::Usage for what is no
// such.
Result<std::string> patch_of(const std::vector<std::string>& assignments);

}  // namespace frontierd
