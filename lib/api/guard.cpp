#include "api/guard.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>

#include "base/text.h"

namespace frontierd {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest digest(std::string_view text) {
  Digest out;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data());
  return out;
}

bool names_this_machine(std::string_view host) {
  if (host.substr(0, 5) == "[::1]") {
    host.remove_prefix(5);
    return host.empty() || host.front() == ':';
  }
  const std::string_view name = host.substr(0, host.find(':'));
  return iequals(name, "localhost") || name == "127.0.0.1";
}

bool is_open_to_all(const Target& target) {
  return target.path.size() == 1 &&
         (target.path[0] == "metrics" || target.path[0] == "livez" || target.path[0] == "readyz");
}

}  // namespace

bool same_secret(std::string_view a, std::string_view b) {
  const Digest left = digest(a);
  const Digest right = digest(b);
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::optional<Answer> refuse_tcp(const Target& target, const Credentials& credentials,
                                 std::string_view token) {
  if (!names_this_machine(credentials.host)) {
    return problem(403, "the Host field must be localhost, 127.0.0.1 or [::1]");
  }
  if (!credentials.origin.empty()) {
    return problem(403, "requests from web pages (with an Origin field) are not answered");
  }
  if (is_open_to_all(target)) return std::nullopt;
  if (token.empty()) {
    return problem(403,
                   "without a token, TCP serves /metrics, /livez and /readyz only; use the "
                   "Unix socket, or configure a token file");
  }
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view given = credentials.authorization;
  if (istarts_with(given, kScheme) && same_secret(trim(given.substr(kScheme.size())), token)) {
    return std::nullopt;
  }
  return problem(401, "send \"Authorization: Bearer TOKEN\" with the token of the configured file");
}

}  // namespace frontierd
