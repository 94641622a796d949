#include "rules/host_pattern.h"

#include <gtest/gtest.h>

#include "rules/policy.h"
#include "rules/url.h"

namespace frontierd {
namespace {

std::string canonical(std::string_view text) {
  return parse_host_pattern(text).value_or("!");
}

TEST(HostPattern, IsBroughtIntoTheFormOfCanonicalHosts) {
  EXPECT_EQ(canonical("*"), "*");
  EXPECT_EQ(canonical("Intern.Example."), "intern.example");
  EXPECT_EQ(canonical("*.Example.ORG."), "*.example.org");
  EXPECT_EQ(canonical("b\u00fccher.example"), "xn--bcher-kva.example");
  EXPECT_EQ(canonical("ex%61mple.com"), "example.com");
  EXPECT_EQ(canonical("0x7f.1"), "127.0.0.1");
  EXPECT_EQ(canonical("[2001:DB8:0::1]"), "2001:db8::1");
  EXPECT_EQ(canonical("2001:DB8:0::1"), "2001:db8::1");
}

TEST(HostPattern, NothingThatCouldNeverMatchIsOne) {
  for (const char* text :
       {"", ".", "..", "a..b", "*.", "*..", "a.*", "*a.example", "https://a.example", "a.example/",
        "a.example:80", "a.example:", "user@a.example", "a example", " a.example", "a\texample",
        "a?b", "a#b", "a\\b", "[::1", "::1]", "[::1]:80", "*.[::1]", "*.*"}) {
    EXPECT_EQ(parse_host_pattern(text), std::nullopt) << text;
  }
}

TEST(HostPattern, HoldsForEverySpellingOfAName) {
  ScopePolicy scope;
  scope.deny = {canonical("INTERN.example."), canonical("*.evil.example.")};
  for (const char* text :
       {"http://intern.example/", "http://intern.example./", "https://INTERN.EXAMPLE:8443/",
        "http://intern%2Eexample%2E/", "http://intern\u3002example\u3002/",
        "http://\uff49ntern.example/", "http://a.evil.example./", "http://evil.example./"}) {
    const auto url = Url::parse(text);
    ASSERT_TRUE(url) << text;
    EXPECT_FALSE(in_scope(scope, url->host())) << text;
  }
}

TEST(Scope, ALongUrlIsTakenUpToTheKeyAndToldOfBeyondIt) {
  ScopePolicy scope;
  EXPECT_EQ(scope_bar(scope, "a.example", 80, 8'000), std::nullopt);
  EXPECT_EQ(scope_bar(scope, "a.example", 80, 8'001),
            "longer than scope.url_max: 8001 bytes, allowed are 8000");
  scope.url_max = 300;
  EXPECT_NE(scope_bar(scope, "a.example", 80, 301), std::nullopt);
  scope.deny = {"a.example"};
  EXPECT_EQ(scope_bar(scope, "a.example", 80, 10),
            "out of scope: scope.allow and scope.deny decide");
}

TEST(Scope, APortOfAnotherServiceIsBarredUnlessTheOperatorAllowsIt) {
  ScopePolicy scope;
  for (const std::uint16_t port :
       std::initializer_list<std::uint16_t>{22, 25, 6000, 6379, 6667, 10080, 11211}) {
    const auto bar = scope_bar(scope, "a.example", port, 20);
    ASSERT_TRUE(bar) << port;
    EXPECT_NE(bar->find(std::to_string(port)), std::string::npos) << *bar;
    EXPECT_NE(bar->find("scope.ports"), std::string::npos) << *bar;
  }
  for (const std::uint16_t port :
       std::initializer_list<std::uint16_t>{80, 443, 8080, 8443, 3000, 8000, 5000, 9000}) {
    EXPECT_EQ(scope_bar(scope, "a.example", port, 20), std::nullopt) << port;
  }
  scope.ports = {"22"};
  EXPECT_EQ(scope_bar(scope, "a.example", 22, 20), std::nullopt);
  EXPECT_NE(scope_bar(scope, "a.example", 25, 20), std::nullopt);
}

}  // namespace
}  // namespace frontierd
