#include <gtest/gtest.h>

#include "archive/harvest_policy.h"

namespace frontierd {
namespace {

FetchReport report(int status, Transport transport = Transport::Ok) {
  FetchReport out;
  out.status = status;
  out.transport = transport;
  return out;
}

bool wants(const HarvestPolicy& policy, const FetchReport& of) {
  return wants_archive(policy, of, false);
}

TEST(HarvestPolicy, ByDefaultPagesAndRefusalsAreKept) {
  for (const int status : {200, 203, 206, 401, 403, 429, 451, 500, 502, 503, 504, 521, 599}) {
    EXPECT_TRUE(wants({}, report(status))) << status;
  }
  for (const int status : {101, 301, 302, 304, 400, 404, 410, 418, 600, 999}) {
    EXPECT_FALSE(wants({}, report(status))) << status;
  }
}

TEST(HarvestPolicy, WhatNeverArrivedIsNeverKept) {
  const auto all = parse_harvest({"all"});
  ASSERT_TRUE(all);
  EXPECT_FALSE(wants(*all, report(0, Transport::ConnectTimeout)));
  EXPECT_FALSE(wants(*all, report(200, Transport::Aborted)));
}

TEST(HarvestPolicy, ACutPageIsAPage) {
  EXPECT_TRUE(wants({}, report(200, Transport::BodyTooLarge)));
  EXPECT_TRUE(wants({}, report(200, Transport::Reset)));
}

TEST(HarvestPolicy, EachNameAddsItsStatuses) {
  EXPECT_TRUE(wants(*parse_harvest({"redirects"}), report(301)));
  EXPECT_FALSE(wants(*parse_harvest({"redirects"}), report(200)));
  EXPECT_TRUE(wants(*parse_harvest({"errors"}), report(404)));
  EXPECT_TRUE(wants(*parse_harvest({"errors"}), report(403)));
  EXPECT_FALSE(wants(*parse_harvest({"errors"}), report(503)));
  for (const int status : {101, 200, 302, 404, 503, 999}) {
    EXPECT_TRUE(wants(*parse_harvest({"all"}), report(status))) << status;
    EXPECT_FALSE(wants(*parse_harvest({"none"}), report(status))) << status;
  }
}

TEST(HarvestPolicy, A304IsKeptWhereItConfirmsAnArchivedPageAndNowhereElse) {
  EXPECT_TRUE(wants_archive({}, report(304), true));
  EXPECT_FALSE(wants_archive(*parse_harvest({"redirects"}), report(304), true)) << "it is a page";
  EXPECT_FALSE(wants(*parse_harvest({"all"}), report(304))) << "it would replay as empty";
}

TEST(HarvestPolicy, AWrongNameIsAnErrorThatSaysWhatToWrite) {
  const auto slip = parse_harvest({"2xx", "redirect"});
  ASSERT_FALSE(slip);
  EXPECT_EQ(slip.error().what, "unknown name \"redirect\": did you mean \"redirects\"?");
  const auto wild = parse_harvest({"everything and more"});
  ASSERT_FALSE(wild);
  EXPECT_NE(wild.error().what.find("choose from 2xx, refusals"), std::string::npos);
  EXPECT_FALSE(parse_harvest({}));
  EXPECT_FALSE(parse_harvest({"none", "2xx"}));
}

}  // namespace
}  // namespace frontierd
