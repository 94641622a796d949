// The ways out of a flight: source address, proxies, and whose fault a failure there is.
//
// With socks5 the origin's name is resolved by us and the proxy is given the vetted address; with
// http and an https URL CONNECT names the vetted address as well. Only a plain http URL through an
// http proxy leaves the name to the proxy: we vet what the name resolves to here, but cannot hold
// the proxy to it.
#include <cerrno>

#include "base/check.h"
#include "fetch/flight_run.h"
#include "fetch/transport_table.h"

namespace frontierd {
namespace {

std::string percent_encoded(CURL* easy, const std::string& text) {
  char* const encoded = curl_easy_escape(easy, text.data(), static_cast<int>(text.size()));
  CHECK(encoded != nullptr);
  std::string out = encoded;
  curl_free(encoded);
  return out;
}

}  // namespace

bool Flight::proxied() const {
  return way_ != nullptr && (way_->kind == EgressKind::Http || way_->kind == EgressKind::Socks5);
}

// The environment's proxies and exceptions are kept out in every case, by empty strings.
void Flight::configure_egress() {
  curl_easy_setopt(easy_, CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy_, CURLOPT_PROXY, proxied() ? way_->address.c_str() : "");
  curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (way_ == nullptr) return;
  if (way_->kind == EgressKind::Source) {
    curl_easy_setopt(easy_, CURLOPT_INTERFACE, ("host!" + way_->address).c_str());
  }
  if (!proxied()) return;
  const bool http = way_->kind == EgressKind::Http;
  curl_easy_setopt(easy_, CURLOPT_PROXYTYPE,
                   static_cast<long>(http ? CURLPROXY_HTTP : CURLPROXY_SOCKS5));
  curl_easy_setopt(easy_, CURLOPT_PROXYAUTH, CURLAUTH_BASIC);
  curl_easy_setopt(easy_, CURLOPT_SOCKS5_AUTH,
                   static_cast<long>(way_->username.empty() ? CURLAUTH_NONE : CURLAUTH_BASIC));
}

// What depends on the host. Each egress has connections of its own, but those of a forward proxy
// are shared by hosts: with a user per host they would mix sessions, and are used once.
//
// Where the lease names an address, that one is connected to and no other: libcurl keeps
// connections apart by it, so that none to an earlier address is used again.
void Flight::aim(const Authority& authority, const std::string& address) {
  const bool named = !run_->lease.address.empty();
  if (!proxied()) {
    if (named) return connect_to(address, authority.port);
    curl_easy_setopt(easy_, CURLOPT_CONNECT_TO, nullptr);
    return;
  }
  const bool http = way_->kind == EgressKind::Http;
  const bool forward = http && authority.scheme == "http";
  if (!way_->username.empty()) {
    const std::string user = fill_username(*way_, authority.host);
    const bool sticky = user != way_->username;
    // Every libcurl decodes this one; name and password set apart are decoded by some only.
    const std::string login =
        percent_encoded(easy_, user) + ":" + percent_encoded(easy_, way_->password);
    curl_easy_setopt(easy_, CURLOPT_PROXYUSERPWD, login.c_str());
    curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, forward && sticky ? 1L : 0L);
    curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, forward && sticky ? 1L : 0L);
  }
  run_->peer = forward ? "" : address;
  if (forward || (!http && !named)) {
    curl_easy_setopt(easy_, CURLOPT_CONNECT_TO, nullptr);
    return;
  }
  connect_to(address, authority.port);
}

void Flight::connect_to(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  run_->connect_to_text = "::" + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
  run_->connect_to.data = run_->connect_to_text.data();
  curl_easy_setopt(easy_, CURLOPT_CONNECT_TO, &run_->connect_to);
}

std::optional<End> Flight::egress_verdict(CURLcode code, const std::string& detail) {
  const std::string who = "egress " + way_->name + ": ";
  long os_error = 0;
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &os_error);
  if (way_->kind == EgressKind::Source && os_error == EADDRNOTAVAIL) {
    return End{Transport::EgressFailed, who + way_->address + " is no address of this machine"};
  }
  if (!proxied()) return std::nullopt;
  curl_off_t connected = 0;
  long connect_code = 0;
  long socks_error = 0;
  curl_easy_getinfo(easy_, CURLINFO_CONNECT_TIME_T, &connected);
  curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &connect_code);
  curl_easy_getinfo(easy_, CURLINFO_PROXY_ERROR, &socks_error);
  const bool reached =
      connected > 0 || connect_code != 0 || socks_error != 0 || run_->head.bytes() > 0;
  if (!reached && is_local_shortage(run_->socket_error)) return std::nullopt;
  const auto transport =
      proxy_failure(code, {reached, static_cast<int>(connect_code), static_cast<int>(socks_error)});
  if (!transport) return std::nullopt;
  return End{*transport, who + detail};
}

// A forward proxy asks for its login with a status of its own; CONNECT does so in curl's code.
std::optional<End> Flight::proxy_login_refused() {
  if (!proxied() || run_->head.status() != 407) return std::nullopt;
  return End{
      Transport::EgressFailed,
      "egress " + way_->name + ": the proxy does not accept our username and password (407)"};
}

}  // namespace frontierd
