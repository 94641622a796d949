// Names to addresses, against a name server on loopback.
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "support/fake_dns.h"
#include "support/fetch_box.h"
#include "support/scripted_server.h"

namespace frontierd {
namespace {

using test::DnsRecord;
using test::FakeDns;
using test::FetchBox;

FetchOptions options_for(const FakeDns& dns, bool allow_loopback = true) {
  FetchOptions options = test::test_options();
  options.dns.servers = {dns.server()};
  if (!allow_loopback) options.allow_addresses.clear();
  return options;
}

TEST(Dns, ResolvesBothFamiliesIPv4First) {
  FakeDns dns({{"a.example", {0, {"93.184.216.34"}, {"2606:2800:220:1::1"}, 600}}});
  FetchBox box(options_for(dns));
  const Resolution got = box.resolve("https://a.example");
  EXPECT_EQ(got.host, HostId{7});
  EXPECT_EQ(got.transport, Transport::Ok) << got.detail;
  EXPECT_EQ(got.addresses, (std::vector<std::string>{"93.184.216.34", "2606:2800:220:1::1"}));
  const Millis left = got.expires_at - box.clock().now();
  EXPECT_GT(left, Seconds{590});
  EXPECT_LE(left, Seconds{600});
}

TEST(Dns, OneFamilyWithoutRecordsIsNoFailure) {
  FakeDns dns({{"six.example", {0, {}, {"2606:2800:220:1::1"}, 60}}});
  FetchBox box(options_for(dns));
  EXPECT_EQ(box.resolve("http://six.example").addresses.size(), 1u);
}

TEST(Dns, ANameThatDoesNotExistIsToldFromAServerThatFails) {
  FakeDns dns({{"broken.example", {2, {}, {}, 60}},
               {"quiet.example", {0, {}, {}, 60, true}},
               {"empty.example", {0, {}, {}, 60}}});
  FetchBox box(options_for(dns));
  EXPECT_EQ(box.resolve("http://nowhere.example").transport, Transport::DnsFailed);
  EXPECT_EQ(box.resolve("http://empty.example").transport, Transport::DnsFailed);
  EXPECT_EQ(box.resolve("http://broken.example").transport, Transport::DnsTimeout);
  EXPECT_EQ(box.resolve("http://quiet.example").transport, Transport::DnsTimeout);
}

TEST(Dns, AChangedResolvConfHoldsWithoutARestart) {
  FakeDns dns({{"a.example", {0, {"93.184.216.34"}, {}, 600}}});
  const std::string path = std::filesystem::temp_directory_path() / ("resolv-" + std::to_string(::getpid()));
  FetchOptions options = options_for(dns);
  options.dns.servers.clear();
  options.dns.resolv_conf = path;
  options.dns.port = std::stoi(dns.server().substr(dns.server().rfind(':') + 1));
  options.dns.timeout = Millis{100};
  options.dns.tries = 1;
  options.dns.failure_ttl = Millis{0};
  std::filesystem::remove(path);
  std::ofstream(path) << "nameserver 127.0.0.2\n";  // nobody is there
  FetchBox box(options);
  EXPECT_EQ(box.resolve("http://a.example").transport, Transport::DnsTimeout);
  std::ofstream(path) << "nameserver 127.0.0.1\n# the network is up\n";
  Resolution got;
  for (int tries = 0; tries < 50 && got.addresses.empty(); ++tries) {
    std::this_thread::sleep_for(Millis{100});
    got = box.resolve("http://a.example");
  }
  EXPECT_EQ(got.addresses, std::vector<std::string>{"93.184.216.34"}) << got.detail;
  std::filesystem::remove(path);
}

TEST(Dns, AnswersAreRememberedGoodAndBadWithinTheirBounds) {
  FakeDns dns({{"a.example", {0, {"93.184.216.34"}, {}, 1}}});
  FetchOptions options = options_for(dns);
  options.dns.ttl_min = Seconds{30};
  options.dns.negative_ttl = Seconds{100};
  FetchBox box(options);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(box.resolve("http://a.example").addresses.empty());
    EXPECT_TRUE(box.resolve("https://none.example").addresses.empty());
  }
  EXPECT_EQ(dns.queries_for("a.example"), 1);
  EXPECT_EQ(dns.queries_for("none.example"), 1);
  box.clock().push(Seconds{31});
  box.resolve("http://a.example");
  box.resolve("http://none.example");
  EXPECT_EQ(dns.queries_for("a.example"), 2);
  EXPECT_EQ(dns.queries_for("none.example"), 1);
}

TEST(Dns, ATtlOfYearsIsCutToTheBound) {
  FakeDns dns({{"a.example", {0, {"93.184.216.34"}, {}, 400'000'000}}});
  FetchBox box(options_for(dns));
  const Instant until = box.resolve("http://a.example").expires_at;
  EXPECT_LE(until - box.clock().now(), Seconds{86'400});
}

TEST(Dns, AThousandAddressesAreBoundedOfBothFamilies) {
  DnsRecord many;
  for (int i = 0; i < 1'000; ++i) {
    many.a.push_back("93.184." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1));
  }
  many.aaaa = {"2606:2800:220:1::1"};
  FakeDns dns({{"many.example", many}});
  FetchBox box(options_for(dns));
  const Resolution got = box.resolve("http://many.example");
  EXPECT_EQ(got.transport, Transport::Ok) << got.detail;
  EXPECT_EQ(got.addresses.size(), 16u);
  EXPECT_EQ(got.addresses.back(), "2606:2800:220:1::1");
}

TEST(Dns, LiteralsAndLocalhostNamesAskNobody) {
  FakeDns dns({{"localhost", {0, {"93.184.216.34"}, {}, 60}}});
  FetchBox box(options_for(dns));
  const std::vector<std::string> both = {"127.0.0.1", "::1"};
  EXPECT_EQ(box.resolve("http://localhost").addresses, both);
  EXPECT_EQ(box.resolve("http://shop.localhost:8080").addresses, both);
  EXPECT_EQ(box.resolve("http://93.184.216.34").addresses,
            (std::vector<std::string>{"93.184.216.34"}));
  EXPECT_EQ(box.resolve("http://[2606:2800:220:1::1]:81").addresses,
            (std::vector<std::string>{"2606:2800:220:1::1"}));
  EXPECT_EQ(dns.queries_for("localhost"), 0);
}

TEST(Dns, RefusedAddressesAreLeftOutAndNothingLeftIsBarred) {
  FakeDns dns({{"mixed.example", {0, {"10.0.0.1", "93.184.216.34"}, {"::ffff:127.0.0.1"}, 60}},
               {"inside.example", {0, {"169.254.169.254"}, {}, 60}}});
  FetchBox box(options_for(dns, false));
  EXPECT_EQ(box.resolve("http://mixed.example").addresses,
            (std::vector<std::string>{"93.184.216.34"}));
  const Resolution inside = box.resolve("http://inside.example");
  EXPECT_EQ(inside.transport, Transport::AddressBarred);
  EXPECT_NE(inside.detail.find("cloud metadata"), std::string::npos) << inside.detail;
  EXPECT_EQ(box.resolve("http://127.0.0.1").transport, Transport::AddressBarred);
  EXPECT_EQ(box.resolve("http://localhost").transport, Transport::AddressBarred);
}

TEST(Dns, AFlightToANameUsesItsAddressesAndSharesTheLookUp) {
  test::ScriptedServer server(test::always(test::page("hello")));
  FakeDns dns({{"a.example", {0, {"127.0.0.1"}, {}, 60}}});
  FetchBox box(options_for(dns));
  for (int i = 0; i < 8; ++i) box.start(server.url("/" + std::to_string(i), "a.example"));
  for (const Landing& landing : box.landings(8)) {
    EXPECT_EQ(landing.report.transport, Transport::Ok) << landing.report.detail;
    EXPECT_EQ(landing.report.peer, "127.0.0.1");
  }
  EXPECT_EQ(dns.queries_for("a.example"), 1);
  EXPECT_NE(server.requests().at(0).find("Host: a.example:"), std::string::npos);
}

TEST(Dns, AFlightToANameThatFailsLandsAsItsLookUp) {
  FakeDns dns(
      {{"inside.example", {0, {"127.0.0.1"}, {}, 60}}, {"broken.example", {2, {}, {}, 60}}});
  FetchBox box(options_for(dns, false));
  EXPECT_EQ(box.fetch("http://none.example/").report.transport, Transport::DnsFailed);
  EXPECT_EQ(box.fetch("http://broken.example/").report.transport, Transport::DnsTimeout);
  EXPECT_EQ(box.fetch("http://inside.example/").report.transport, Transport::AddressBarred);
}

TEST(Dns, MovedAddressesAreUsedOnceTheOldOnesExpire) {
  test::ScriptedServer first(test::always(test::page("first", "Connection: close\r\n")));
  FakeDns dns({{"moving.example", {0, {"127.0.0.1"}, {}, 60}}});
  FetchBox box(options_for(dns));
  const std::string url = first.url("/", "moving.example");
  EXPECT_EQ(box.fetch(url).report.body_head, "first");
  dns.set("moving.example", {0, {"127.0.0.9"}, {}, 60});
  EXPECT_EQ(box.fetch(url).report.body_head, "first");
  box.clock().push(Seconds{61});
  EXPECT_EQ(box.fetch(url).report.transport, Transport::ConnectRefused);
}

TEST(Dns, ANameReboundToLoopbackIsBarred) {
  test::ScriptedServer server(test::always(test::page("secret")));
  FakeDns dns({{"evil.example", {0, {"203.0.114.1"}, {}, 60}}});
  FetchOptions options = options_for(dns, false);
  options.limits.connect_timeout = Millis{300};
  FetchBox box(options);
  const std::string url = server.url("/", "evil.example");
  EXPECT_NE(box.fetch(url).report.transport, Transport::Ok);
  dns.set("evil.example", {0, {"127.0.0.1"}, {}, 60});
  box.clock().push(Seconds{61});
  const FetchReport report = box.fetch(url).report;
  EXPECT_EQ(report.transport, Transport::AddressBarred) << report.detail;
  EXPECT_EQ(server.connections(), 0);
}

TEST(Dns, ADeadNameServerHoldsUpNobodyElse) {
  std::map<std::string, DnsRecord> table;
  for (int i = 0; i < 300; ++i) table["dead" + std::to_string(i) + ".example"].silent = true;
  table["live.example"] = {0, {"127.0.0.1"}, {}, 600};
  FakeDns dns(table);
  test::ScriptedServer server(test::always(test::page("ok")));
  FetchOptions options = options_for(dns);
  options.dns.timeout = Seconds{2};
  options.dns.in_flight_max = 64;
  FetchBox box(options);
  ASSERT_EQ(box.fetch(server.url("/", "live.example")).report.status, 200);
  for (int i = 0; i < 300; ++i) box.start("http://dead" + std::to_string(i) + ".example/");
  const auto before = std::chrono::steady_clock::now();
  std::set<std::string> good;
  for (int i = 0; i < 20; ++i) {
    box.start(server.url("/", i % 2 == 0 ? "live.example" : "127.0.0.1"));
    for (const Landing& landing : box.landings(1)) good.insert(landing.report.body_head);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, Seconds{2});
  EXPECT_EQ(good, std::set<std::string>{"ok"});
  // Nor does the end wait for it.
  const auto end = std::chrono::steady_clock::now();
  box.fetcher().abort_all();
  for (const Landing& landing : box.landings(300)) {
    EXPECT_EQ(landing.report.transport, Transport::Aborted);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - end, Seconds{2});
}

TEST(Dns, ADomainWhoseNamesHangHoldsUpNobodyElsesNewNames) {
  std::map<std::string, DnsRecord> table;
  for (int i = 0; i < 300; ++i) table["h" + std::to_string(i) + ".dead.example"].silent = true;
  for (int i = 0; i < 20; ++i) {
    table["live" + std::to_string(i) + ".example"] = {0, {"93.184.216.34"}, {}, 600};
  }
  FakeDns dns(table);
  FetchOptions options = options_for(dns);
  options.dns.timeout = Seconds{2};
  options.dns.in_flight_max = 64;
  FetchBox box(options);
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 300; ++i) {
    box.fetcher().resolve(HostId{i + 1}, "http://h" + std::to_string(i) + ".dead.example");
  }
  for (int i = 0; i < 20; ++i) {
    box.fetcher().resolve(HostId{i + 1'000}, "http://live" + std::to_string(i) + ".example");
  }
  for (const Resolution& one : box.resolutions(20)) {
    EXPECT_EQ(one.transport, Transport::Ok);
    EXPECT_GE(raw(one.host), 1'000);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, Seconds{2}) << "before any of them gave up";
}

TEST(Dns, AFullQueueOfLookUpsIsOurOwnFailure) {
  FakeDns dns({{"q0.example", {0, {}, {}, 60, true}},
               {"q1.example", {0, {}, {}, 60, true}},
               {"q2.example", {0, {}, {}, 60, true}}});
  FetchOptions options = options_for(dns);
  options.dns.in_flight_max = 1;
  options.dns.queue_max = 1;
  options.dns.timeout = Seconds{1};
  FetchBox box(options);
  for (int i = 0; i < 3; ++i) {
    box.fetcher().resolve(HostId{i + 1}, "http://q" + std::to_string(i) + ".example");
    std::this_thread::sleep_for(Millis{50});
  }
  EXPECT_EQ(box.fetcher().lookups(), 1u);
  EXPECT_EQ(box.fetcher().lookups_waiting(), 1u);
  const auto all = box.resolutions(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].host, HostId{3});
  EXPECT_EQ(all[0].transport, Transport::LocalFailure);
}

TEST(Dns, ALeaseIsGivenBackWhenItEndsAndNeverFetchedAfterIt) {
  test::ScriptedServer server(test::always(test::page("x")));
  FakeDns dns(
      {{"quiet.example", {0, {}, {}, 60, true}}, {"well.example", {0, {"127.0.0.1"}, {}, 60}}});
  FetchOptions options = options_for(dns);
  options.dns.timeout = Seconds{20};
  FetchBox box(options);
  Lease lease = test::lease_of(server.url("/", "quiet.example"));
  lease.expires_at = box.clock().now() + Millis{400};
  const auto before = std::chrono::steady_clock::now();
  const FetchReport report = box.fetch(lease).report;
  EXPECT_EQ(report.transport, Transport::LocalFailure) << report.detail;
  EXPECT_NE(report.detail.find("frontier.lease_term"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - before,
            Seconds{15});  // not when the name server is given up
  // Its answer comes after the end of the lease.
  Lease late = test::lease_of(server.url("/", "well.example"));
  late.expires_at = box.clock().now() - Millis{1};
  EXPECT_EQ(box.fetch(late).report.transport, Transport::LocalFailure);
  EXPECT_EQ(server.connections(), 0);
}

}  // namespace
}  // namespace frontierd
