// Every key that is marked live is changed while hosts are in memory, and what is asked from then on
// differs from what is asked where the file was read again unchanged: the same world, the same dice.
// A new live key whose change shows in none of these worlds fails here: give it a world in which it
// matters, or mark it as one that takes a restart. Keys that no simulated daemon has are changed in
// tests/e2e/live_keys.py.
#include <gtest/gtest.h>

#include <set>

#include "daemon/config_keys.h"
#include "sim/life.h"
#include "sim/scenario.h"
#include "sim/trial.h"

namespace frontierd {
namespace {

using std::chrono::hours;

const std::set<std::string> kOfTheDaemon{"signatures", "drain_grace", "disk_reserve",
                                         "database_log_max", "log.level", "log.fetches",
                                         "frontier.lease_term"};
// Nobody who is not reached asks for a wait: the key is there for the others' sake.
const std::set<std::string> kNeverAsked{// Memory only: Dispatcher.ALowerRobotsCacheHoldsFromTheReloadOn holds it.
    "frontier.robots_cache",
    "rest.unreachable.asked_max"};

// Keys that matter seldom have a story of their own: it is lived with the key as it is by default,
// and with the value, from the line "@" on.
struct Story {
  std::string key;
  std::string value;
  std::string text;
};

std::string refusing(const std::string& answer) {
  return "page a.example/3 answers " + answer +
         " times=2 then 200\nseed a.example/1..6\nrun 3s\n@\nrun 20d\n";
}

std::string many_hosts(int count) {
  std::string seeds = "seed";
  for (int i = 0; i < count; ++i) seeds += " h" + std::to_string(i) + ".example/1..9";
  return "seed a.example/1..9\nrun 2s\n@\n" + seeds + "\nrun 10m\n";
}

const std::string kWalled =
    "policy egress.refusals=2 egress.switch_pause=1m rest.bot_walled.base=10m "
    "rest.bot_walled.asked_min=20m\negress office for=bot_walled\negress spare for=bot_walled\n"
    "host a.example wall-after=2 wall-against=direct,office\nseed a.example/1..9\nrun 1s\n@\n"
    "run 3d\n";
const std::string kProxyDown =
    "egress office for=first\nseed a.example/1..9\nrun 2s\negress office gone\n@\nrun 2h\n";

const std::vector<Story> kStories{
    {"rest.rate_limited.base", "3h", refusing("429")},
    {"rest.rate_limited.cap", "2s", refusing("429")},
    {"rest.rate_limited.asked_min", "3h", refusing("429 retry-after=1")},
    {"rest.jitter", "1", refusing("429 retry-after=7200")},
    {"rest.rate_limited.asked_max", "10m", refusing("429 retry-after=7200")},
    {"rest.overloaded.asked_max", "10m", refusing("overloaded retry-after=7200")},
    {"rest.upstream_failed.asked_max", "10m", refusing("502 retry-after=7200")},
    {"rest.bot_walled.asked_max", "3h", refusing("cloudflare-wall retry-after=864000")},
    {"rest.maintenance.asked_max", "10m", refusing("maintenance retry-after=7200")},
    {"rest.announced_max", "1h", refusing("maintenance retry-after-date=10d")},
    {"robots.fresh_min", "0s",
     "page a.example/robots.txt answers 200 robots=\"User-agent: *; Disallow: /x\" "
     "header=\"Cache-Control: max-age=90\"\nseed a.example/1..2000\nrun 3s\n@\nrun 1h\n"},
    {"robots.allow_after_unreachable", "yes",
     "policy robots.unreachable_max=2h retry.give_up_after=90d\n"
     "page a.example/robots.txt answers 503\nseed a.example/1..3\nrun 1h\n@\nrun 20d\n"},
    {"robots.allow_after_unreachable", "no",
     "policy robots.unreachable_max=2h retry.give_up_after=90d\n"
     "page a.example/robots.txt answers 503\nseed a.example/1..3\nrun 1h\n@\nrun 20d\n"},
    {"scope.url_max", "256",
     "page a.example/1 answers 301 location=https://a.example/" + std::string(400, 'x') +
         "\nseed a.example/1 a.example/2\n@\nrun 1m\n"},
    {"scope.ports", "22",
     "page a.example/1 answers 301 location=https://b.example:22/1\nseed a.example/1 a.example/2\n"
     "@\nrun 1m\n"},
    {"frontier.pause_trials", "0",
     "policy frontier.many_hosts=3\nseed s1.example/1 s2.example/1 s3.example/1 s4.example/1\n"
     "network gone\nrun 10s\n@\nseed s5.example/1 s6.example/1\nrun 5m\nnetwork back\nrun 1h\n"},
    {"retry.walls_max", "1",
     "page a.example/3 answers cloudflare-wall times=2 then 200\n"
     "seed a.example/1..6\nrun 3s\n@\nrun 60d\n"},
    {"frontier.hosts_in_memory", "4", many_hosts(30)},
    {"egress.refusals", "1", kWalled},
    {"egress.max_switches", "0", kWalled},
    {"egress.switch_pause", "9h", kWalled},
    {"egress.provider_hosts", "60",
     "policy egress.refusals=2 egress.switch_pause=1m rest.bot_walled.base=10m "
     "rest.bot_walled.asked_min=20m\negress office for=bot_walled\n"
     "host a.example wall-against=direct\nhost b.example wall-against=direct\n"
     "host c.example wall-against=direct\nhost d.example wall-against=direct\n"
     "seed a.example/1 b.example/1 c.example/1\nrun 1s\n@\nrun 33m\nseed d.example/1\nrun 5d\n"},
    {"egress.rest_base", "1h", kProxyDown},
    {"egress.rest_cap", "10s", kProxyDown},
};

// A world, and the configuration that it is lived by until the file changes.
struct Setting {
  std::uint64_t seed = 1;
  double days = 8;
  int hosts = 40;
  std::string toml;
  Millis change_after = hours{30};
};

const std::vector<Setting> kSettings{
    {},
    {2, 8, 40, "[pace]\ngap = '5s'\nflights = 3\n[retry]\nrevisit_after = '2d'\n"},
    // Ways out, and walls that make them matter.
    {3, 8, 40,
     "[[egress.way]]\nname = 'b'\nkind = 'socks5'\naddress = 'p.example:1080'\n"
     "hosts = ['*']\nfor = ['bot_walled']\n[egress]\nrefusals = 1\n"},
    // Little room of our own, and a low bar for trouble of our own.
    {4, 6, 60, "[frontier]\nflights_max = 4\nmany_hosts = 3\nmany_window = '1h'\n"},
    // Giving up comes soon.
    {5, 20, 40,
     "[retry]\nattempts_max = 2\nincidents_max = 2\ngive_up_after = '1h'\n"
     "walls_max = 2\nurl_troubles_max = 2\n[robots]\nunreachable_max = '1h'\n"
     "unreachable_retry = '1m'\n"},
};

// The hash of all that happens in this setting when the file is read again with `change` in it.
std::uint64_t lived(const Setting& setting, const std::string& change, Config& fresh) {
  sim::TrialSetup trial;
  trial.seed = setting.seed;
  trial.days = setting.days;
  trial.hosts = setting.hosts;
  trial.pages_per_host = 20;
  const sim::Life life = sim::life_of(trial);
  Config config;
  config.policy = sim::make_policy(life.world);
  EXPECT_TRUE(read_config(setting.toml, config).empty()) << setting.toml;
  fresh = config;
  if (!read_config(change, fresh).empty()) return 0;  // contradicts another key
  sim::SimulatorSetup setup;
  setup.seed = setting.seed;
  setup.policy = std::make_shared<const Policy>(config.policy);
  sim::Simulator simulator(setup);
  sim::begin(simulator, life);
  simulator.plan(simulator.start() + setting.change_after, [&simulator, config, fresh] {
    Config running = config;
    apply_live(fresh, running);
    EXPECT_GT(simulator.process().dispatcher().schedule().size(), 0u);
    simulator.set_policy(std::make_shared<const Policy>(running.policy));
  });
  simulator.run_until(simulator.start() + life.ends);
  return simulator.log().hash();
}

std::string toml_of(const ConfigKey& key, const std::string& value) {
  const std::string line = key.name + " = " + value + "\n";
  return key.section.empty() ? line : "[" + key.section + "]\n" + line;
}

// The ends of the range, and something between them.
std::vector<std::string> values_of(const ConfigKey& key) {
  std::vector<std::string> values = key.edges;
  if (key.accepts.starts_with("a duration")) {
    values.insert(values.end(), {"'30s'", "'20m'", "'6h'"});
  } else if (key.accepts.starts_with("a whole number")) {
    values.insert(values.end(), {"3", "100"});
  }
  if (!values.empty()) return values;
  if (key.full_name() == "robots.agent") return {"'nobody'"};
  if (key.full_name() == "scope.allow") return {"['none.example']"};
  if (key.full_name() == "scope.ports") return {"['22']"};
  if (key.full_name() == "scope.deny") return {"['*.example']"};
  return {};
}

class LiveKeys : public testing::Test {
 protected:
  static std::uint64_t unchanged(std::size_t setting) {
    static std::vector<std::uint64_t> hashes(kSettings.size());
    Config fresh;
    if (hashes[setting] == 0) hashes[setting] = lived(kSettings[setting], "", fresh);
    return hashes[setting];
  }
  static std::vector<std::string> told(const Story& story, const std::string& line) {
    std::string text = story.text;
    text.replace(text.find("@\n"), 2, line);
    const auto outcome = sim::run_scenario(sim::read_scenario(story.key, text));
    EXPECT_TRUE(outcome.passed()) << text << outcome.faults.front().what;
    return outcome.trace;
  }
  // In one of its stories, if it has any.
  static bool shows_in_story(const ConfigKey& key) {
    for (const Story& story : kStories) {
      if (story.key != key.full_name()) continue;
      const std::string same = "policy pace.gap=1s\n";  // as it is: a reload without a change
      const std::string other = "policy pace.gap=1s " + story.key + "=" + story.value + "\n";
      if (told(story, same) != told(story, other)) return true;
    }
    return false;
  }
  static bool shows(const ConfigKey& key) {
    if (shows_in_story(key)) return true;
    for (std::size_t setting = 0; setting < kSettings.size(); ++setting) {
      for (const std::string& value : values_of(key)) {
        Config fresh;
        const std::uint64_t hash = lived(kSettings[setting], toml_of(key, value), fresh);
        if (hash != 0 && hash != unchanged(setting)) return true;
      }
    }
    return false;
  }
};

TEST_F(LiveKeys, EachOfThemTakesEffectOnHostsThatAreInMemory) {
  for (const ConfigKey& key : config_keys()) {
    if (!key.live || kOfTheDaemon.contains(key.full_name())) continue;
    if (kNeverAsked.contains(key.full_name())) continue;
    EXPECT_TRUE(shows(key)) << key.full_name() << " is marked live, and changing it changes nothing";
  }
}

TEST_F(LiveKeys, TheKeysOfTheDaemonAreThoseThatNoPolicyHolds) {
  for (const std::string& name : kOfTheDaemon) {
    const auto& keys = config_keys();
    EXPECT_TRUE(std::any_of(keys.begin(), keys.end(), [&](const ConfigKey& key) {
      return key.full_name() == name && key.live;
    })) << name;
  }
}

TEST_F(LiveKeys, RulesOfGroupsHostsAndMirrorsTakeEffectToo) {
  for (const char* rules :
       {"[[group]]\nname = 'all'\nhosts = ['*']\ngap = '10s'\n",
        "[[host]]\npattern = '*'\ngap = '1m'\n",
        "[[mirror]]\nfrom = 'https://w0.site0.example'\nto = 'https://w1.site1.example'\n"}) {
    bool shown = false;
    for (std::size_t setting = 0; setting < kSettings.size() && !shown; ++setting) {
      Config fresh;
      const std::uint64_t hash = lived(kSettings[setting], rules, fresh);
      shown = hash != 0 && hash != unchanged(setting);
    }
    EXPECT_TRUE(shown) << rules;
  }
}

}  // namespace
}  // namespace frontierd
