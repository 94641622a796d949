#include "daemon/service.h"

#include "base/text.h"
#include "daemon/house.h"

namespace frontierd {

Service::Service(Config config, std::string config_path)
    : house_(std::make_unique<House>(std::move(config), std::move(config_path))) {
  house_->journal.log_fetches(house_->config.log_fetches);
}
Service::~Service() = default;

Result<void> Service::run(bool& started) {
  return house_->run(started);
}

Result<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const auto port = colon == std::string::npos
                        ? std::nullopt
                        : parse_int<std::uint16_t>(std::string_view(text).substr(colon + 1));
  if (!port)
    return fail(Errc::Usage, "listen: \"" + text + "\" is no ADDRESS:PORT such as 127.0.0.1:9464");
  std::string address = text.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  return std::pair(address, *port);
}

}  // namespace frontierd
