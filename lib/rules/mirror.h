// Mirrors: origins that serve the same pages under another authority, named by the operator and
// asked while a host rests. Without a [[mirror]] nothing here acts.
//
// Promises: only trouble that says "I cannot" is gone around (overload, maintenance, a broken
// upstream, no answer). "You may not" never is: neither a rate limit nor a bot wall nor robots.txt
// nor an operator's pause, for a mirror that took over there would evade what the host asked of us.
// Only a page that the mirror has ends a URL; everything else it says is about the mirror, and the
// URL waits for its own host with nothing burnt. Pure and thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rules/policy.h"
#include "rules/url.h"
#include "rules/verdict.h"

namespace frontierd {

// "https://a.example" of "https://a.example/": an origin and nothing more; nullopt for anything
// else.
std::optional<std::string> parse_origin(std::string_view text);

// What is wrong with one more rule beside those that hold: a mirror of itself, a second one for the
// same host, a chain or a loop. Nothing: it is good.
std::optional<std::string> complaint(std::span<const MirrorRule> known, const MirrorRule& rule);

// The mirror of a host, by its key; nullptr where none is named.
const MirrorRule* mirror_of(const Policy& policy, std::string_view host_key);

// Does this host rest now, for a class of trouble that a mirror may go around?
bool lets_mirror_serve(const HostState& host, Instant now);

// The same path and query at the mirror; nullopt where that is too long to be a URL of ours.
std::optional<Url> url_at(std::string_view mirror, const Url& url);

// What becomes of a URL (`url`) of which `asked` was fetched in its stead. `rest_until`: of its own
// host.
Verdict judge_mirrored(const Policy& policy, const UrlFacts& url, const std::string& asked,
                       const Outcome& outcome, Instant rest_until, Instant now);

}  // namespace frontierd
