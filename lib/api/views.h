// The records of the frontier as JSON, field by field as API.md lists them. Times are RFC 3339 UTC,
// lengths are seconds, what is not there is null. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <span>

#include "api/control.h"
#include "frontier/explain.h"

namespace frontierd {

boost::json::value time_json(Instant at);  // null for kLongAgo and kNever
boost::json::value seconds_json(Millis length);

boost::json::object wait_json(const Wait& wait, Instant now);
boost::json::object status_json(const StatusSnapshot& status);
boost::json::object flight_json(const FlightNow& flight);
boost::json::object url_json(const UrlRecord& url);
boost::json::object attempt_json(const AttemptRecord& attempt);
boost::json::object explanation_json(const Explanation& explanation);

boost::json::object host_row_json(const HostEntry& host, const HostNow& told, Instant now);
boost::json::object host_json(const HostRecord& host, const HostNow& told, Instant now,
                              std::span<const Incident> incidents);
boost::json::object incident_json(const Incident& incident);
boost::json::object egress_json(const EgressNow& way, Instant now);
boost::json::object provider_json(const ProviderBlock& block);
boost::json::object block_json(const EgressBlock& block, Instant now);
boost::json::object wishes_json(const HostWishes& wishes);

}  // namespace frontierd
