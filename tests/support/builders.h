// Small values for tests, named for how they read in a sentence.
#pragma once

#include "base/text.h"
#include "rules/politeness.h"
#include "rules/verdict.h"

namespace frontierd::tests {

// An instant so long after a fixed start: at("2m").
inline Instant at(std::string_view offset) {
  return from_unix_ms(1'800'000'000'000) + *parse_duration(offset);
}
inline Millis lasting(std::string_view length) {
  return *parse_duration(length);
}

inline Outcome an_outcome(OutcomeClass cls, Scope scope = Scope::Host) {
  Outcome outcome;
  outcome.cls = cls;
  outcome.scope = scope;
  outcome.evidence = {{"test", Strength::Status, "as the test says"}};
  return outcome;
}
inline Outcome asking(Outcome outcome, std::string_view wait) {
  outcome.wait = AskedWait{lasting(wait), "Retry-After", false};
  return outcome;
}
inline Outcome fetched() {
  return an_outcome(OutcomeClass::Fetched, Scope::Url);
}

inline FlightFacts a_flight(Instant started, Instant landed) {
  FlightFacts flight;
  flight.started_at = started;
  flight.landed_at = landed;
  flight.latency = Millis{100};
  flight.pace.gap = Seconds{1};
  flight.url = "https://a.example/";
  return flight;
}

}  // namespace frontierd::tests
