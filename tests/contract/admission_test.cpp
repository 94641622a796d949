#include "contract/store_contract.h"

namespace frontierd {
namespace {

TEST_P(StoreContract, AdmissionAnswersEachCandidateInOrderAndKnowsWhatItHas) {
  const std::vector<Candidate> batch{candidate("https://a.example/1"),
                                     candidate("https://b.example/1"),
                                     candidate("https://a.example/2")};
  const auto first = ok(store().admit(batch, kNoon));
  ASSERT_EQ(first.size(), 3u);
  EXPECT_TRUE(first[0].fresh && first[1].fresh && first[2].fresh);
  EXPECT_EQ(first[0].host, first[2].host);
  EXPECT_NE(first[0].host, first[1].host);
  EXPECT_LT(first[0].url, first[1].url);
  EXPECT_LT(first[1].url, first[2].url);

  const auto second = ok(store().admit(batch, kNoon + Seconds{9}));
  for (std::size_t i = 0; i < batch.size(); ++i) {
    EXPECT_FALSE(second[i].fresh);
    EXPECT_EQ(second[i].url, first[i].url);
    EXPECT_EQ(second[i].host, first[i].host);
  }
  EXPECT_EQ(tally(), (Tally{3, 0, 0, 0, 2}));
}

TEST_P(StoreContract, AUrlTwiceInOneBatchIsAdmittedOnce) {
  const std::vector<Candidate> batch{candidate("https://a.example/x", 3),
                                     candidate("https://a.example/y"),
                                     candidate("https://a.example/x", 1)};
  const auto answers = ok(store().admit(batch, kNoon));
  EXPECT_TRUE(answers[0].fresh);
  EXPECT_FALSE(answers[2].fresh);
  EXPECT_EQ(answers[0].url, answers[2].url);
  EXPECT_EQ(tally().queued, 2u);
  EXPECT_EQ(look("https://a.example/x").priority, 3);
}

TEST_P(StoreContract, AdmissionKeepsWhatCameWithTheUrl) {
  Candidate wanted = candidate("https://a.example/x", 2, kNoon + Seconds{5});
  wanted.via = "https://b.example/";
  wanted.metadata = R"({"team":"maps"})";
  wanted.redirects = 3;
  admit(wanted);
  const UrlRecord record = look("https://a.example/x");
  EXPECT_EQ(record.state, UrlState::Queued);
  EXPECT_EQ(record.host_key, "https://a.example");
  EXPECT_EQ(record.priority, 2);
  EXPECT_EQ(record.not_before, kNoon + Seconds{5});
  EXPECT_EQ(record.via, "https://b.example/");
  EXPECT_EQ(record.metadata, R"({"team":"maps"})");
  EXPECT_EQ(record.redirects, 3);
  EXPECT_EQ(record.admitted_at, kNoon);
}

TEST_P(StoreContract, AKnownUrlIsLeftAsItIsInAnyState) {
  admit(candidate("https://a.example/done"));
  settle(landing(lease_one("https://a.example/"), OutcomeClass::Fetched, Done{}));
  admit(candidate("https://a.example/gone"));
  settle(
      landing(lease_one("https://a.example/"), OutcomeClass::Gone, Drop{DropReason::Gone, "404"}));
  admit(candidate("https://a.example/done", 0));
  admit(candidate("https://a.example/gone", 0));
  EXPECT_EQ(look("https://a.example/done").state, UrlState::Done);
  EXPECT_EQ(look("https://a.example/gone").state, UrlState::Dropped);
  EXPECT_EQ(tally(), (Tally{0, 0, 1, 1, 1}));
}

TEST_P(StoreContract, PrioritiesOutOfRangeAreBroughtIntoIt) {
  admit(candidate("https://a.example/low", 77));
  admit(candidate("https://a.example/high", -4));
  EXPECT_EQ(look("https://a.example/low").priority, kPriorityLowest);
  EXPECT_EQ(look("https://a.example/high").priority, kPriorityHighest);
}

TEST_P(StoreContract, WhatIsNotCommittedIsGoneAfterACrashAndWhatIsCommittedStays) {
  admit(candidate("https://a.example/kept"));
  commit();
  admit(candidate("https://a.example/lost"));
  admit(candidate("https://b.example/lost"));
  crash();
  EXPECT_EQ(tally(), (Tally{1, 0, 0, 0, 1}));
  EXPECT_EQ(look("https://a.example/kept").state, UrlState::Queued);
  EXPECT_FALSE(ok(inspector().url("https://a.example/lost")).has_value());
  EXPECT_FALSE(ok(inspector().host("https://b.example")).has_value());
  EXPECT_TRUE(ok(store().admit(std::vector{candidate("https://a.example/lost")}, kNoon))[0].fresh);
}

TEST_P(StoreContract, ALargeBatchOfTwinsIsQuickAndAdmitsOne) {
  const std::vector<Candidate> twins(20'000, candidate("https://a.example/same"));
  const auto answers = ok(store().admit(twins, kNoon));
  EXPECT_EQ(tally().queued, 1u);
  EXPECT_EQ(answers.back().url, answers.front().url);
}

}  // namespace
}  // namespace frontierd
