// What an answer means where nothing but its status code (or the way its transfer failed) speaks.
// The table of status_meaning.cpp is the list of choices. Pure.
#pragma once

#include <string>

#include "rules/outcome.h"
#include "rules/report.h"

namespace frontierd {

struct Meaning {
  OutcomeClass cls = OutcomeClass::Fetched;
  Scope scope = Scope::Url;
  std::string what;  // in words
};

// Of a complete response. Unknown codes count by their first digit (RFC 9110 §15); a code outside
// 100 to 599 is no status at all, and in the wild a refusal.
Meaning meaning_of_status(const FetchReport& report);

// Of a transfer that did not end with a complete response. `report.transport` is not Ok.
Meaning meaning_of_transport(const FetchReport& report);

}  // namespace frontierd
