// Many flights: kept-alive connections, slots, aborting, descriptors, bad options.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <filesystem>
#include <iterator>
#include <set>
#include <thread>

#include "support/fetch_box.h"
#include "support/scripted_server.h"

namespace frontierd {
namespace {

using test::FetchBox;
using test::Peer;
using test::ScriptedServer;

TEST(Pool, OneConnectionServesManyPagesOfAHost) {
  ScriptedServer server(test::always(test::page("x")));
  FetchBox box;
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(box.fetch(server.url("/" + std::to_string(i))).report.status, 200);
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.requests().size(), 40u);
}

TEST(Pool, AFlightGoesWhereItsLeaseSaysWhateverConnectionIsKept) {
  ScriptedServer server(test::always(test::page("x")));  // on 127.0.0.1 alone
  FetchBox box;
  const auto ask = [&](const char* address) {
    Lease lease = test::lease_of(server.url("/", "localhost"));
    lease.address = address;
    return box.fetch(std::move(lease)).report;
  };
  const FetchReport first = ask("127.0.0.1");
  EXPECT_EQ(first.status, 200) << first.detail;
  EXPECT_EQ(first.peer, "127.0.0.1");
  EXPECT_EQ(ask("127.0.0.1").status, 200);
  EXPECT_EQ(server.connections(), 1);
  const FetchReport other = ask("127.0.0.2");
  EXPECT_EQ(other.transport, Transport::ConnectRefused) << other.status;
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.requests().back().find("Host: localhost:"),
            server.requests().back().find("Host: "));
}

TEST(Pool, ALeasedAddressIsJudgedLikeAnyOther) {
  FetchOptions options = test::test_options();
  options.allow_addresses = {"127.0.0.1/32"};
  FetchBox box(options);
  Lease lease = test::lease_of("http://localhost:9/");
  lease.address = "127.0.0.2";
  EXPECT_EQ(box.fetch(std::move(lease)).report.transport, Transport::AddressBarred);
}

TEST(Pool, AConnectionTheServerClosedMeanwhileIsReplaced) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send(test::page("x"));
  });
  FetchBox box;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(box.fetch(server.url()).report.transport, Transport::Ok);
    std::this_thread::sleep_for(Millis{20});
  }
  EXPECT_EQ(server.connections(), 5);
}

std::size_t open_descriptors() {
  const auto all = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// Serves pages on each connection and counts those that the client has closed.
struct ClosingCount {
  std::atomic<int> closed{0};
  ScriptedServer::Script script() {
    return [this](Peer& peer) {
      while (!peer.request().empty()) peer.send(test::page("x"));
      ++closed;
    };
  }
  // Within that time.
  bool reaches(int count, Millis length) const {
    const auto end = std::chrono::steady_clock::now() + length;
    while (closed < count && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(Millis{10});
    }
    return closed >= count;
  }
};

void fetch_from_many_hosts(FetchBox& box, const ScriptedServer& server, int count) {
  for (int i = 0; i < count; ++i) {
    box.start(server.url("/", "h" + std::to_string(i) + ".localhost"));
  }
  ASSERT_EQ(box.landings(static_cast<std::size_t>(count)).size(), static_cast<std::size_t>(count));
}

// Of this process, both sides of the connections; within 20 seconds.
bool descriptors_fall_to(std::size_t most) {
  const auto end = std::chrono::steady_clock::now() + Seconds{20};
  while (open_descriptors() > most && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(Millis{10});
  }
  return open_descriptors() <= most;
}

TEST(Pool, AnIdleConnectionIsClosedInItsTimeThoughNothingIsFetchedAnyMore) {
  ClosingCount count;
  ScriptedServer server(count.script());
  FetchOptions options = test::test_options();
  options.connection_idle_max = Seconds{2};
  FetchBox box(options);
  fetch_from_many_hosts(box, server, 20);
  const std::size_t at_work = open_descriptors();
  EXPECT_FALSE(count.reaches(1, Millis{1'500}));
  EXPECT_TRUE(count.reaches(20, Seconds{20})) << count.closed;
  EXPECT_TRUE(descriptors_fall_to(at_work - 40)) << at_work << " " << open_descriptors();
}

TEST(Pool, AConnectionThatTheOtherSideClosedIsGivenBackThoughNothingIsFetchedAnyMore) {
  ScriptedServer keeping(test::always(test::page("x")));
  ScriptedServer closing([](Peer& peer) {
    peer.request();
    peer.send(test::page("x"));
  });
  FetchBox box;
  fetch_from_many_hosts(box, keeping, 20);
  const std::size_t before = open_descriptors();
  fetch_from_many_hosts(box, closing, 20);
  EXPECT_TRUE(descriptors_fall_to(before)) << before << " " << open_descriptors();
}

TEST(Pool, WhereDescriptorsAreShortIdleConnectionsMakeRoom) {
  ClosingCount count;
  ScriptedServer server(count.script());
  FetchBox box;  // which would keep them for 90 s
  fetch_from_many_hosts(box, server, 20);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 3;
  ::setrlimit(RLIMIT_NOFILE, &none);
  const FetchReport report = box.fetch(server.url("/", "another.localhost")).report;
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(report.transport, Transport::LocalFailure) << report.detail;
  EXPECT_TRUE(count.reaches(20, Seconds{20})) << count.closed;
}

TEST(Pool, AConnectionInUseIsNotIdle) {
  ClosingCount count;
  ScriptedServer slow([&](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n");
    for (int i = 0; i < 12 && peer.pause(Millis{300}); ++i) peer.send("x");
    while (!peer.request().empty()) peer.send(test::page("x"));
    ++count.closed;
  });
  FetchOptions options = test::test_options();
  options.connection_idle_max = Seconds{1};
  FetchBox box(options);
  const FetchReport report = box.fetch(slow.url()).report;
  EXPECT_EQ(report.transport, Transport::Ok) << report.detail;
  EXPECT_EQ(report.body_head, "xxxxxxxxxxxx");
  EXPECT_EQ(count.closed, 0);
  EXPECT_TRUE(count.reaches(1, Seconds{20}));
}

TEST(Pool, EveryFlightLandsOnceWithItsOwnLease) {
  ScriptedServer server([](Peer& peer) {
    for (std::string head = peer.request(); !head.empty(); head = peer.request()) {
      peer.send(test::page(head.substr(4, head.find(' ', 4) - 4)));
    }
  });
  FetchBox box;
  std::set<std::string> want;
  for (int i = 0; i < 300; ++i) {
    // Different hosts: 127.0.x.y, so several workers and shards take part.
    const std::string host = "127.0." + std::to_string(i % 7) + "." + std::to_string(i % 50 + 1);
    const std::string path = "/" + std::to_string(i);
    ScriptedServer* to = &server;
    box.start(to->url(path, i % 3 == 0 ? host : "127.0.0.1"));
    want.insert(path);
  }
  std::set<std::string> got;
  for (const Landing& landing : box.landings(300)) {
    if (landing.report.transport != Transport::Ok) {
      EXPECT_EQ(landing.report.transport, Transport::ConnectRefused) << landing.report.detail;
      want.erase(landing.lease.url.substr(landing.lease.url.rfind('/')));
      continue;
    }
    EXPECT_TRUE(landing.lease.url.ends_with(landing.report.body_head));
    got.insert(landing.report.body_head);
  }
  EXPECT_EQ(got, want);
  EXPECT_GT(got.size(), 190u);
  EXPECT_EQ(box.fetcher().in_flight(), 0u);
}

TEST(Pool, SlotsAreTakenAtStartAndGivenBackAtLanding) {
  ScriptedServer server([](Peer& peer) { peer.hold(); });
  FetchOptions options = test::test_options();
  options.flights_max = 3;
  FetchBox box(options);
  EXPECT_EQ(box.fetcher().free_slots(), 3u);
  box.start(server.url("/1"));
  box.start(server.url("/2"));
  EXPECT_EQ(box.fetcher().free_slots(), 1u);
  box.start(server.url("/3"));
  EXPECT_EQ(box.fetcher().free_slots(), 0u);
  box.fetcher().abort_all();
  EXPECT_EQ(box.landings(3).size(), 3u);
  EXPECT_EQ(box.fetcher().free_slots(), 3u);
}

TEST(Pool, ARaisedBoundHoldsAtOnceButNotBeyondTheDescriptors) {
  FetchOptions options = test::test_options();
  options.flights_max = 2;
  FetchBox box(options);
  EXPECT_EQ(box.fetcher().limit_flights(50), 50u);
  EXPECT_EQ(box.fetcher().free_slots(), 50u);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const std::size_t held = box.fetcher().limit_flights(1u << 22);
  EXPECT_EQ(box.fetcher().free_slots(), held);
  EXPECT_LE(held, before.rlim_max / 4);
  EXPECT_EQ(box.fetcher().limit_flights(1), 1u);
}

TEST(Pool, AbortEndsFlightsAtEveryStageAndTheFetcherGoesOn) {
  ScriptedServer silent([](Peer& peer) { peer.hold(); });
  ScriptedServer half([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    peer.hold();
  });
  ScriptedServer good(test::always(test::page("x")));
  FetchBox box;
  for (int i = 0; i < 10; ++i) {
    box.start(silent.url("/" + std::to_string(i)));
    box.start(half.url("/" + std::to_string(i)));
  }
  std::this_thread::sleep_for(Millis{100});
  box.start(silent.url("/just-started"));
  box.fetcher().abort_all();
  const auto landed = box.landings(21);
  ASSERT_EQ(landed.size(), 21u);
  for (const Landing& landing : landed) {
    EXPECT_EQ(landing.report.transport, Transport::Aborted);
    EXPECT_EQ(landing.exchange, nullptr);
  }
  EXPECT_EQ(box.fetch(good.url()).report.status, 200);
}

TEST(Pool, GoingAwayInMidFlightIsClean) {
  ScriptedServer silent([](Peer& peer) { peer.hold(); });
  FetchBox box;
  for (int i = 0; i < 20; ++i) box.start(silent.url("/" + std::to_string(i)));
  std::this_thread::sleep_for(Millis{50});
}

TEST(Pool, NoDescriptorLeftIsOurOwnFailure) {
  ScriptedServer server(test::always(test::page("x")));
  FetchBox box;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 3;
  ::setrlimit(RLIMIT_NOFILE, &none);
  const FetchReport report = box.fetch(server.url()).report;
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(report.transport, Transport::LocalFailure) << report.detail;
  EXPECT_NE(report.detail.find("LimitNOFILE"), std::string::npos);
  EXPECT_EQ(box.fetch(server.url()).report.status, 200);
}

TEST(Pool, BadOptionsAreNamedNotCrashedOn) {
  const test::PushedClock clock;
  const auto refused = [&](auto change) {
    FetchOptions options = test::test_options();
    change(options);
    const auto made = CurlFetcher::make(options, clock, [] {});
    return made ? std::string("accepted") : made.error().what;
  };
  EXPECT_NE(refused([](FetchOptions& o) { o.allow_addresses = {"10.0.0.0/99"}; }).find("10.0.0.0"),
            std::string::npos);
  EXPECT_NE(refused([](FetchOptions& o) { o.workers = 0; }).find("fetch.workers"),
            std::string::npos);
  EXPECT_NE(refused([](FetchOptions& o) { o.dns.servers = {"dns.example"}; }).find("dns.servers"),
            std::string::npos);
  EXPECT_EQ(refused([](FetchOptions&) {}), "accepted");
}

TEST(Pool, OneSlowHostDoesNotHoldUpTheOthers) {
  ScriptedServer slow([](Peer& peer) { peer.hold(); });
  ScriptedServer quick(test::always(test::page("x")));
  FetchOptions options = test::test_options();
  options.workers = 1;
  options.shards = 1;
  FetchBox box(options);
  for (int i = 0; i < 100; ++i) box.start(slow.url("/" + std::to_string(i)));
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(box.fetch(quick.url()).report.status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - before, Seconds{3});
}

}  // namespace
}  // namespace frontierd
