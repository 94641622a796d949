// What a fetch of robots.txt means, and how long that holds.
#include "rules/robots_policy.h"

#include <gtest/gtest.h>

#include <set>

#include "rules/robots.h"
#include "support/tsv.h"

namespace frontierd {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Instant kNow = *parse_iso("2026-11-22T00:04:45Z");
constexpr std::string_view kFile = "User-agent: *\nDisallow: /private\n";

struct Fetch {
  int status = 200;
  OutcomeClass cls = OutcomeClass::Fetched;
  std::string body = std::string(kFile);
  std::vector<Header> headers;
  Transport transport = Transport::Ok;
  Instant at = kNow;
  std::optional<AskedWait> wait;
};

RobotsRecord learn(const Fetch& fetch, const std::optional<RobotsRecord>& previous = {},
                   const RobotsRules& policy = {}) {
  FetchReport report;
  report.status = fetch.status;
  report.transport = fetch.transport;
  report.headers = fetch.headers;
  report.received_at = fetch.at;
  Outcome outcome;
  outcome.cls = fetch.cls;
  outcome.wait = fetch.wait;
  return learn_robots(policy, outcome, report, fetch.body, previous);
}

Fetch failed(int status, OutcomeClass cls = OutcomeClass::Overloaded, Instant at = kNow) {
  Fetch fetch;
  fetch.status = status;
  fetch.cls = cls;
  fetch.body = "";
  fetch.at = at;
  return fetch;
}

TEST(RobotsPolicy, A2xxGivesTheRulesForADay) {
  const RobotsRecord record = learn({});
  EXPECT_EQ(record.state, RobotsState::Rules);
  EXPECT_EQ(record.body, kFile);
  EXPECT_EQ(record.fetched_at, kNow);
  EXPECT_EQ(record.expires_at, kNow + hours{24});
  EXPECT_FALSE(record.unreachable_since);
  EXPECT_FALSE(robots_of(record, "x").allowed("x", "/private").allowed);
  EXPECT_TRUE(robots_of(record, "x").allowed("x", "/").allowed);
}

TEST(RobotsPolicy, AnEmptyFileHasNoRules) {
  Fetch fetch;
  fetch.body = "";
  const RobotsRecord record = learn(fetch);
  EXPECT_EQ(record.state, RobotsState::Rules);
  EXPECT_TRUE(robots_of(record, "x").allowed("x", "/a").allowed);
}

TEST(RobotsPolicy, A4xxAllowsEverything) {
  for (int status : {400, 401, 403, 404, 410, 418, 451}) {
    const OutcomeClass cls = status == 403 ? OutcomeClass::Refused : OutcomeClass::Gone;
    const RobotsRecord record = learn(failed(status, cls));
    EXPECT_EQ(record.state, RobotsState::AllowAll) << status;
    EXPECT_EQ(record.expires_at, kNow + hours{24});
  }
}

TEST(RobotsPolicy, ARedirectThatIsNotFollowedIsNoPermission) {
  EXPECT_EQ(learn(failed(302, OutcomeClass::Moved)).state, RobotsState::DisallowAll);
}

TEST(RobotsPolicy, EveryWayAFetchCanEndIsInTheTable) {
  Fetch day_ago;
  day_ago.at = kNow - hours{24};
  const RobotsRecord copy = learn(day_ago);
  const RobotsRecord absent = learn(failed(404, OutcomeClass::Gone, kNow - hours{24}));
  std::set<std::string> transports;
  for (const test::TsvRow& row :
       test::read_tsv(std::string(TESTS_DIR) + "/golden/robots/endings.tsv")) {
    FetchReport report;
    for (int i = 0; i <= static_cast<int>(Transport::Aborted); ++i) {
      if (to_string(static_cast<Transport>(i)) == row.at(1)) report.transport = static_cast<Transport>(i);
    }
    ASSERT_EQ(to_string(report.transport), row.at(1)) << row.at(0);
    transports.insert(row.at(1));
    report.status = std::stoi(row.at(2));
    report.received_at = kNow;
    Outcome outcome;
    outcome.cls = parse_outcome_class(row.at(3)).value();
    const std::string body = row.at(4) == "-" ? "" : row.at(4);
    const std::string refused = row.at(5) == "-" ? "" : row.at(5);
    std::optional<RobotsRecord> before;
    if (row.at(6) == "copy") before = copy;
    if (row.at(6) == "absent") before = absent;
    const RobotsRecord record = learn_robots({}, outcome, report, body, before, refused);
    constexpr std::string_view kStates[] = {"allow_all", "rules", "disallow_all"};
    EXPECT_EQ(kStates[static_cast<int>(record.state)], row.at(7)) << row.at(0);
    EXPECT_EQ(record.expires_at - kNow, minutes{std::stoi(row.at(8))}) << row.at(0);
    EXPECT_NE(record.why.find(row.at(9)), std::string::npos) << row.at(0) << ": " << record.why;
    const bool silent = row.at(9).find("on our side") == std::string::npos &&
                        record.state == RobotsState::DisallowAll;
    EXPECT_EQ(record.unreachable_since.has_value(),
              silent || record.why.find("serves meanwhile") != std::string::npos)
        << row.at(0);
  }
  EXPECT_GE(transports.size(), 17u) << "a transport has no row";
}

TEST(RobotsPolicy, WhatAnotherHostsRecordSaysHoldsNoLongerThanThere) {
  const RobotsRecord theirs = learn({});
  const Instant later = kNow + hours{20};
  const RobotsRecord ours = adopt_robots({}, theirs, "https://b.example/robots.txt", {}, later);
  EXPECT_EQ(ours.state, RobotsState::Rules);
  EXPECT_EQ(ours.body, kFile);
  EXPECT_EQ(ours.expires_at, theirs.expires_at);
  EXPECT_NE(ours.why.find("leads to https://b.example/robots.txt"), std::string::npos) << ours.why;
}

TEST(RobotsPolicy, WhatIsNoAnswerThereIsNoneHereAndOurOwnCopyServes) {
  const RobotsRecord copy = learn({});
  const RobotsRecord theirs = learn(failed(503), copy);  // their old copy is not our rule
  EXPECT_EQ(adopt_robots({}, theirs, "u", {}, kNow).state, RobotsState::DisallowAll);
  EXPECT_EQ(adopt_robots({}, learn(failed(503)), "u", copy, kNow).state, RobotsState::Rules);
}

TEST(RobotsPolicy, A5xxBarsEverything) {
  for (int status : {500, 502, 503, 504, 520, 999}) {
    const RobotsRecord record = learn(failed(status));
    EXPECT_EQ(record.state, RobotsState::DisallowAll) << status;
    EXPECT_EQ(record.unreachable_since, kNow);
    EXPECT_FALSE(robots_of(record, "x").allowed("x", "/").allowed);
  }
}

TEST(RobotsPolicy, NoHttpAnswerBarsEverything) {
  for (Transport t : {Transport::DnsFailed, Transport::ConnectRefused, Transport::TlsFailed,
                      Transport::Timeout, Transport::Reset, Transport::ProtocolError,
                      Transport::BadEncoding, Transport::HeadersTooLarge}) {
    Fetch fetch = failed(0, OutcomeClass::Unreachable);
    fetch.transport = t;
    EXPECT_EQ(learn(fetch).state, RobotsState::DisallowAll) << to_string(t);
  }
}

TEST(RobotsPolicy, A4xxThatIsALimitOrAWallIsNoPermission) {
  EXPECT_EQ(learn(failed(429, OutcomeClass::RateLimited)).state, RobotsState::DisallowAll);
  EXPECT_EQ(learn(failed(429, OutcomeClass::Refused)).state, RobotsState::DisallowAll);
  EXPECT_EQ(learn(failed(403, OutcomeClass::BotWalled)).state, RobotsState::DisallowAll);
  EXPECT_EQ(learn(failed(404, OutcomeClass::UpstreamFailed)).state, RobotsState::DisallowAll);
}

TEST(RobotsPolicy, A2xxThatIsNoRobotsFileIsNoPermission) {
  const auto state = [](int status, std::string body, OutcomeClass cls = OutcomeClass::Fetched) {
    Fetch fetch;
    fetch.status = status;
    fetch.body = std::move(body);
    fetch.cls = cls;
    return learn(fetch).state;
  };
  EXPECT_EQ(state(200, "{\"error\":\"no\"}"), RobotsState::DisallowAll);
  EXPECT_EQ(state(200, std::string("\x1f\x8b\x00\x01", 4)), RobotsState::DisallowAll);
  EXPECT_EQ(state(202, ""), RobotsState::DisallowAll);
  EXPECT_EQ(state(200, std::string(kFile), OutcomeClass::BotWalled), RobotsState::DisallowAll);
  EXPECT_EQ(state(200, "<!-- ours -->\nUser-agent: *\nDisallow: /x\n"), RobotsState::Rules);
  EXPECT_EQ(state(200, "# nothing here\n"), RobotsState::Rules);
  EXPECT_EQ(state(204, ""), RobotsState::Rules);
}

TEST(RobotsPolicy, HtmlHasNoRulesUnlessItIsAWallOrTheOperatorWantsAFile) {
  RobotsRules policy;
  Fetch page;
  page.body = "\n<!DOCTYPE html><html>welcome</html>";
  EXPECT_EQ(learn(page, {}, policy).state, RobotsState::AllowAll);
  policy.html_means_no_rules = false;
  EXPECT_EQ(learn(page, {}, policy).state, RobotsState::DisallowAll);
  policy.html_means_no_rules = true;
  page.cls = OutcomeClass::BotWalled;
  EXPECT_EQ(learn(page, {}, policy).state, RobotsState::DisallowAll);
}

TEST(RobotsPolicy, TheLastCopyServesWhileThereIsNoAnswer) {
  const RobotsRecord copy = learn({});
  const RobotsRecord record = learn(failed(503, OutcomeClass::Overloaded, kNow + hours{25}), copy);
  EXPECT_EQ(record.state, RobotsState::Rules);
  EXPECT_EQ(record.body, kFile);
  EXPECT_EQ(record.fetched_at, kNow);
  EXPECT_EQ(record.unreachable_since, kNow + hours{25});
  EXPECT_EQ(record.status, 503);
  EXPECT_NE(record.why.find("2026-11-22"), std::string::npos) << record.why;
}

TEST(RobotsPolicy, TheCopyGoesOnServingForeverAndAnAnswerEndsTheSilence) {
  const RobotsRecord copy = learn({});
  RobotsRecord record = learn(failed(503), copy);
  record = learn(failed(503, OutcomeClass::Overloaded, kNow + hours{24 * 31}), record);
  EXPECT_EQ(record.state, RobotsState::Rules);
  Fetch back;
  back.at = kNow + hours{24 * 32};
  EXPECT_FALSE(learn(back, record).unreachable_since);
}

TEST(RobotsPolicy, ARememberedAbsenceIsNoCopy) {
  const RobotsRecord absent = learn(failed(404, OutcomeClass::Gone));
  EXPECT_EQ(learn(failed(503), absent).state, RobotsState::DisallowAll);
}

TEST(RobotsPolicy, AfterThirtyDaysOfSilenceThePolicyDecides) {
  RobotsRules open;
  open.allow_after_unreachable = true;
  const RobotsRecord first = learn(failed(503), {}, open);
  const Instant early = kNow + hours{24 * 30} - Seconds{1};
  const Instant late = kNow + hours{24 * 30};
  const auto state = [&](Instant at, const RobotsRules& policy) {
    return learn(failed(503, OutcomeClass::Overloaded, at), first, policy).state;
  };
  EXPECT_EQ(state(early, open), RobotsState::DisallowAll);
  EXPECT_EQ(state(late, open), RobotsState::AllowAll);
  EXPECT_EQ(state(late, RobotsRules{}), RobotsState::DisallowAll);
}

TEST(RobotsPolicy, SilenceIsProbedAtGrowingDistances) {
  RobotsRecord record = learn(failed(503));
  EXPECT_EQ(record.expires_at, kNow + minutes{5});
  record = learn(failed(503, OutcomeClass::Overloaded, record.expires_at), record);
  EXPECT_EQ(record.expires_at, kNow + minutes{10});
  record = learn(failed(503, OutcomeClass::Overloaded, record.expires_at), record);
  EXPECT_EQ(record.expires_at, kNow + minutes{20});
  const Instant late = kNow + hours{24 * 9};
  record = learn(failed(503, OutcomeClass::Overloaded, late), record);
  EXPECT_EQ(record.expires_at, late + hours{24});
}

TEST(RobotsPolicy, AnAskedWaitPutsTheNextTryLaterButNotBeyondADay) {
  Fetch fetch = failed(503, OutcomeClass::Maintenance);
  fetch.wait = AskedWait{hours{2}, "Retry-After: 7200", false};
  EXPECT_EQ(learn(fetch).expires_at, kNow + hours{2});
  fetch.wait = AskedWait{Seconds{0}, "Retry-After: 0", false};
  EXPECT_EQ(learn(fetch).expires_at, kNow + minutes{5});
  fetch.wait = AskedWait{hours{300}, "Retry-After: 1080000", false};
  EXPECT_EQ(learn(fetch).expires_at, kNow + hours{24});
}

TEST(RobotsPolicy, OurOwnFailureChangesNothingButTheNextTry) {
  const RobotsRecord copy = learn({});
  for (Transport t : {Transport::EgressFailed, Transport::LocalFailure, Transport::Aborted}) {
    Fetch fetch = failed(0, OutcomeClass::Unreachable, kNow + hours{25});
    fetch.transport = t;
    const RobotsRecord record = learn(fetch, copy);
    EXPECT_EQ(record.state, RobotsState::Rules) << to_string(t);
    EXPECT_FALSE(record.unreachable_since);
    EXPECT_EQ(record.expires_at, kNow + hours{25} + minutes{5});
    EXPECT_EQ(learn(fetch).state, RobotsState::DisallowAll);
    EXPECT_FALSE(learn(fetch).unreachable_since);
  }
}

TEST(RobotsPolicy, UnchangedMakesTheCopyFreshAgain) {
  const RobotsRecord copy = learn({});
  const Fetch fetch = failed(304, OutcomeClass::Unchanged, kNow + hours{24});
  const RobotsRecord record = learn(fetch, copy);
  EXPECT_EQ(record.state, RobotsState::Rules);
  EXPECT_EQ(record.body, kFile);
  EXPECT_EQ(record.expires_at, kNow + hours{48});
  EXPECT_EQ(learn(fetch).state, RobotsState::DisallowAll);
}

TEST(RobotsPolicy, LifetimeIsWhatTheResponseSaysWithinTheBounds) {
  const auto lifetime = [](std::vector<Header> headers) {
    Fetch fetch;
    fetch.headers = std::move(headers);
    return learn(fetch).expires_at - kNow;
  };
  EXPECT_EQ(lifetime({}), hours{24});
  EXPECT_EQ(lifetime({{"Cache-Control", "public, max-age=3600"}}), hours{1});
  EXPECT_EQ(lifetime({{"Cache-Control", "Max-Age=\"3600\""}}), hours{1});
  EXPECT_EQ(lifetime({{"Cache-Control", "max-age=3600"}, {"Age", "600"}}), minutes{50});
  EXPECT_EQ(lifetime({{"Cache-Control", "max-age=31536000"}}), hours{24});
  EXPECT_EQ(lifetime({{"Cache-Control", "max-age=soon"}}), hours{24});
  EXPECT_EQ(lifetime({{"Cache-Control", "max-age=0"}}), minutes{10});
  EXPECT_EQ(lifetime({{"Cache-Control", "no-store"}}), minutes{10});
  EXPECT_EQ(lifetime({{"Cache-Control", "max-age=3600, no-cache"}}), minutes{10});
  EXPECT_EQ(lifetime({{"Expires", "Sun, 22 Nov 2026 06:04:45 GMT"}}), hours{6});
  EXPECT_EQ(lifetime({{"Expires", "Sun, 22 Nov 2026 06:04:45 GMT"},
                      {"Date", "Sun, 22 Nov 2026 04:04:45 GMT"}}),
            hours{2});
  EXPECT_EQ(lifetime({{"Expires", "0"}}), minutes{10});
  EXPECT_EQ(lifetime({{"Expires", "0"}, {"Cache-Control", "max-age=7200"}}), hours{2});
}

TEST(RobotsPolicy, AFileOverTheLimitIsUsedAsFarAsItGoes) {
  Fetch fetch;
  fetch.transport = Transport::BodyTooLarge;
  fetch.cls = OutcomeClass::Broken;
  fetch.body = std::string(kFile) + std::string(kRobotsSizeMax, '#');
  const RobotsRecord record = learn(fetch);
  EXPECT_EQ(record.state, RobotsState::Rules);
  EXPECT_EQ(record.body.size(), kRobotsSizeMax);
  EXPECT_FALSE(robots_of(record, "x").allowed("x", "/private").allowed);
}

}  // namespace
}  // namespace frontierd
