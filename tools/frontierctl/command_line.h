// The command line as CLI11 sees it: the tree of commands.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "frontierctl/options.h"

namespace frontierd {

// The whole command tree. Reads FRONTIERD_SOCKET.
std::unique_ptr<CLI::App> make_app(Options& options);

}  // namespace frontierd
