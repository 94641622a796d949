// One site of the simulated web: its habits, its scripted pages, and what it remembers of its
// visitors. Answers are decided when a request arrives. Deterministic: the same requests at the
// same times get the same answers. Single-threaded.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/random.h"
#include "sim/answer.h"
#include "sim/habits.h"

namespace frontierd::sim {

struct Request {
  std::string host_key;
  std::string path;    // with query, from "/" on
  std::string client;  // who it is, as the origin sees it: daemon and egress
  std::string egress;  // its name
  bool past_cache = false;
  std::string etag;
};

// One answer of a script: how often it is given, and with which wait.
struct ScriptedAnswer {
  Answer answer;  // its Date and wait are filled in when it is given
  int times = 1;
  Millis asks{0};
  Notice notice = Notice::None;
};

class Origin {
 public:
  Origin(std::string key, Habits habits, Instant born, Rng rng);

  Answer answer(const Request& request, Instant now);

  // A scripted page wins over every habit. Path "*" is every page that has no script of its own.
  // The last answer of a script goes on for ever.
  void script(const std::string& path, std::vector<ScriptedAnswer> answers);
  // From now on no vice is left but those that are for ever: dead names, gone pages, bars.
  void heal() { healed_ = true; }

  Habits& habits() { return habits_; }
  const Habits& habits() const { return habits_; }
  const std::string& key() const { return key_; }

 private:
  struct Visitor {
    std::deque<Instant> recent;  // within the wall's window
    Instant window_start = kLongAgo;
    int in_window = 0;
    Instant walled_until = kLongAgo;
  };

  std::optional<Answer> scripted(const Request& request);
  std::optional<Answer> trouble(const Request& request, Instant now);
  std::optional<Answer> over_capacity(Instant now);
  std::optional<Answer> over_quota(Visitor& visitor, Instant now);
  std::optional<Answer> walled(const Request& request, Visitor& visitor, Instant now);
  Answer robots(Instant now);
  Answer page(const Request& request, Instant now);
  std::optional<Answer> odd_page(const Request& request, std::uint64_t hash, Instant now);
  void publish_quota(const Visitor& visitor, Answer& answer, Instant now) const;
  void take_time(Answer& answer);
  void be_greedy(Answer& answer);
  Voice voice(Instant now) const { return {now + habits_.clock_ahead, habits_.says_date}; }
  Millis age(Instant now) const { return now - born_; }

  std::string key_;
  Habits habits_;
  Instant born_;
  Rng rng_;
  std::uint64_t salt_;  // of this host in this world: what is odd about which page
  bool healed_ = false;
  std::map<std::string, std::deque<ScriptedAnswer>> scripts_;
  std::map<std::string, Visitor> visitors_;
  double load_ = 0;  // requests in the leaky bucket
  Instant loaded_at_ = kLongAgo;
  Instant down_until_ = kLongAgo;
};

}  // namespace frontierd::sim
