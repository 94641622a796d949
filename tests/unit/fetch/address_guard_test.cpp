#include "fetch/address_guard.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/tsv.h"

namespace frontierd {
namespace {

AddressGuard guard_for(const std::string& ranges) {
  std::vector<AddressRange> allowed;
  for (std::string_view text : split(ranges, ',')) {
    if (!text.empty()) allowed.push_back(*parse_range(text));
  }
  return AddressGuard(std::move(allowed));
}

TEST(AddressGuard, AgreesWithTheGoldenTable) {
  const auto rows = test::read_tsv(TESTS_DIR "/golden/fetch_addresses.tsv");
  ASSERT_GT(rows.size(), 50u);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.at(0));
    const auto address = parse_address(row.at(1));
    ASSERT_TRUE(address);
    EXPECT_EQ(to_string(kind_of(*address)), row.at(2));
    EXPECT_EQ(guard_for(row.at(3)).refusal(*address).has_value(), row.at(4) == "no");
  }
}

TEST(AddressGuard, ARefusalNamesTheAddressItsKindAndTheSetting) {
  const auto refusal = AddressGuard().refusal(*parse_address("169.254.169.254"));
  ASSERT_TRUE(refusal);
  EXPECT_NE(refusal->find("169.254.169.254"), std::string::npos);
  EXPECT_NE(refusal->find("cloud metadata"), std::string::npos);
  EXPECT_NE(refusal->find("fetch.allow_addresses"), std::string::npos);
}

TEST(AddressRange, TextThatIsNoRangeIsRefused) {
  for (const char* text : {"", "10.0.0.0/33", "::1/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1",
                           "localhost", "10.0.0.0/8 ", "::ffff:1.2.3.4.5"}) {
    EXPECT_FALSE(parse_range(text)) << text;
  }
  EXPECT_TRUE(parse_range("::/0"));
  EXPECT_TRUE(parse_range("10.0.0.0/8"));
}

}  // namespace
}  // namespace frontierd
