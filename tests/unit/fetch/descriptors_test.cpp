#include "fetch/descriptors.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

TEST(Descriptors, FlightsTheirSpoolFilesAndIdleConnectionsFitBesideOurOwnNeeds) {
  for (std::size_t limit = kDescriptorsMin; limit < 100'000; limit += 97) {
    for (const std::size_t flights : {1u, 16u, 256u, 4'096u}) {
      const DescriptorShare share = divide_descriptors(limit, flights, 8'192);
      EXPECT_LE(share.flights + share.connections + kOwnDescriptors, limit) << limit;
      EXPECT_LE(share.flights, flights);
      EXPECT_GE(share.flights, 1u);
      EXPECT_GE(share.connections, share.flights) << "each flight has a connection";
    }
  }
}

TEST(Descriptors, AWideLimitGivesWhatIsWishedFor) {
  const DescriptorShare share = divide_descriptors(1u << 20, 512, 8'192);
  EXPECT_EQ(share.flights, 512u);
  EXPECT_EQ(share.connections, 8'192u);
}

TEST(Descriptors, ANarrowLimitStillCrawls) {
  const DescriptorShare share = divide_descriptors(1'024, 512, 8'192);
  EXPECT_GE(share.flights, 200u);
  EXPECT_GE(share.connections, 600u);
}

}  // namespace
}  // namespace frontierd
