#include "daemon/listen.h"

#include <arpa/inet.h>

#include "base/text.h"

namespace frontierd {
namespace {

bool is_loopback(const std::string& address) {
  in_addr four{};
  if (inet_pton(AF_INET, address.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  return inet_pton(AF_INET6, address.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace

Result<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const auto port = colon == std::string::npos
                        ? std::nullopt
                        : parse_int<std::uint16_t>(std::string_view(text).substr(colon + 1));
  const std::string shown = "\"" + for_message(text) + "\"";
  if (!port) return fail(Errc::Usage, shown + " is no ADDRESS:PORT such as 127.0.0.1:9464");
  std::string address = text.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  if (!is_loopback(address)) {
    return fail(Errc::Usage, shown + " names no loopback address such as 127.0.0.1 or [::1]");
  }
  return std::pair(address, *port);
}

}  // namespace frontierd
