// Which landings are written as a WARC revisit record (WARC 1.1 §6.7) rather than as a response:
// captures whose payload is in the archive already. A reader finds it through WARC-Refers-To-Date
// and -Target-URI, so those are written always, also where the standard does not ask for them.
//
//   304, and we had asked with validators      server-not-modified: no block, for pywb would show
//                                              a block's 304 instead of the page; the validators
//                                              of the 304 as WARC-Etag and WARC-Last-Modified.
//                                              The payload digest is the original's, not that
//                                              of the 304's missing body
//   200, complete, the same payload digest     identical-payload-digest: the head of this answer,
//                                              WARC-Truncated: length
//
// Never for: a payload below kRevisitPayloadMin (cheaper whole), another URL than the original's, a
// cut body, an original older than `age_max` (its file may be gone). What a revisit refers to is
// always a response, never another revisit. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "frontier/fetcher.h"

namespace frontierd {

inline constexpr std::uint64_t kRevisitPayloadMin = 1'024;

inline constexpr std::string_view kNotModifiedProfile =
    "http://netpreserve.org/warc/1.1/revisit/server-not-modified";
inline constexpr std::string_view kSamePayloadProfile =
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

// A 304 to a request that carried validators of the copy in the archive.
bool confirms_copy(const Lease& lease, int status);

// The profile; nothing: it is written as a response. `digest` is that of the landing's payload.
std::optional<std::string_view> revisit_profile(const Landing& landing, std::string_view digest,
                                                Instant now, Millis age_max);

}  // namespace frontierd
