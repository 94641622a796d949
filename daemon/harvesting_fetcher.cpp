#include "daemon/harvesting_fetcher.h"

#include <iterator>

#include "archive/revisit.h"

namespace frontierd {

std::size_t HarvestingFetcher::free_slots() const {
  const bool full = archiver_ != nullptr && !archiver_->has_room();
  return full ? 0 : inner_.free_slots();
}

Wait HarvestingFetcher::short_of() const {
  if (archiver_ != nullptr && !archiver_->has_room()) return Wait(WaitReason::ArchiveFull);
  return inner_.short_of();
}

bool HarvestingFetcher::tight() const {
  return inner_.tight() || (archiver_ != nullptr && !archiver_->has_room_for_large());
}

std::vector<Resolution> HarvestingFetcher::resolved() {
  std::vector<Resolution> answers = inner_.resolved();
  for (const Resolution& answer : answers) on_resolved_(answer.transport);
  return answers;
}

std::vector<Landing> HarvestingFetcher::landed() {
  std::vector<Landing> fresh = inner_.landed();
  for (const Landing& landing : fresh) on_landed_(landing);
  if (archiver_ == nullptr) return fresh;
  std::vector<Landing> out;
  for (Landing& landing : fresh) {
    const bool wanted = landing.exchange && wants_archive(policy_, landing.report,
                                                        confirms_copy(landing.lease, landing.report.status));
    if (wanted) {
      archiver_->put(std::move(landing));
    } else {
      out.push_back(std::move(landing));
    }
  }
  std::vector<Landing> safe = archiver_->taken();
  std::move(safe.begin(), safe.end(), std::back_inserter(out));
  // The archive failed: what it could not keep counts as never flown.
  for (Landing& lost : archiver_->abandoned()) {
    lost.report.transport = Transport::Aborted;
    out.push_back(std::move(lost));
  }
  return out;
}

}  // namespace frontierd
