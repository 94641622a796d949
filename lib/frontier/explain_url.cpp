#include <algorithm>

#include "frontier/explain_words.h"

namespace frontierd {
namespace {

// A wait, told: what, why, what follows.
struct Told {
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

Told tell_paused(const View& view) {
  const std::string& note = view.host->entry.wishes.note;
  return {"Waits: an operator has paused its host.", note.empty() ? "no note was left" : note,
          "Nothing, until an operator resumes the host.", std::nullopt};
}

Told tell_rest(const View& view) {
  const HostState& state = view.host->entry.state;
  const Wait& wait = view.host_now.wait;
  const std::string mirror = wait.reason == WaitReason::Mirror
                                 ? " Its mirror " + wait.who + " is asked for it meanwhile, in turn."
                                 : "";
  return {"Waits: its host rests until " + when(state.rest_until, view.frontier.now) + " (" +
              class_in_words(state.rest_cls) + ")." + mirror,
          state.why,
          "At the end of the rest " + after_rest(state) + ". Then this URL takes its turn.",
          own_or(view, state.rest_until)};
}

Told tell_probe(const View& view) {
  const HostState& state = view.host->entry.state;
  return {
      "Waits: its host is being probed after a rest for " + class_in_words(state.rest_cls) + ".",
      state.why, "Next, " + after_rest(state) + ". Then this URL takes its turn.", std::nullopt};
}

Told tell_own_time(const View& view) {
  const bool tried = view.url.tries > 0;
  return {"Waits for its own time, " + when(view.url.not_before, view.frontier.now) + ".",
          !view.url.why.empty() ? view.url.why
          : tried               ? "its last attempt failed"
                                : "it was seeded to start then",
          "It is fetched when its time has come and its host is ready.", view.url.not_before};
}

Told tell_robots(const View& view, const Wait& wait) {
  const bool asked = view.host && view.host->robots;
  return {"Waits: " + wait_words(wait, view.frontier.now) + ".",
          asked ? view.host->robots->why : "its host's robots.txt has not been asked for yet",
          "The host's robots.txt is fetched first; if it allows this URL, the URL is fetched.",
          std::nullopt};
}

// Nothing but its host's own pace, and the URLs before it.
Told tell_turn(const View& view, const Wait& wait) {
  Told told;
  told.summary = "Due, waits for its turn";
  if (view.host && view.host->queued > 1) {
    told.summary += " among " + std::to_string(view.host->queued) + " queued at its host";
  }
  told.summary += ".";
  told.why = wait_words(wait, view.frontier.now) + "; its host is asked " +
             pace_in_words(view.host_now.pace);
  told.next = "It is fetched when its turn comes.";
  return told;
}

Told tell_other(const View& view, const Wait& wait) {
  return {"Waits: " + wait_words(wait, view.frontier.now) + ".",
          view.url.why.empty() ? "it is queued" : view.url.why,
          holds_everything(wait.reason) ? "It takes its turn when fetching goes on."
                                        : "It takes its turn when that is over.",
          std::nullopt};
}

bool is_own_trouble_of_host(WaitReason reason) {
  return reason == WaitReason::GivenUp || reason == WaitReason::HostPaused ||
         reason == WaitReason::Rest || reason == WaitReason::Mirror;
}

Told tell(const View& view, const Wait& wait) {
  Told told = [&] {
    switch (wait.reason) {
      case WaitReason::HostPaused:
        return tell_paused(view);
      case WaitReason::Rest:
      case WaitReason::Mirror:
        return tell_rest(view);
      case WaitReason::Probe:
        return tell_probe(view);
      case WaitReason::NotYetDue:
        return tell_own_time(view);
      case WaitReason::Robots:
        return tell_robots(view, wait);
      case WaitReason::HostGap:
      case WaitReason::HostFlights:
      case WaitReason::Turn:
        return tell_turn(view, wait);
      default:
        return tell_other(view, wait);
    }
  }();
  const bool ends = wait.until < kNever && wait.until > view.frontier.now;
  if (!told.until && ends) told.until = own_or(view, wait.until);
  return told;
}

void tell_queued(const View& view, Explanation& out) {
  const Wait wait = url_wait(view.url, view.host_now, view.frontier);
  Told told = tell(view, wait);
  out.waits_for = wait.reason;
  out.summary = std::move(told.summary);
  out.why = std::move(told.why);
  out.next = std::move(told.next);
  out.until = told.until;
  const std::string url = shell_word(view.url.url);
  const std::string host = shell_word(view.url.host_key);
  if (view.frontier.paused) out.commands.push_back({"frontierctl resume", "lets fetching go on"});
  if (view.host && view.host->entry.wishes.paused) {
    out.commands.push_back({"frontierctl resume " + host, "lets its host be asked again"});
  }
  const HostState state = view.host ? view.host->entry.state : HostState{};
  const bool troubled = state.exhausted || state.breaker != Breaker::Closed;
  if (troubled) out.commands.push_back({"frontierctl explain " + host, "tells what its host did"});
  if (state.exhausted) {
    out.commands.push_back({"frontierctl retry --host " + host,
                            "gives its host a new start: one probe, and its URLs are kept"});
  } else if (state.rest_until > view.frontier.now) {
    out.commands.push_back(
        {"frontierctl retry --host " + host, "ends the rest of its host: one probe decides"});
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

// When it is asked again, and what would bring that forward: nothing is offered that changes
// nothing.
void tell_next_visit(const View& view, Explanation& out) {
  const Instant now = view.frontier.now;
  const bool due = view.url.revisit_at && *view.url.revisit_at <= now;
  const HostState state = view.host ? view.host->entry.state : HostState{};
  const std::string host = shell_word(view.url.host_key);
  if (view.url.revisit_at && state.exhausted) {
    out.next = "It is not asked again while its host is given up; a new start brings that back.";
    out.commands.push_back({"frontierctl retry --host " + host,
                            "gives its host a new start: one probe, and its visits go on"});
  } else if (due) {
    out.next = "It is due to be asked again, since " + to_iso(*view.url.revisit_at) +
               ", and waits for its turn.";
    if (state.rest_until > now) {
      out.commands.push_back(
          {"frontierctl retry --host " + host, "ends the rest of its host: one probe decides"});
    }
  } else {
    out.until = view.url.revisit_at;
    out.next = view.url.revisit_at
                   ? "It is asked again " + when(*view.url.revisit_at, now) + "."
                   : "Nothing: a done URL is not fetched again unless an operator asks for it.";
  }
  if (due) return;
  out.commands.push_back({"frontierctl retry " + shell_word(view.url.url), "fetches it again"});
}

void tell_done(const View& view, Explanation& out) {
  const bool failed = view.url.last_class && is_trouble(*view.url.last_class);
  if (failed) {
    out.summary = "Done, its copy is from " + when(view.url.changed_at, view.frontier.now) +
                  "; the last visit came to nothing (" + class_in_words(*view.url.last_class) +
                  ") and is made again.";
  } else {
    out.summary = "Done: fetched " + when(view.url.changed_at, view.frontier.now) +
                  " with status " + std::to_string(view.url.status) + ", " +
                  std::to_string(view.url.body_bytes) + " bytes.";
  }
  out.why = view.url.why.empty() ? "its page was received" : view.url.why;
  if (!view.url.archive.file.empty() && !failed) {
    out.why += "; archived in " + view.url.archive.file + " at offset " +
               std::to_string(view.url.archive.offset);
  }
  tell_next_visit(view, out);
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

Wait url_wait(const UrlRecord& url, const HostNow& host_now, const FrontierNow& frontier) {
  if (frontier.held) return *frontier.held;
  const Wait& host = host_now.wait;
  if (is_own_trouble_of_host(host.reason)) return host;
  if (url.not_before > frontier.now) return Wait(WaitReason::NotYetDue, url.not_before);
  // The schedule may not have seen yet that it is due.
  const bool unseen = host.reason == WaitReason::NotYetDue || host.reason == WaitReason::Nothing;
  return unseen ? Wait(WaitReason::Turn, frontier.now) : host;
}

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
