#include "daemon/service.h"

#include "daemon/house.h"

namespace frontierd {

Service::Service(Config config, StartValues values, ConfigSource source)
    : house_(std::make_unique<House>(std::move(config), std::move(values), std::move(source))) {
  house_->journal.log_fetches(house_->config.log_fetches);
}
Service::~Service() = default;

Result<void> Service::run(bool& started) {
  return house_->run(started);
}

}  // namespace frontierd
