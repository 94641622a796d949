#include "fetch/transport_table.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>

#include "base/text.h"
#include "support/tsv.h"

namespace frontierd {
namespace {

TransferFacts facts_of(const std::string& text) {
  static const std::map<std::string, int> kErrno = {{"ECONNREFUSED", ECONNREFUSED},
                                                    {"ETIMEDOUT", ETIMEDOUT},
                                                    {"EHOSTUNREACH", EHOSTUNREACH},
                                                    {"ECONNRESET", ECONNRESET},
                                                    {"ENETUNREACH", ENETUNREACH},
                                                    {"EMFILE", EMFILE},
                                                    {"ENFILE", ENFILE},
                                                    {"ENOBUFS", ENOBUFS}};
  TransferFacts facts;
  for (std::string_view part : split(text, ',')) {
    if (part == "connected") facts.connected = true;
    if (part == "answered") facts.answered = true;
    if (part == "refused") facts.refused = true;
    if (part == "body") facts.body_begun = true;
    if (part == "chunks") facts.bad_chunks = true;
    if (part.starts_with("errno=")) facts.os_error = kErrno.at(std::string(part.substr(6)));
  }
  return facts;
}

TEST(TransportTable, AgreesWithTheGoldenTable) {
  const auto rows = test::read_tsv(TESTS_DIR "/golden/fetch_transports.tsv");
  ASSERT_GT(rows.size(), 30u);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.at(0));
    const auto code = parse_int<int>(row.at(1));
    ASSERT_TRUE(code);
    EXPECT_EQ(to_string(transport_of(*code, facts_of(row.at(2)))), row.at(3));
  }
}

}  // namespace
}  // namespace frontierd
