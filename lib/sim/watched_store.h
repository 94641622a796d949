// The store's door with a watchman: every call is counted, may be made to fail, and is told to the
// referee once the store has said yes. A failure is how a process dies at that very call: the
// dispatcher leaves with the error, and the simulator starts another process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/disk.h"
#include "sim/referee.h"

namespace frontierd::sim {

// The n-th call from now on fails: before the store hears of it, or after it has obeyed.
struct StoreFault {
  std::uint64_t calls = 0;
  bool after = false;
  Errc code = Errc::Io;
};

class WatchedStore final : public Store {
 public:
  WatchedStore(int daemon, Referee& referee) : daemon_(daemon), referee_(referee) {}
  // Before the first call, and after every crash: what was behind the door may be another one.
  void connect(Store& store, Inspector& inspector) {
    store_ = &store;
    inspector_ = &inspector;
  }

  // After a crash, with what is left on disk: a commit that ended in an error may have been made
  // all the same. The referee is told, and what was not committed never happened.
  void settle_doubt(Store& store, Inspector& inspector);

  void arm(StoreFault fault) { fault_ = fault; }
  void disarm() { fault_.reset(); }
  bool armed() const { return fault_.has_value(); }
  // No room: whatever writes fails until it is filled no more.
  void fill(bool full) { full_ = full; }
  std::uint64_t calls() const { return calls_; }

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

 private:
  enum class Kind { Read, Write, Commit };
  // Error: the call is not made.
  Result<void> before(Kind kind);
  // Error: the call was made, but nobody hears of it.
  Result<void> after();
  template <class Call>
  auto pass(Kind kind, Call call) -> decltype(call());

  std::string mark() const;  // the note that says which commit was the last

  int daemon_;
  Store* store_ = nullptr;
  Inspector* inspector_ = nullptr;
  Referee& referee_;
  std::optional<StoreFault> fault_;
  bool full_ = false;
  std::uint64_t calls_ = 0;
  bool written_ = false;   // since the last commit
  bool doubtful_ = false;  // it was asked for and not answered
  std::uint64_t commits_ = 0;
};

}  // namespace frontierd::sim
