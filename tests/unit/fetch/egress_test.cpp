// Ways out: source addresses and HTTP proxies. (socks5 is tested end to end.)
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/fetch_box.h"
#include "support/scripted_server.h"

namespace frontierd {
namespace {

using test::FetchBox;
using test::Peer;
using test::ScriptedServer;

EgressWay proxy_at(const std::string& name, std::uint16_t port) {
  EgressWay way;
  way.name = name;
  way.kind = EgressKind::Http;
  way.address = "127.0.0.1:" + std::to_string(port);
  return way;
}

FetchOptions with(std::vector<EgressWay> ways) {
  FetchOptions options = test::test_options();
  options.keep_exchange = true;
  options.egresses = std::move(ways);
  return options;
}

Landing fetch_by(FetchBox& box, const std::string& egress, const std::string& url) {
  Lease lease = test::lease_of(url);
  lease.egress = egress;
  return box.fetch(std::move(lease));
}

TEST(Egress, AForwardProxyCarriesPlainHttpWithItsLoginWhichNoRecordShows) {
  ScriptedServer proxy(test::always(test::page("by proxy")));
  EgressWay way = proxy_at("office", proxy.port());
  way.username = "crawler-{session}";
  way.password = "sesame";
  FetchBox box(with({way}));
  const Landing landing = fetch_by(box, "office", "http://127.0.0.1:9/page");
  EXPECT_EQ(landing.report.body_head, "by proxy") << landing.report.detail;
  EXPECT_EQ(landing.report.egress, "office");
  EXPECT_EQ(landing.report.peer, "");
  const std::string head = proxy.requests().at(0);
  EXPECT_NE(head.find("GET http://127.0.0.1:9/page HTTP/1.1"), std::string::npos) << head;
  EXPECT_NE(head.find("Proxy-Authorization: Basic "), std::string::npos);
  ASSERT_NE(landing.exchange, nullptr);
  EXPECT_EQ(landing.exchange->request_head.find("roxy-"), std::string::npos);
}

TEST(Egress, ALoginIsSentAsItStandsNotDecoded) {
  ScriptedServer proxy(test::always(test::page("by proxy")));
  EgressWay way = proxy_at("office", proxy.port());
  way.username = "me%41+";
  way.password = "a:%2f+ b";
  FetchBox box(with({way}));
  fetch_by(box, "office", "http://127.0.0.1:9/");
  const std::string head = proxy.requests().at(0);
  EXPECT_NE(head.find("Basic bWUlNDErOmE6JTJmKyBi\r\n"), std::string::npos) << head;
}

TEST(Egress, ALoginThatIsRefusedIsOurFailureAndNoAnswerOfTheHost) {
  ScriptedServer proxy(test::always(
      "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\n"
      "Content-Length: 4\r\n\r\nnope"));
  FetchBox box(with({proxy_at("office", proxy.port())}));
  for (const char* url : {"http://127.0.0.1:9/", "https://127.0.0.1:9/"}) {
    const Landing landing = fetch_by(box, "office", url);
    EXPECT_EQ(landing.report.transport, Transport::EgressFailed) << landing.report.detail;
    EXPECT_EQ(landing.report.status, 0);
    EXPECT_TRUE(landing.report.headers.empty());
    EXPECT_EQ(landing.exchange, nullptr);
    EXPECT_NE(landing.report.detail.find("office"), std::string::npos);
  }
}

TEST(Egress, AProxyThatIsNotThereIsOurFailure) {
  std::uint16_t closed = 0;
  {
    ScriptedServer gone(test::always(""));
    closed = gone.port();
  }
  EgressWay named = proxy_at("named", 3128);
  named.address = "proxy.invalid:3128";
  FetchBox box(with({proxy_at("office", closed), named}));
  for (const char* egress : {"office", "named", "unheard-of"}) {
    const Landing landing = fetch_by(box, egress, "http://127.0.0.1:9/");
    EXPECT_EQ(landing.report.transport, Transport::EgressFailed) << landing.report.detail;
  }
}

TEST(Egress, ConnectNamesTheVettedAddressAndItsRefusalIsTheHostsTrouble) {
  ScriptedServer proxy(test::always("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"));
  FetchBox box(with({proxy_at("office", proxy.port())}));
  const Landing landing = fetch_by(box, "office", "https://localhost:9/");
  EXPECT_EQ(landing.report.transport, Transport::ConnectFailed) << landing.report.detail;
  EXPECT_EQ(proxy.requests().at(0).substr(0, 21), "CONNECT 127.0.0.1:9 H");
}

TEST(Egress, TheAddressGuardHoldsForTheHostWhateverTheWay) {
  ScriptedServer proxy(test::always(test::page("inside")));
  FetchOptions options = with({proxy_at("office", proxy.port())});
  options.allow_addresses.clear();
  FetchBox box(options);
  const Landing landing = fetch_by(box, "office", "http://127.0.0.1:9/");
  EXPECT_EQ(landing.report.transport, Transport::AddressBarred);
  EXPECT_EQ(proxy.connections(), 0);
  // The proxy itself stands on an address that no host may have.
  FetchBox reachable(with({proxy_at("office", proxy.port())}));
  EXPECT_EQ(fetch_by(reachable, "office", "http://127.0.0.1:9/").report.body_head, "inside");
}

TEST(Egress, NoExceptionOfTheEnvironmentLeadsAroundTheProxy) {
  ScriptedServer proxy(test::always(test::page("by proxy")));
  ScriptedServer server(test::always(test::page("direct")));
  ::setenv("no_proxy", "*", 1);
  {
    FetchBox box(with({proxy_at("office", proxy.port())}));
    EXPECT_EQ(fetch_by(box, "office", server.url()).report.body_head, "by proxy");
  }
  ::unsetenv("no_proxy");
  EXPECT_EQ(server.connections(), 0);
}

TEST(Egress, ConnectionsOfTwoEgressesAreNeverMixed) {
  ScriptedServer server(test::always(test::page("here")));
  ScriptedServer proxy(test::always(test::page("by proxy")));
  FetchOptions options = with({proxy_at("office", proxy.port()), proxy_at("home", proxy.port())});
  options.workers = 1;
  options.shards = 1;
  FetchBox box(options);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(fetch_by(box, "", server.url()).report.body_head, "here");
    EXPECT_EQ(fetch_by(box, "office", server.url()).report.body_head, "by proxy");
    EXPECT_EQ(fetch_by(box, "home", server.url()).report.body_head, "by proxy");
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(proxy.connections(), 2);
}

TEST(Egress, HostsWithAUserEachShareNoConnectionToAForwardProxy) {
  ScriptedServer proxy(test::always(test::page("by proxy")));
  EgressWay way = proxy_at("office", proxy.port());
  way.username = "crawler-{host}";
  way.password = "sesame";
  FetchBox box(with({way}));
  fetch_by(box, "office", "http://127.0.0.1:9/");
  fetch_by(box, "office", "http://127.0.0.2:9/");
  EXPECT_EQ(proxy.connections(), 2);
  EXPECT_NE(proxy.requests().at(0), proxy.requests().at(1));
}

TEST(Egress, ASourceAddressIsWhereTheConnectionComesFrom) {
  ScriptedServer server(test::always(test::page("hello")));
  EgressWay ours{"ours", EgressKind::Source, "127.0.0.3", {}, {}, {}, {}};
  EgressWay foreign{"foreign", EgressKind::Source, "192.0.2.7", {}, {}, {}, {}};
  EgressWay six{"six", EgressKind::Source, "::1", {}, {}, {}, {}};
  FetchBox box(with({ours, foreign, six}));
  EXPECT_EQ(fetch_by(box, "ours", server.url()).report.body_head, "hello");
  const Landing failed = fetch_by(box, "foreign", server.url());
  EXPECT_EQ(failed.report.transport, Transport::EgressFailed) << failed.report.detail;
  const Landing other_family = fetch_by(box, "six", server.url());
  EXPECT_EQ(other_family.report.transport, Transport::ConnectFailed);
  EXPECT_NE(other_family.report.detail.find("family"), std::string::npos);
}

TEST(EgressWay, AUsernameIsFilledInAndTheSessionOfAHostStays) {
  EgressWay way;
  way.name = "office";
  way.username = "u-{egress}-{host}-{site}-{session}";
  const std::string filled = fill_username(way, "www.example.org");
  EXPECT_TRUE(filled.starts_with("u-office-www.example.org-example.org-")) << filled;
  EXPECT_EQ(filled.size(), std::string("u-office-www.example.org-example.org-").size() + 8);
  EXPECT_EQ(filled, fill_username(way, "www.example.org"));
  EXPECT_NE(filled.substr(filled.size() - 8), fill_username(way, "a.example.org").substr(32));
  way.username = "{host}";
  EXPECT_EQ(fill_username(way, "2001:db8::1"), "2001-db8--1");
}

TEST(EgressWay, WhatCannotBeIsSaid) {
  const auto wrong = [](auto change) {
    EgressWay way = proxy_at("office", 3128);
    change(way);
    return complaint(way);
  };
  EXPECT_EQ(wrong([](EgressWay&) {}), "");
  EXPECT_NE(wrong([](EgressWay& w) { w.address = "proxy.example"; }), "");
  EXPECT_NE(wrong([](EgressWay& w) { w.address = "http://proxy.example:3128"; }), "");
  EXPECT_NE(wrong([](EgressWay& w) { w.username = "a{b}"; }), "");
  EXPECT_NE(wrong([](EgressWay& w) { w.username = "a:b"; }), "");
  EXPECT_NE(wrong([](EgressWay& w) { w.credential = "c"; }), "");
  EXPECT_NE(wrong([](EgressWay& w) { w.kind = EgressKind::Direct; }), "");
  EXPECT_NE(wrong([](EgressWay& w) { w.kind = EgressKind::Source; }), "");
}

}  // namespace
}  // namespace frontierd
