#include "contract/store_contract.h"

namespace frontierd {
namespace {

constexpr auto kHost = "https://a.example/";
constexpr auto kUrl = "https://a.example/1";
using std::chrono::hours;

EgressBlock block(const std::string& egress, int refusals = 2) {
  return {egress, "cloudflare", refusals, kNoon, kNoon + hours{6}, "bot_walled (403)"};
}

class EgressContract : public StoreContract {
 protected:
  void refuse(const EgressBlock& what, std::optional<ProviderBlock> provider = {}) {
    Settlement walled =
        landing(lease_one(kHost), OutcomeClass::BotWalled, Retry{kNoon, false, false, "a wall"});
    walled.egress_block = what;
    walled.provider_block = std::move(provider);
    settle(walled);
    commit();
  }
  std::vector<EgressBlock> blocks() {
    const auto entry = ok(store().host(host_of(kUrl)));
    return entry ? entry->egress_blocks : std::vector<EgressBlock>{};
  }
};

TEST_P(EgressContract, ABlockIsKeptWithItsHostAndSeenByEveryReader) {
  admit(candidate(kUrl));
  admit(candidate("https://b.example/1"));
  refuse(block("office"));
  refuse(block("direct"));
  const std::vector<EgressBlock> both{block("direct"), block("office")};
  EXPECT_EQ(blocks(), both);
  EXPECT_EQ(ok(store().host_by_key("https://a.example", kNoon)).egress_blocks, both);
  EXPECT_EQ(ok(store().hosts_with_queue(HostId::None, 10)).at(0).egress_blocks, both);
  EXPECT_EQ(ok(inspector().host("https://a.example"))->entry.egress_blocks, both);
  EXPECT_EQ(ok(inspector().hosts({}, HostId::None, 10)).at(0).egress_blocks, both);
  const auto listed = ok(inspector().egress_blocks(HostId::None, 10));
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].host_key, "https://a.example");
  EXPECT_EQ(listed[0].block, both[0]);
  EXPECT_TRUE(ok(inspector().egress_blocks(listed[0].host, 10)).empty());
}

TEST_P(EgressContract, ANewerBlockReplacesTheOldOneAndNoRefusalsForgetIt) {
  admit(candidate(kUrl));
  refuse(block("direct", 2));
  refuse(block("direct", 3));
  ASSERT_EQ(blocks().size(), 1u);
  EXPECT_EQ(blocks()[0].refusals, 3);
  refuse({"direct", "", 0, kLongAgo, kLongAgo, ""});
  EXPECT_TRUE(blocks().empty());
}

TEST_P(EgressContract, BlocksOutliveACrashOnceCommitted) {
  admit(candidate(kUrl));
  const ProviderBlock provider{"direct", "cloudflare", 3, kNoon, kNoon + hours{2}, "three hosts"};
  refuse(block("direct"), provider);
  crash();
  EXPECT_EQ(blocks(), std::vector<EgressBlock>{block("direct")});
  EXPECT_EQ(ok(store().provider_blocks()), std::vector<ProviderBlock>{provider});
}

TEST_P(EgressContract, WhatWasNotCommittedIsForgotten) {
  admit(candidate(kUrl));
  commit();
  Settlement walled =
      landing(lease_one(kHost), OutcomeClass::BotWalled, Retry{kNoon, false, false, "a wall"});
  walled.egress_block = block("direct");
  walled.provider_block = {"direct", "cloudflare", 3, kNoon, kNoon + hours{2}, "three hosts"};
  settle(walled);
  crash();
  EXPECT_TRUE(blocks().empty());
  EXPECT_TRUE(ok(store().provider_blocks()).empty());
}

TEST_P(EgressContract, BlockedHostsAreCountedByWayWhileTheBlocksHold) {
  admit(candidate(kUrl));
  refuse(block("direct"));
  EXPECT_EQ(ok(inspector().blocked_hosts("direct", kNoon)), 1u);
  EXPECT_EQ(ok(inspector().blocked_hosts("office", kNoon)), 0u);
  EXPECT_EQ(ok(inspector().blocked_hosts("direct", kNoon + hours{6})), 0u);
}

TEST_P(EgressContract, AnOperatorsRetryForgetsTheBlocksOfTheHost) {
  admit(candidate(kUrl));
  refuse(block("direct"));
  UrlSelection which;
  which.host_key = "https://a.example";
  ok(store().retry(which, 10, kNoon));
  commit();
  EXPECT_TRUE(blocks().empty());
  EXPECT_TRUE(ok(inspector().egress_blocks(HostId::None, 10)).empty());
}

std::string kind_name(const ::testing::TestParamInfo<Kind>& info) {
  return info.param == Kind::Memory ? "Memory" : "Sqlite";
}

INSTANTIATE_TEST_SUITE_P(Stores, EgressContract, ::testing::Values(Kind::Memory, Kind::Sqlite),
                         kind_name);

}  // namespace
}  // namespace frontierd
