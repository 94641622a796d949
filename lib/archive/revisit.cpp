#include "archive/revisit.h"

namespace frontierd {

bool confirms_copy(const Lease& lease, int status) {
  const bool asked = !lease.etag.empty() || !lease.last_modified.empty();
  return status == 304 && asked && !lease.copy.record.empty();
}

std::optional<std::string_view> revisit_profile(const Landing& landing, std::string_view digest,
                                                Instant now, Millis age_max) {
  const ArchivedCopy& copy = landing.lease.copy;
  if (copy.record.empty() || landing.lease.stands_for || now - copy.at > age_max) return {};
  if (landing.report.url != landing.lease.url) return {};
  if (confirms_copy(landing.lease, landing.report.status)) return kNotModifiedProfile;
  const Payload* payload = landing.exchange->payload.get();
  const bool worth = payload != nullptr && payload->size() >= kRevisitPayloadMin;
  const bool same = landing.report.status == 200 && landing.exchange->truncated.empty() &&
                    digest == copy.digest;
  if (worth && same) return kSamePayloadProfile;
  return {};
}

}  // namespace frontierd
