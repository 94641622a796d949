#include "daemon/config.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/config_keys.h"
#include "daemon/listen.h"

namespace frontierd {
namespace {

std::vector<ConfigFault> faults_of(std::string_view toml) {
  Config config;
  return read_config(toml, config);
}

std::string only_fault(std::string_view toml) {
  const auto faults = faults_of(toml);
  return faults.size() == 1 ? faults[0].what : std::to_string(faults.size()) + " faults";
}

TEST(Config, AnEmptyFileIsTheDefaults) {
  Config config;
  EXPECT_TRUE(read_config("", config).empty());
  EXPECT_EQ(print_config(config), print_config(Config{}));
}

TEST(Config, EveryKeyIsReadWithItsUnit) {
  Config config;
  ASSERT_TRUE(
      read_config("state = '/srv/f'\n[pace]\ngap = '250ms'\nflights = 3\n[rest.bot_walled]\n"
                  "base = '2d'\n[fetch]\nreceived_max = '5MiB'\n[robots]\nobey = false\n"
                  "[scope]\ndeny = ['*.evil.example']\n[rest]\njitter = 0.25\n",
                  config)
          .empty());
  EXPECT_EQ(config.state, "/srv/f");
  EXPECT_EQ(config.policy.pace.gap, Millis{250});
  EXPECT_EQ(config.policy.pace.flights, 3);
  EXPECT_EQ(config.policy.rest.bot_walled.base, std::chrono::hours{48});
  EXPECT_EQ(config.fetch.limits.received_max, 5u << 20);
  EXPECT_FALSE(config.policy.robots.obey);
  EXPECT_EQ(config.policy.scope.deny, std::vector<std::string>{"*.evil.example"});
  EXPECT_DOUBLE_EQ(config.policy.rest.jitter, 0.25);
}

TEST(Config, HostPatternsAreReadInTheirCanonicalForm) {
  Config config;
  ASSERT_TRUE(read_config("[scope]\nallow = ['*.Example.']\ndeny = ['INTERN.Example.']\n"
                          "[[group]]\nname = 'g'\nhosts = ['*.A.example.']\n"
                          "[[host]]\npattern = 'B.Example.'\n"
                          "[[mirror]]\nfrom = 'https://C.example.'\nto = 'https://d.example'\n"
                          "[[egress.way]]\nname = 'w'\nkind = 'source'\naddress = '192.0.2.7'\n"
                          "hosts = ['E.example.']\n",
                          config)
                  .empty());
  EXPECT_EQ(config.policy.scope.allow, std::vector<std::string>{"*.example"});
  EXPECT_EQ(config.policy.scope.deny, std::vector<std::string>{"intern.example"});
  EXPECT_EQ(config.policy.groups.at(0).hosts, std::vector<std::string>{"*.a.example"});
  EXPECT_EQ(config.policy.hosts.at(0).pattern, "b.example");
  EXPECT_EQ(config.policy.mirrors.at(0).from, "https://c.example");
  EXPECT_EQ(config.policy.egress.pool.at(0).hosts, std::vector<std::string>{"e.example"});
}

TEST(Config, AHostPatternThatCouldNeverMatchIsAFault) {
  EXPECT_NE(only_fault("[scope]\ndeny = ['https://intern.example/']\n").find("no host pattern"),
            std::string::npos);
  EXPECT_NE(only_fault("[[host]]\npattern = 'intern.example:80'\n").find("host patterns"),
            std::string::npos);
  EXPECT_NE(only_fault("[[group]]\nname = 'g'\nhosts = ['a.*']\n").find("host patterns"),
            std::string::npos);
}

TEST(Config, WhatIsPrintedReadsBackToTheSame) {
  Config config;
  ASSERT_TRUE(read_config("[pace]\ngap = '1500ms'\n[[group]]\nname = 'g'\nhosts = ['*.a.example']\n"
                          "[[host]]\npattern = 'b.example'\ngap = '2s'\nhealth_path = '/up'\n"
                          "separate = true\n",
                          config)
                  .empty());
  Config again;
  EXPECT_TRUE(read_config(print_config(config), again).empty());
  EXPECT_EQ(print_config(again), print_config(config));
  EXPECT_EQ(again.policy.hosts.at(0).health_path, "/up");
  EXPECT_EQ(again.policy.hosts.at(0).separate, true);
  EXPECT_EQ(again.policy.groups.at(0).hosts, std::vector<std::string>{"*.a.example"});
}

TEST(Config, EgressesAreReadInOrderAndPrintedWithoutTheirPasswords) {
  Config config;
  ASSERT_TRUE(read_config("[egress]\nmax_switches = 1\n[[egress.way]]\nname = 'office'\n"
                          "kind = 'http'\naddress = 'proxy.example:3128'\n"
                          "username = 'u-{session}'\npassword_file = '/etc/frontierd/office'\n"
                          "hosts = ['*.a.example']\nfor = ['bot_walled']\n"
                          "[[egress.way]]\nname = 'second'\nkind = 'source'\n"
                          "address = '192.0.2.7'\n",
                          config)
                  .empty());
  EXPECT_EQ(config.policy.egress.max_switches, 1);
  ASSERT_EQ(config.policy.egress.pool.size(), 2u);
  const EgressRule& office = config.policy.egress.pool[0];
  EXPECT_EQ(office.kind, EgressKind::Http);
  EXPECT_EQ(office.hosts, std::vector<std::string>{"*.a.example"});
  EXPECT_FALSE(office.first);
  EXPECT_TRUE(office.when_walled);
  EXPECT_EQ(config.fetch.egresses[0].username, "u-{session}");
  EXPECT_TRUE(config.policy.egress.pool[1].first);
  config.fetch.egresses[0].password = "sesame";
  const std::string printed = print_config(config);
  EXPECT_EQ(printed.find("sesame"), std::string::npos);
  EXPECT_NE(printed.find("password_file = \"/etc/frontierd/office\""), std::string::npos);
  Config again;
  EXPECT_TRUE(read_config(printed, again).empty());
  EXPECT_EQ(print_config(again), printed);
  EXPECT_EQ(compare(Config{}, again).need_restart, std::vector<std::string>{"egress.way"});
}

TEST(Config, EveryMistakeInAnEgressHasItsPlace) {
  EXPECT_NE(only_fault("[[egress.way]]\nname = 'a'\nkind = 'sock5'\n").find("did you mean"),
            std::string::npos);
  EXPECT_NE(only_fault("[[egress.way]]\nkind = 'direct'\n").find("needs name"), std::string::npos);
  EXPECT_NE(only_fault("[[egress.way]]\nname = 'a b'\n").find("letters"), std::string::npos);
  EXPECT_NE(only_fault("[[egress.way]]\nname = 'a'\n[[egress.way]]\nname = 'a'\n").find("taken"),
            std::string::npos);
  EXPECT_NE(only_fault("[[egress.way]]\nname = 'direct'\nkind = 'source'\naddress = '::1'\n")
                .find("plain connection"),
            std::string::npos);
  EXPECT_NE(only_fault("[[egress.way]]\nname = 'a'\nkind = 'http'\n").find("host:port"),
            std::string::npos);
  EXPECT_NE(only_fault("[[egress.way]]\nname = 'a'\npassword = 'x'\n").find("unknown key password"),
            std::string::npos);
  EXPECT_NE(only_fault("[[egress.way]]\nname = 'a'\nfor = ['always']\n").find("one of: first"),
            std::string::npos);
  EXPECT_EQ(faults_of("[egress]\nmax_switches = -1\nmax_swiches = 2\n[[egress.way]]\n"
                      "name = 'a'\nhosts = []\n")
                .size(),
            3u);
}

TEST(Config, MirrorsAreReadAsOriginsAndPrintedBack) {
  Config config;
  ASSERT_TRUE(read_config("[[mirror]]\nfrom = 'HTTPS://A.example/'\nto = 'http://b.example:8080'\n"
                          "[[mirror]]\nfrom = 'https://c.example'\nto = 'http://b.example:8080'\n",
                          config)
                  .empty());
  ASSERT_EQ(config.policy.mirrors.size(), 2u);
  EXPECT_EQ(config.policy.mirrors[0].from, "https://a.example");
  EXPECT_EQ(config.policy.mirrors[0].to, "http://b.example:8080");
  Config again;
  EXPECT_TRUE(read_config(print_config(config), again).empty());
  EXPECT_EQ(print_config(again), print_config(config));
  EXPECT_EQ(compare(Config{}, again).applied.size(), 1u);  // without a restart
}

TEST(Config, EveryMistakeInAMirrorHasItsPlace) {
  const std::string good = "[[mirror]]\nfrom = 'https://a.example'\nto = 'https://b.example'\n";
  EXPECT_NE(only_fault("[[mirror]]\nto = 'https://b.example'\n").find("needs from"),
            std::string::npos);
  EXPECT_NE(only_fault(good + "[[mirror]]\nfrom = 'https://b.example'\nto = 'https://c.example'\n")
                .find("no chains"),
            std::string::npos);
  EXPECT_NE(only_fault(good + good).find("has a mirror already"), std::string::npos);
  EXPECT_NE(only_fault("[scope]\nallow = ['a.example']\n" + good).find("out of scope"),
            std::string::npos);
  const auto faults = faults_of(
      "[[mirror]]\nfrom = 'a.example'\nto = 'https://b.example/x'\n[[mirror]]\n"
      "from = 'https://a.example'\nto = 'https://a.example'\nform = 1\n");
  ASSERT_EQ(faults.size(), 4u);
  EXPECT_EQ(faults[0].line, 2);
  EXPECT_EQ(faults[1].line, 3);
  EXPECT_NE(faults[0].what.find("mirror.from wants an origin"), std::string::npos);
  EXPECT_NE(faults[2].what.find("its own mirror"), std::string::npos);
}

TEST(Config, AnUnknownKeyNamesItsNearest) {
  EXPECT_NE(only_fault("[pace]\ngpa = '1s'\n").find("did you mean pace.gap?"), std::string::npos);
  EXPECT_NE(only_fault("[pase]\n").find("did you mean pace?"), std::string::npos);
  EXPECT_NE(only_fault("[[host]]\npattern = 'a'\nflihgts = 1\n").find("did you mean flights?"),
            std::string::npos);
}

TEST(Listen, TakesALoopbackAddressAndAPort) {
  EXPECT_EQ(*parse_listen("127.0.0.1:9464"),
            std::pair(std::string("127.0.0.1"), std::uint16_t{9464}));
  EXPECT_EQ(*parse_listen("[::1]:80"), std::pair(std::string("::1"), std::uint16_t{80}));
  EXPECT_FALSE(parse_listen("9464"));
  EXPECT_FALSE(parse_listen("127.0.0.1:http"));
}

TEST(Config, WrongValuesSayWhatIsAccepted) {
  EXPECT_NE(only_fault("[pace]\ngap = 5\n").find("duration in quotes"), std::string::npos);
  EXPECT_NE(only_fault("[pace]\nflights = 0\n").find("between 1 and 64"), std::string::npos);
  EXPECT_NE(only_fault("[robots]\nobey = 'yes'\n").find("true or false"), std::string::npos);
  EXPECT_NE(only_fault("[log]\nlevel = 'inof'\n").find("did you mean \"info\"?"),
            std::string::npos);
  EXPECT_NE(only_fault("[[group]]\nhosts = ['a']\n").find("needs name"), std::string::npos);
}

TEST(Config, AllMistakesAreToldAtOnceInTheOrderOfTheFile) {
  const auto faults =
      faults_of("[pace]\ngap = 1\nflights = 0\n[retry]\nattempts_max = -1\n[nope]\n");
  ASSERT_EQ(faults.size(), 4u);
  EXPECT_TRUE(std::is_sorted(faults.begin(), faults.end(),
                             [](const auto& a, const auto& b) { return a.line < b.line; }));
  EXPECT_EQ(faults[0].line, 2);
  EXPECT_GT(faults[0].column, 0);
}

TEST(Config, AFaultyFileChangesNothing) {
  Config config;
  EXPECT_FALSE(read_config("[pace]\ngap = '7s'\nflights = 0\n", config).empty());
  EXPECT_EQ(config.policy.pace.gap, Config{}.policy.pace.gap);
}

TEST(Config, NoTomlIsOneFaultWithItsPlace) {
  const auto faults = faults_of("[pace\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].line, 1);
}

TEST(Config, AReloadTellsWhatAppliesAndWhatTakesARestart) {
  Config after;
  ASSERT_TRUE(read_config("socket = '/run/x.sock'\n[pace]\ngap = '2s'\n", after).empty());
  const ConfigDifference difference = compare(Config{}, after);
  EXPECT_EQ(difference.applied, std::vector<std::string>{"pace.gap"});
  EXPECT_EQ(difference.need_restart, std::vector<std::string>{"socket"});
}

TEST(Config, EveryKeyHasAMeaningARangeAndAPlaceInTheManual) {
  const std::string manual = manual_of_keys();
  for (const ConfigKey& key : config_keys()) {
    EXPECT_FALSE(key.meaning.empty()) << key.full_name();
    EXPECT_FALSE(key.accepts.empty()) << key.full_name();
    EXPECT_NE(manual.find(".It Sy " + key.name + " "), std::string::npos) << key.full_name();
  }
}

std::string toml_of(const ConfigKey& key, const std::string& value) {
  const std::string line = key.name + " = " + value + "\n";
  return key.section.empty() ? line : "[" + key.section + "]\n" + line;
}

TEST(Config, EveryKeyAtEachEndOfItsRangeIsPrintedSoThatItReadsBack) {
  int tried = 0;
  int refused = 0;
  for (const ConfigKey& key : config_keys()) {
    for (const std::string& edge : key.edges) {
      SCOPED_TRACE(key.full_name() + " = " + edge);
      Config config;
      ++tried;
      if (!read_config(toml_of(key, edge), config).empty()) {
        ++refused;  // it contradicts another key's default
        continue;
      }
      EXPECT_EQ(key.show(config), edge);
      Config again;
      EXPECT_TRUE(read_config(print_config(config), again).empty());
      EXPECT_EQ(print_config(again), print_config(config));
      Config copied;
      key.copy(config, copied);
      EXPECT_EQ(key.show(copied), edge);
    }
  }
  EXPECT_GT(tried, 150);
  EXPECT_LE(refused, 2);
}

TEST(Config, WhateverIsCountedInBytesIsPrintedWithAUnit) {
  for (const ConfigKey& key : config_keys()) {
    const std::string shown = key.show(Config{});
    if (key.accepts.starts_with("a size")) {
      EXPECT_TRUE(shown.ends_with("B\"")) << key.full_name() << " = " << shown;
    } else {
      EXPECT_FALSE(key.meaning.starts_with("Bytes")) << key.full_name();
    }
  }
}

TEST(Config, AFileThatIsUntouchedHasChangedNothing) {
  const std::string text = "[fetch]\ncontact_url = 'https://example.org/bot'\n[pace]\ngap = '2s'\n";
  Config before;
  ASSERT_TRUE(read_config(text, before).empty());
  Config after;
  ASSERT_TRUE(read_config(text, after).empty());
  const ConfigDifference difference = compare(before, after);
  EXPECT_TRUE(difference.applied.empty());
  EXPECT_TRUE(difference.need_restart.empty());
}

TEST(Config, AReloadTakesOverWhatIsLiveAndNothingElse) {
  for (const ConfigKey& key : config_keys()) {
    for (const std::string& edge : key.edges) {
      Config fresh;
      if (!read_config(toml_of(key, edge), fresh).empty()) continue;
      Config running;
      apply_live(fresh, running);
      EXPECT_EQ(key.show(running), key.live ? edge : key.show(Config{})) << key.full_name();
      EXPECT_TRUE(compare(fresh, running).applied.empty()) << key.full_name();
    }
  }
}

// What a start would refuse, or what would do harm without a word.
TEST(Config, AValueThatNoStartCouldWorkWithIsRefusedWithItsPlace) {
  const std::vector<std::string> bad{
      "[robots]\nagent = '*'",
      "[robots]\nagent = ''",
      "[robots]\nagent = 'my bot'",
      "[robots]\nagent = 'bot/1.0'",
      "[harvest]\nprefix = '../x'",
      "[harvest]\nprefix = 'a/b'",
      "[harvest]\nprefix = ''",
      "[harvest]\nprefix = '..'",
      "[harvest]\nhost_name = '../../etc'",
      "[harvest]\nhost_name = 'a b'",
      "listen = 'localhost:9464'",
      "listen = '0.0.0.0:9464'",
      "listen = '192.0.2.1:9464'",
      "listen = '127.0.0.1'",
      "listen = '127.0.0.1:99999'",
      "listen = '[::]:80'",
      "[fetch]\nuser_agent = \"a\\u0001b\"",
      "[fetch]\nfrom = \"a\\tb\"",
      "[fetch]\ncontact_url = 'not a url'",
      "[fetch]\nallow_addresses = ['10.0.0.0/99']",
      "[dns]\nservers = ['resolver.example']",
      "[scope]\nallow = ['https://example.org/']",
      "[scope]\ndeny = ['']",
      "[[group]]\nname = 'g'\nhosts = ['a b']",
      "[[group]]\nname = 'g'\nhosts = ['a']\n[[group]]\nname = 'g'\nhosts = ['b']",
      "[[group]]\nname = 'g'\nhosts = ['a']\ngap = '9999d'",
      "[[host]]\npattern = 'http://a.example'",
      "[[host]]\npattern = 'a'\nhealth_path = 'up'",
      "[[host]]\npattern = 'a'\ngap = '99999999999d'",
      "state = ''",
      "socket = ''",
  };
  for (const std::string& text : bad) EXPECT_EQ(faults_of(text).size(), 1u) << text;
}

TEST(ConfigText, DurationsAndSizesReadBack) {
  for (const std::int64_t ms : {0L, 1L, 250L, 1'000L, 90'000L, 86'400'000L}) {
    EXPECT_EQ(parse_duration(duration_text(Millis{ms})), Millis{ms});
  }
  EXPECT_EQ(parse_bytes("64KiB"), 65'536u);
  EXPECT_EQ(parse_bytes(bytes_text(3u << 20)), 3u << 20);
  EXPECT_EQ(parse_bytes("64KB"), std::nullopt);
  EXPECT_EQ(parse_bytes("-1B"), std::nullopt);
}

}  // namespace
}  // namespace frontierd
