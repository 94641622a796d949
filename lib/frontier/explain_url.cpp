#include <algorithm>

#include "frontier/explain_words.h"

namespace frontierd {
namespace {

// What a queued URL waits for: the first reason that holds, from the widest to the narrowest.
struct Wait {
  std::string summary;
  std::string why;
  std::string next;
  std::optional<Instant> until;
};

struct View {
  const UrlRecord& url;
  const std::optional<HostRecord>& host;
  const HostNow& host_now;
  const FrontierNow& frontier;
};

// Of a mirror, while its host rested.
bool asked_elsewhere(const AttemptRecord& attempt, const UrlRecord& url) {
  return !attempt.url.empty() && attempt.url != url.url;
}

Instant own_or(const View& view, Instant other) {
  return std::max(view.url.not_before, other);
}

Wait paused_wait(const View& view) {
  const std::string& note = view.host->entry.wishes.note;
  return {"Waits: an operator has paused its host.", note.empty() ? "no note was left" : note,
          "Nothing, until an operator resumes the host.", std::nullopt};
}

Wait resting_wait(const View& view) {
  const HostState& state = view.host->entry.state;
  const Instant until = own_or(view, state.rest_until);
  return {"Waits: its host rests until " + when(state.rest_until, view.frontier.now) + " (" +
              class_in_words(state.rest_cls) + ").",
          state.why,
          "At the end of the rest " + after_rest(state) + ". Then this URL takes its turn.", until};
}

Wait probing_wait(const View& view) {
  const HostState& state = view.host->entry.state;
  return {
      "Waits: its host is being probed after a rest for " + class_in_words(state.rest_cls) + ".",
      state.why, "Next, " + after_rest(state) + ". Then this URL takes its turn.", std::nullopt};
}

Wait own_wait(const View& view) {
  const bool tried = view.url.tries > 0;
  return {"Waits for its own time, " + when(view.url.not_before, view.frontier.now) + ".",
          !view.url.why.empty() ? view.url.why
          : tried               ? "its last attempt failed"
                                : "it was seeded to start then",
          "It is fetched when its time has come and its host is ready.", view.url.not_before};
}

Wait turn_wait(const View& view) {
  const bool robots_first = !view.host || view.host->entry.robots_until <= view.frontier.now;
  Wait wait;
  wait.summary = "Due, waits for its turn";
  if (view.host && view.host->queued > 1) {
    wait.summary += " among " + std::to_string(view.host->queued) + " queued at its host";
  }
  wait.summary += ".";
  wait.why = view.host_now.condition == HostCondition::Busy
                 ? "its host has as many flights as it may have"
                 : "its host is asked in order of priority, " + pace_in_words(view.host_now.pace);
  wait.next = robots_first
                  ? "The host's robots.txt is fetched first; if it allows this URL, the URL "
                    "is fetched."
                  : "It is fetched when its turn comes.";
  if (view.host_now.next_at < kNever && view.host_now.next_at > view.frontier.now) {
    wait.until = view.host_now.next_at;
  }
  return wait;
}

Wait wait_of(const View& view) {
  if (auto held = held_everywhere(view.frontier)) {
    const bool ends = !view.frontier.paused && !view.frontier.draining;
    return {"Waits: " + *held + ".", view.url.why.empty() ? "it is queued" : view.url.why,
            "It takes its turn when fetching goes on.",
            ends ? std::optional(own_or(view, view.frontier.trouble_until)) : std::nullopt};
  }
  if (view.host && view.host->entry.wishes.paused) return paused_wait(view);
  if (view.host_now.condition == HostCondition::Resting && view.host) return resting_wait(view);
  if (view.url.not_before > view.frontier.now) return own_wait(view);
  if (view.host_now.condition == HostCondition::Probing && view.host) return probing_wait(view);
  return turn_wait(view);
}

void tell_queued(const View& view, Explanation& out) {
  Wait wait = wait_of(view);
  out.summary = std::move(wait.summary);
  out.why = std::move(wait.why);
  out.next = std::move(wait.next);
  out.until = wait.until;
  const std::string url = shell_word(view.url.url);
  const std::string host = shell_word(view.url.host_key);
  if (view.frontier.paused) out.commands.push_back({"frontierctl resume", "lets fetching go on"});
  if (view.host && view.host->entry.wishes.paused) {
    out.commands.push_back({"frontierctl resume " + host, "lets its host be asked again"});
  }
  if (view.host && view.host->entry.state.breaker != Breaker::Closed) {
    out.commands.push_back({"frontierctl explain " + host, "tells why its host rests"});
    out.commands.push_back({"frontierctl retry --host " + host, "ends the rest of its host"});
  } else if (view.url.not_before > view.frontier.now) {
    out.commands.push_back({"frontierctl retry " + url, "makes it due at once"});
  }
  out.commands.push_back({"frontierctl drop " + url, "gives it up"});
}

void tell_leased(const View& view, Explanation& out) {
  if (view.url.leased_at) out.since = *view.url.leased_at;
  out.summary = "Being fetched since " + when(out.since, view.frontier.now) + ", flight " +
                std::to_string(view.url.tries + 1) + ".";
  out.why = "its turn had come";
  out.next =
      "The answer is classified and decides what becomes of it; should the daemon die first, "
      "it is queued again with nothing counted against it.";
}

void tell_done(const View& view, Explanation& out) {
  out.summary = "Done: fetched " + when(view.url.changed_at, view.frontier.now) + " with status " +
                std::to_string(view.url.status) + ", " + std::to_string(view.url.body_bytes) +
                " bytes.";
  out.why = view.url.why.empty() ? "its page was received" : view.url.why;
  if (!view.url.archive.file.empty()) {
    out.why += "; archived in " + view.url.archive.file + " at offset " +
               std::to_string(view.url.archive.offset);
  }
  out.until = view.url.revisit_at;
  out.next = view.url.revisit_at
                 ? "It is asked again " + when(*view.url.revisit_at, view.frontier.now) + "."
                 : "Nothing: a done URL is not fetched again unless an operator asks for it.";
  out.commands.push_back({"frontierctl retry " + shell_word(view.url.url), "fetches it again"});
}

void tell_dropped(const View& view, Explanation& out) {
  const DropReason because = view.url.dropped_because.value_or(DropReason::Operator);
  out.summary =
      "Dropped (" + std::string(to_string(because)) + "): " + std::string(in_words(because)) + ".";
  out.why = view.url.why.empty() ? std::string(in_words(because)) : view.url.why;
  out.next = "Nothing: a dropped URL stays dropped until an operator brings it back.";
  out.commands.push_back({"frontierctl retry " + shell_word(view.url.url), "brings this URL back"});
  out.commands.push_back({"frontierctl retry --because " + std::string(to_string(because)),
                          "brings back every URL that was dropped for the same reason"});
  if (because == DropReason::HostExhausted || because == DropReason::Walled) {
    out.commands.push_back(
        {"frontierctl explain " + shell_word(view.url.host_key), "tells what its host did"});
  }
}

}  // namespace

Explanation explain_url(const UrlRecord& url, std::span<const AttemptRecord> attempts,
                        const std::optional<HostRecord>& host, const HostNow& host_now,
                        const FrontierNow& frontier) {
  Explanation out;
  out.subject = url.url;
  out.state = std::string(to_string(url.state));
  out.since = url.changed_at;
  for (const AttemptRecord& attempt : attempts) {
    out.chain.push_back(attempt_sentence(attempt));
    if (asked_elsewhere(attempt, url)) out.chain.back() += "; asked of its mirror, " + attempt.url;
  }
  const View view{url, host, host_now, frontier};
  switch (url.state) {
    case UrlState::Queued:
      tell_queued(view, out);
      break;
    case UrlState::Leased:
      tell_leased(view, out);
      break;
    case UrlState::Done:
      tell_done(view, out);
      if (!attempts.empty() && asked_elsewhere(attempts.back(), url)) {
        out.why += "; its host rested, and its mirror had it: " + attempts.back().url;
      }
      break;
    case UrlState::Dropped:
      tell_dropped(view, out);
      break;
  }
  return out;
}

}  // namespace frontierd
