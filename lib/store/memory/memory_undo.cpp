// MemoryStore: commit and crash.
#include "store/memory/memory_store.h"

namespace frontierd {

Result<void> MemoryStore::commit() {
  for (const memory::Undo& undo : undo_) {
    if (const auto* attempt = std::get_if<memory::AttemptAdded>(&undo)) {
      auto& rows = row(attempt->id).attempts;
      while (rows.size() > options_.attempts_kept) rows.erase(rows.begin());
    } else if (const auto* incident = std::get_if<memory::IncidentAdded>(&undo)) {
      auto& rows = host_row(incident->id).incidents;
      while (rows.size() > options_.incidents_kept) rows.erase(rows.begin());
    }
  }
  undo_.clear();
  return {};
}

void MemoryStore::crash() {
  while (!undo_.empty()) {
    std::visit([this](auto& was) { step_back(was); }, undo_.back());
    undo_.pop_back();
  }
  ++fence_;
  next_lease_ = flights_.empty() ? 1 : raw(flights_.rbegin()->first) + 1;
}

void MemoryStore::step_back(memory::UrlWas& was) {
  unplace(was.id, row(was.id).life);
  row(was.id).life = std::move(was.life);
  place(was.id, row(was.id).life);
}

void MemoryStore::step_back(memory::HostStateWas& was) {
  host_row(was.id).state = std::move(was.state);
}

void MemoryStore::step_back(memory::WishesWere& were) {
  host_row(were.id).wishes = std::move(were.wishes);
}

void MemoryStore::step_back(memory::RobotsWere& were) {
  host_row(were.id).robots = std::move(were.robots);
}

void MemoryStore::step_back(memory::NoteWas& was) {
  if (was.value) {
    notes_[was.name] = std::move(*was.value);
  } else {
    notes_.erase(was.name);
  }
}

void MemoryStore::step_back(memory::FlightWas& was) {
  flights_[was.id] = was.flight;
}

void MemoryStore::step_back(memory::FlightAdded& added) {
  flights_.erase(added.id);
}

void MemoryStore::step_back(memory::UrlAdded& /*added*/) {
  const UrlId id{static_cast<std::int64_t>(urls_.size())};
  unplace(id, row(id).life);
  host_row(row(id).host).urls.pop_back();
  url_ids_.erase(row(id).url);
  urls_.pop_back();
}

void MemoryStore::step_back(memory::HostAdded& /*added*/) {
  host_ids_.erase(hosts_.back().key);
  hosts_.pop_back();
  --tally_.hosts;
}

void MemoryStore::step_back(memory::AttemptAdded& added) {
  row(added.id).attempts.pop_back();
}

void MemoryStore::step_back(memory::IncidentAdded& added) {
  host_row(added.id).incidents.pop_back();
}

}  // namespace frontierd
