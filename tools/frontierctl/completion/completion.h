// Completion scripts, made from the command tree itself, so that they cannot fall out of step.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace frontierd {

// `shell` is bash, zsh or fish.
std::string completion_script(const CLI::App& root, const std::string& shell);

}  // namespace frontierd
