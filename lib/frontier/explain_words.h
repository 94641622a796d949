// The phrases that explain_url and explain_host share. Internal to lib/frontier.
#pragma once

#include <string>
#include <vector>

#include "frontier/explain.h"

namespace frontierd {

// "rate limited" for RateLimited: a class as prose.
std::string class_in_words(OutcomeClass cls);

// A word or URL as one shell argument, quoted only where it must be.
std::string shell_word(const std::string& text);

// "up to 1 flight at a time, 2s between requests".
std::string pace_in_words(const Pace& pace);

// "attempt 2, 2026-...: status 503, overloaded (host); asked to wait 2m; ..."
std::string attempt_sentence(const AttemptRecord& attempt);
std::string incident_sentence(const Incident& incident);

// What happens when the rest of this host is over.
std::string after_rest(const HostState& state);

}  // namespace frontierd
