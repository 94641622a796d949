// The guard at the socket, which no spelling, name or environment gets around.
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/fetch_box.h"
#include "support/scripted_server.h"

namespace frontierd {
namespace {

using test::FetchBox;
using test::ScriptedServer;

TEST(GuardAtConnect, LoopbackIsRefusedUnlessAllowedInEverySpelling) {
  ScriptedServer server(test::always(test::page("inside")));
  FetchOptions options = test::test_options();
  options.allow_addresses.clear();
  FetchBox box(options);
  for (const char* host : {"127.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost",
                           "[::127.0.0.1]", "[64:ff9b::7f00:1]"}) {
    const FetchReport report = box.fetch(server.url("/", host)).report;
    EXPECT_EQ(report.transport, Transport::AddressBarred) << host << ": " << report.detail;
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(GuardAtConnect, TheMappedFormIsAllowedWithWhatItCarries) {
  ScriptedServer server(test::always(test::page("inside")));
  FetchBox box;
  EXPECT_EQ(box.fetch(server.url("/", "[::ffff:7f00:1]")).report.body_head, "inside");
}

TEST(GuardAtConnect, IPv6ServersAreReachedWhereAllowed) {
  ScriptedServer server(test::always(test::page("six")), {.address = "::1"});
  FetchBox box;
  const FetchReport report = box.fetch(server.url()).report;
  EXPECT_EQ(report.body_head, "six") << report.detail;
  EXPECT_EQ(report.peer, "::1");
}

TEST(GuardAtConnect, TheEnvironmentsProxyIsIgnored) {
  ScriptedServer proxy(test::always(test::page("through the proxy")));
  ScriptedServer server(test::always(test::page("direct")));
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  for (const char* name : {"http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"}) {
    ::setenv(name, address.c_str(), 1);
  }
  {
    FetchBox box;
    EXPECT_EQ(box.fetch(server.url()).report.body_head, "direct");
  }
  for (const char* name : {"http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"}) ::unsetenv(name);
  EXPECT_EQ(proxy.connections(), 0);
}

}  // namespace
}  // namespace frontierd
