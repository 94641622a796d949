#include "frontier/explain_words.h"

#include <algorithm>

#include "base/text.h"

namespace frontierd {
namespace {

std::string plural(int count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

std::string when(Instant at, Instant now) {
  if (at >= kNever) return "never by itself";
  if (at <= kLongAgo) return "before the records begin";
  std::string text = to_iso(at);
  if (at > now) return text + " (in " + to_words(at - now) + ")";
  if (at == now) return text + " (now)";
  return text + " (" + to_words(now - at) + " ago)";
}

std::string class_in_words(OutcomeClass cls) {
  std::string text(to_string(cls));
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain = "-_./:@%+,=~";
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
           kPlain.find(c) != std::string_view::npos;
  });
  if (plain) return text;
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string pace_in_words(const Pace& pace) {
  return "up to " + plural(pace.flights, "flight") + " at a time, " + to_words(pace.from_start()) +
         " between requests";
}

std::string attempt_sentence(const AttemptRecord& attempt) {
  std::string text = "attempt " + std::to_string(attempt.number);
  if (attempt.purpose != Purpose::Page)
    text += " (" + std::string(to_string(attempt.purpose)) + ")";
  text += ", " + to_iso(attempt.facts.landed_at) + ": ";
  if (attempt.facts.status > 0) {
    text += "status " + std::to_string(attempt.facts.status);
  } else {
    text += "no answer (" + std::string(to_string(attempt.facts.transport)) + ")";
  }
  text += " after " + to_words(attempt.facts.elapsed) + ", " + class_in_words(attempt.cls) + " (" +
          std::string(to_string(attempt.scope)) + " scope)";
  if (!attempt.vendor.empty()) text += " by " + attempt.vendor;
  if (!attempt.facts.egress.empty()) text += ", sent by egress " + attempt.facts.egress;
  if (attempt.asked_wait) text += "; asked to wait " + to_words(*attempt.asked_wait);
  text += "; " + attempt.verdict;
  if (attempt.not_before) text += " not before " + to_iso(*attempt.not_before);
  if (attempt.verdict == "retry") {
    text += attempt.burnt ? ", counted against the URL" : ", not counted against the URL";
  }
  if (!attempt.runner_up.empty()) text += "; could also have been " + attempt.runner_up;
  return text;
}

std::string incident_sentence(const Incident& incident) {
  std::string text = to_iso(incident.at) + ": " + class_in_words(incident.cls) + " (" +
                     std::string(to_string(incident.scope)) + " scope)";
  if (!incident.vendor.empty()) text += " by " + incident.vendor;
  if (incident.status > 0) text += ", status " + std::to_string(incident.status);
  if (!incident.url.empty()) text += ", at " + incident.url;
  text += "; rest until " + to_iso(incident.rest_until);
  if (!incident.why.empty()) text += "; " + incident.why;
  return text;
}

std::string after_rest(const HostState& state) {
  if (state.rest_cls == OutcomeClass::Maintenance) {
    return "one probe is sent; if the host answers, it is asked at full pace again";
  }
  if (state.rest_cls == OutcomeClass::BotWalled) {
    return "one probe is sent; if the wall still stands, the host rests longer, and after few more "
           "tries it is given up";
  }
  return "one probe is sent; if the host answers, its pace comes back step by step, else it rests "
         "longer";
}

}  // namespace frontierd
