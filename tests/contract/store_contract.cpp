#include "contract/store_contract.h"

#include "store/shared.h"

namespace frontierd {

void StoreContract::SetUp() {
  frontier_ = GetParam() == Kind::Memory ? memory_frontier() : sqlite_frontier();
}

UrlId StoreContract::admit(const Candidate& wanted, Instant now) {
  const auto answers = ok(store().admit(std::span(&wanted, 1), now));
  return answers.empty() ? UrlId::None : answers[0].url;
}

HostId StoreContract::host_of(const std::string& url) {
  return ok(store().host_by_key(std::string(host_key_of(url)), kNoon)).id;
}

std::vector<Lease> StoreContract::lease(const std::string& url_of_host, std::size_t count,
                                        Instant now) {
  const std::vector<LeaseRequest> requests(count, LeaseRequest{host_of(url_of_host), {}, {}});
  return ok(store().lease(requests, now, Seconds{60})).leases;
}

Lease StoreContract::lease_one(const std::string& url_of_host, Instant now) {
  const auto leases = lease(url_of_host, 1, now);
  EXPECT_EQ(leases.size(), 1u);
  return leases.empty() ? Lease{} : leases[0];
}

std::size_t StoreContract::settle(const Settlement& settlement, Instant now) {
  return ok(store().settle(std::span(&settlement, 1), now));
}

UrlRecord StoreContract::look(const std::string& url) {
  commit();
  const auto record = ok(inspector().url(url));
  EXPECT_TRUE(record.has_value()) << url;
  return record.value_or(UrlRecord{});
}

namespace {
std::string kind_name(const ::testing::TestParamInfo<Kind>& info) {
  return info.param == Kind::Memory ? "Memory" : "Sqlite";
}
}  // namespace

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, ::testing::Values(Kind::Memory, Kind::Sqlite),
                         kind_name);

}  // namespace frontierd
