#include "store/memory/memory_rows.h"

namespace frontierd::memory {

Stored landed_state(const Verdict& verdict) {
  if (std::holds_alternative<Retry>(verdict)) return Stored::Queued;
  if (std::holds_alternative<Drop>(verdict)) return Stored::Dropped;
  return Stored::Done;
}

UrlState shown(const UrlLife& life) {
  if (life.aloft) return UrlState::Leased;
  if (life.state == Stored::Queued) return UrlState::Queued;
  return life.state == Stored::Done ? UrlState::Done : UrlState::Dropped;
}

}  // namespace frontierd::memory
