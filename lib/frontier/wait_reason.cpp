#include "frontier/wait_reason.h"

#include "frontier/explain.h"

namespace frontierd {
namespace {

struct Row {
  std::string_view name;
  HostCondition condition;
  std::string_view words;  // %w: who; %t: until when
};

using enum HostCondition;
constexpr std::array<Row, kWaitReasons> kRows{{
    {"draining", Waiting, "the daemon is draining and starts no more flights"},
    {"paused_all", Waiting, "an operator has paused all fetching"},
    {"our_trouble", Waiting, "our own side is in trouble, no host is blamed: %w"},
    {"clock_unsure", Waiting, "this machine's clock cannot be trusted yet: %w"},
    {"disk_reserve", Waiting, "a disk that we write has less room than its reserve: %w"},
    {"archive_full", Waiting, "the archive's queue is full and is being written: %w"},
    {"log_full", Waiting, "the database's log is at its bound and cannot be emptied yet: %w"},
    {"database", Waiting, "the database cannot be written: %w"},
    {"descriptors", Waiting, "we have no descriptor or memory free for another flight: %w"},
    {"flights", Waiting, "as many flights are under way as all hosts together may have: %w"},
    {"given_up", Idle,
     "its host is given up: what it has queued is dropped, and visits wait for an operator"},
    {"host_paused", Paused, "an operator has paused its host: %w"},
    {"mirror", Resting, "its host rests until %t, and its mirror %w is asked in turn"},
    {"rest", Resting, "its host rests until %t (%w)"},
    {"not_yet_due", Idle, "its own time is %t"},
    {"probe", Probing, "its host rested for %w, and one request decides what follows"},
    {"hosts_in_memory", Waiting, "its host waits in the store for a place in the schedule"},
    {"name", Waiting,
     "what is asked of another scheme or port of its name holds for it, too, until %t: %w"},
    {"robots", Waiting, "the robots.txt of %w has to be had first, next tried %t"},
    {"name_lookup", Waiting, "the name %w is being looked up"},
    {"egress", Waiting, "every way out is closed to its host until %t: %w"},
    {"group", Waiting, "other hosts of its group (%w) are asked first, next %t"},
    {"domain_share", Waiting, "its domain holds all it may hold of us: %w"},
    {"address_share", Waiting, "its address holds all it may hold of us: %w"},
    {"slow_share", Waiting, "hosts not known to be faster hold all they may hold of us: %w"},
    {"body_room", Waiting, "large bodies fill all the room that they may: %w"},
    {"host_flights", Busy, "its host has as many flights as it may have: %w"},
    {"host_gap", Pacing, "the gap since the last request to its host ends %t"},
    {"turn", Ready, "it is next, with the coming turn of the loop"},
    {"nothing", Idle, "nothing is queued"},
}};

const Row& row_of(WaitReason reason) {
  return kRows[static_cast<std::size_t>(reason)];
}

}  // namespace

std::string_view to_string(WaitReason reason) {
  return row_of(reason).name;
}

std::optional<WaitReason> parse_wait_reason(std::string_view name) {
  for (int i = 0; i < kWaitReasons; ++i) {
    const auto reason = static_cast<WaitReason>(i);
    if (to_string(reason) == name) return reason;
  }
  return std::nullopt;
}

HostCondition condition_of(WaitReason reason) {
  return row_of(reason).condition;
}

std::string wait_words(const Wait& wait, Instant now) {
  std::string out;
  std::string_view rest = row_of(wait.reason).words;
  if (wait.who.empty() && rest.ends_with(": %w")) rest.remove_suffix(4);
  while (!rest.empty()) {
    if (rest.starts_with("%w")) {
      out += wait.who;
    } else if (rest.starts_with("%t")) {
      out += when(wait.until, now);
    } else {
      out += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    rest.remove_prefix(2);
  }
  return out;
}

std::string_view to_string(HostCondition condition) {
  constexpr std::array<std::string_view, kHostConditions> names{
      "ready", "busy", "pacing", "resting", "probing", "paused", "idle", "waiting"};
  return names[static_cast<std::size_t>(condition)];
}

std::optional<HostCondition> parse_host_condition(std::string_view name) {
  for (int i = 0; i < kHostConditions; ++i) {
    const auto condition = static_cast<HostCondition>(i);
    if (to_string(condition) == name) return condition;
  }
  return std::nullopt;
}

}  // namespace frontierd
