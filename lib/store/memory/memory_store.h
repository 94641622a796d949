// The frontier in plain maps: for the simulator and for tests that want no disk. The same answers
// as every other store (tests/contract), and a crash() that forgets what was not committed.
//
// As Inspector it shows what is uncommitted too; after commit() there is no difference.
// Memory grows with the frontier. Thread: one; nothing here locks.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "frontier/inspect.h"
#include "frontier/store.h"
#include "store/memory/memory_rows.h"

namespace frontierd {

struct MemoryOptions {
  std::size_t attempts_kept = SIZE_MAX;  // of each URL, the newest; what is beyond goes at commit()
  std::size_t incidents_kept = SIZE_MAX;  // of each host, likewise
};

class MemoryStore : public Store, public Inspector {
 public:
  explicit MemoryStore(const MemoryOptions& options = {}) : options_(options) {}

  // The process dies here and a new one opens the store: back to the last commit, under a new
  // fence.
  void crash();
  std::uint64_t fence() const { return fence_; }

  Result<std::vector<Admission>> admit(std::span<const Candidate> candidates, Instant now) override;
  Result<LeaseAnswer> lease(std::span<const LeaseRequest> requests, Instant now,
                            Millis term) override;
  Result<std::size_t> settle(std::span<const Settlement> settlements, Instant now) override;
  Result<std::vector<HostId>> reclaim(Instant now, bool everything, bool crashed,
                                      int crashes_max) override;
  Result<std::vector<HostEntry>> hosts_with_queue(HostId after, std::size_t limit) override;
  Result<std::optional<HostEntry>> host(HostId id) override;
  Result<HostEntry> host_by_key(const std::string& host_key, Instant now) override;
  Result<std::optional<RobotsRecord>> robots(HostId id) override;
  Result<std::vector<ProviderBlock>> provider_blocks() override;
  Result<DroppedPart> drop_queue(HostId id, const QueuePlace& from, DropReason because,
                                 const std::string& why, std::size_t limit, Instant now) override;
  Result<Retried> retry(const UrlSelection& which, std::size_t limit, Instant now) override;
  Result<std::uint64_t> drop(const UrlSelection& which, std::size_t limit, Instant now) override;
  Result<void> set_wishes(HostId id, const HostWishes& wishes) override;
  Result<void> set_host_state(HostId id, const HostState& state) override;
  Result<void> set_robots(HostId id, const RobotsRecord& record) override;
  Result<void> set_note(const std::string& name, const std::string& value) override;
  Result<std::optional<std::string>> note(const std::string& name) override;
  Result<Tally> tally() override;
  Result<void> commit() override;

  Result<std::optional<UrlRecord>> url(const std::string& canonical) override;
  Result<std::vector<AttemptRecord>> attempts(UrlId id, std::size_t limit) override;
  Result<std::optional<HostRecord>> host(const std::string& host_key) override;
  Result<std::vector<std::string>> host_keys(const std::string& from, const std::string& to,
                                             std::size_t limit) override;
  Result<std::vector<Incident>> incidents(HostId id, std::size_t limit) override;
  Result<std::vector<HostEntry>> hosts(const HostFilter& filter, HostId after,
                                       std::size_t limit) override;
  Result<std::vector<UrlRecord>> urls(std::optional<UrlState> state, UrlId after,
                                      std::size_t limit) override;
  Result<std::vector<std::pair<std::string, std::uint64_t>>> drops_by_reason() override;
  Result<std::vector<HostBlock>> egress_blocks(HostId after, std::size_t limit) override;
  Result<std::uint64_t> blocked_hosts(const std::string& egress, Instant now) override;

 private:
  using UrlLife = memory::UrlLife;
  using UrlRow = memory::UrlRow;
  using HostRow = memory::HostRow;
  using Flight = memory::Flight;

  UrlRow& row(UrlId id) { return urls_[static_cast<std::size_t>(raw(id)) - 1]; }
  HostRow* find_host(HostId id);
  HostRow& host_row(HostId id) { return hosts_[static_cast<std::size_t>(raw(id)) - 1]; }
  HostId known_host(const std::string& key);
  HostEntry entry(HostId id);
  HostEntry entry_for_schedule(HostId id);  // with the rest of its name
  UrlRecord record(UrlId id);

  // Every change of a URL passes here: the queue, the counts and the way back are kept with it.
  void put(UrlId id, UrlLife life);
  void place(UrlId id, const UrlLife& life);    // into queue and counts
  void unplace(UrlId id, const UrlLife& life);  // out of them
  void put_robots(HostId id, const RobotsRecord& record);
  void put_state(HostId id, const HostState& state);
  void end_flight(LeaseId id);
  void put_egress(const Settlement& settlement);
  void set_egress_blocks(HostId id, std::vector<EgressBlock> blocks);

  Admission admit_one(const Candidate& candidate, Instant now);
  bool lease_page(HostRow& host, Instant now, Lease& lease);
  bool settle_one(const Settlement& settlement, Instant now);
  void settle_url(const Settlement& settlement, Instant now);
  void add_attempt(const Settlement& settlement, UrlLife& life);
  void suspect(const std::vector<UrlId>& in_hand, int crashes_max, Instant now);

  bool selected(const UrlSelection& which, UrlId id);
  std::vector<UrlId> pick(const UrlSelection& which, std::size_t limit, bool again, Instant now);
  void drop_one(UrlId id, DropReason because, std::string_view why, Instant now);
  void start_anew(HostId id, bool ends_rest, Retried& done, Instant now);
  void start_anew_all(const UrlSelection& which, std::size_t limit, Retried& done, Instant now);

  void step_back(memory::UrlWas& was);
  void step_back(memory::HostStateWas& was);
  void step_back(memory::WishesWere& were);
  void step_back(memory::RobotsWere& were);
  void step_back(memory::NoteWas& was);
  void step_back(memory::FlightWas& was);
  void step_back(memory::FlightAdded& added);
  void step_back(memory::UrlAdded& added);
  void step_back(memory::HostAdded& added);
  void step_back(memory::AttemptAdded& added);
  void step_back(memory::IncidentAdded& added);
  void step_back(memory::EgressBlocksWere& were);
  void step_back(memory::ProvidersWere& were);

  MemoryOptions options_;
  std::vector<UrlRow> urls_;    // by id - 1
  std::vector<HostRow> hosts_;  // by id - 1
  std::unordered_map<std::string, UrlId> url_ids_;
  std::map<std::string, HostId> host_ids_;
  std::map<LeaseId, Flight> flights_;
  std::map<std::string, std::string> notes_;
  memory::Providers providers_;
  std::vector<memory::Undo> undo_;  // since the last commit
  Tally tally_;
  std::array<std::uint64_t, kDropReasons> drops_{};
  std::uint64_t fence_ = 1;
  std::int64_t next_lease_ = 1;
};

}  // namespace frontierd
