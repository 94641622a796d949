// Who may ask what. On the Unix socket the file's permissions have decided already. On TCP: only a
// Host that names this machine (DNS rebinding), no request that a web page sent (Origin), health
// and metrics for anyone, the rest for the bearer of the token. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/answer.h"

namespace frontierd {

struct Credentials {
  std::string_view host;           // the Host field
  std::string_view origin;         // the Origin field; empty: none
  std::string_view authorization;  // the Authorization field
};

// The refusal, or nullopt. `token` empty: no bearer is ever accepted.
std::optional<Answer> refuse_tcp(const Target& target, const Credentials& credentials,
                                 std::string_view token);

// Equality in time that does not depend on where the difference is.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace frontierd
