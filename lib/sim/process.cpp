#include "sim/process.h"

#include <algorithm>

#include "rules/url.h"
#include "sim/process_voice.h"

namespace frontierd::sim {
namespace {

const std::string kClockNote = "sim.clock";
const std::string kCleanNote = "sim.clean";
constexpr Millis kFirstMoments = Seconds{1};  // of a life
constexpr Millis kTickMin{2};                 // landings within this share a commit
constexpr std::size_t kOperatorLimit = 1'000'000;

class BentClock final : public Clock {
 public:
  BentClock(const Clock& straight, std::function<Instant(Instant)> bend)
      : straight_(straight), bend_(std::move(bend)) {}
  Instant now() const override { return bend_ ? bend_(straight_.now()) : straight_.now(); }

 private:
  const Clock& straight_;
  std::function<Instant(Instant)> bend_;
};

}  // namespace

Process::Process(ProcessSetup setup, Surroundings around)
    : setup_(std::move(setup)),
      around_(around),
      watched_(setup_.number, around.referee),
      signatures_(std::make_shared<const SignatureTable>(SignatureTable::built_in())) {}

Process::~Process() = default;

Result<void> Process::start() {
  auto opened = open();
  if (!opened) {
    TRY(die());
    return opened;
  }
  around_.referee.held();
  if (died_at_ != kLongAgo) around_.figures.outages.add(around_.truth.now() - died_at_);
  died_at_ = kLongAgo;
  around_.log.note({around_.truth.now(), EventKind::Start, {}, {}, kLongAgo, 0, {}});
  return {};
}

Result<void> Process::open() {
  const std::string anchor_name = kClockNote + std::to_string(setup_.number);
  const std::string clean_name = kCleanNote + std::to_string(setup_.number);
  double_ = setup_.store_double ? setup_.store_double(around_.disk.store()) : nullptr;
  watched_.connect(double_ ? *double_ : around_.disk.store(), around_.disk.inspector());
  TRY_ASSIGN(const auto anchor, watched_.note(anchor_name));
  TRY_ASSIGN(const auto clean, watched_.note(clean_name));
  plain_clock_ = std::make_unique<DaemonClock>(around_.machine, anchor);
  clock_ = std::make_unique<BentClock>(*plain_clock_, setup_.clock_double);
  around_.referee.clock_starts(clock_->now(), latest_);
  wire_ =
      std::make_unique<VirtualFetcher>(setup_.number, setup_.slots, around_.world, around_.referee,
                                       around_.truth, *clock_, around_.figures.wire);
  fetcher_double_ = setup_.fetcher_double ? setup_.fetcher_double(*wire_) : nullptr;
  journal_ = std::make_unique<Voice>(around_, *clock_);
  door_double_ = setup_.door_double ? setup_.door_double(watched_) : nullptr;
  Store& door = door_double_ ? *door_double_ : static_cast<Store&>(watched_);
  dispatcher_ =
      std::make_unique<Dispatcher>(door, fetcher_double_ ? *fetcher_double_ : *wire_, *journal_,
                                   setup_.recovery_double ? setup_.recovery_double : setup_.policy,
                                   signatures_, Rng(setup_.seed * 1'000'003 + ++lives_));
  TRY(watched_.set_note(anchor_name, plain_clock_->anchor()));
  TRY(watched_.set_note(clean_name, "no"));
  TRY(dispatcher_->recover(clock_->now(), clean && *clean != "yes"));
  anchored_ahead_ = around_.machine.wall_ahead();
  born_at_ = setup_.recovery_double ? around_.truth.now() : kNever;
  next_ = last_tick_ = around_.truth.now();
  asleep_until_ = anchor_due_ = kLongAgo;
  return {};
}

Result<void> Process::die() {
  if (died_at_ == kLongAgo) died_at_ = around_.truth.now();
  const std::size_t flights = wire_ ? wire_->away() : 0;
  around_.figures.flights_cut += flights;
  if (flights > 0) ++around_.figures.crashes_in_flight;
  dispatcher_.reset();
  fetcher_double_.reset();
  wire_.reset();
  journal_.reset();
  around_.referee.cut(setup_.number);
  around_.referee.held();
  watched_.disarm();
  ++around_.figures.crashes;
  ++around_.figures.timeline.at(around_.truth.now()).deaths;
  around_.log.note({around_.truth.now(), EventKind::Crash, {}, {}, kLongAgo, 0, {}});
  TRY(around_.disk.crash());
  watched_.settle_doubt(around_.disk.store(), around_.disk.inspector());
  return {};
}

Result<void> Process::tick() {
  ++around_.figures.ticks;
  last_tick_ = around_.truth.now();
  const Instant now = clock_->now();
  latest_ = std::max(latest_, now);
  if (last_tick_ > born_at_ + kFirstMoments) {
    dispatcher_->set_policy(setup_.policy, signatures_, now);
    born_at_ = kNever;
  }
  const bool kept = now >= anchor_due_;
  if (kept) TRY(keep_time(now));
  TRY_ASSIGN(const Instant next, dispatcher_->tick(now));
  if (kept) anchored_ahead_ = around_.machine.wall_ahead();
  next_ = last_tick_ + std::max(std::min(next, anchor_due_) - now, Millis{0});
  return {};
}

Result<void> Process::keep_time(Instant now) {
  anchor_due_ = now + kAnchorEvery;
  return watched_.set_note(kClockNote + std::to_string(setup_.number), plain_clock_->anchor());
}

Instant Process::wakes_at() const {
  if (!up()) return kNever;
  const Instant wanted = std::min(next_, wire_->next_event());
  return std::max({wanted, last_tick_ + kTickMin, asleep_until_});
}

Result<std::size_t> Process::seed(std::span<const std::string> urls, int priority) {
  std::vector<Candidate> candidates;
  for (const std::string& text : urls) {
    const auto url = Url::parse(text);
    if (!url || !in_scope(dispatcher_->policy().scope, url->host())) continue;
    Candidate candidate;
    candidate.url = url->text();
    candidate.host_key = url->host_key();
    candidate.priority = priority;
    candidates.push_back(std::move(candidate));
  }
  TRY_ASSIGN(const auto admissions, dispatcher_->admit(candidates, clock_->now()));
  TRY(dispatcher_->commit());
  std::size_t fresh = 0;
  for (std::size_t i = 0; i < admissions.size(); ++i) {
    if (!admissions[i].fresh) continue;
    ++fresh;
    around_.log.note(
        {around_.truth.now(), EventKind::Seed, candidates[i].url, {}, kLongAgo, 0, {}});
  }
  around_.figures.seeds += fresh;
  poke();
  return fresh;
}

Result<std::uint64_t> Process::retry(const UrlSelection& which) {
  TRY_ASSIGN(const Retried changed, watched_.retry(which, kOperatorLimit, clock_->now()));
  TRY(watched_.commit());
  TRY(dispatcher_->refresh(HostId::None, clock_->now()));
  poke();
  return changed.urls;
}

Result<std::uint64_t> Process::drop(const UrlSelection& which) {
  TRY_ASSIGN(const std::uint64_t changed, watched_.drop(which, kOperatorLimit, clock_->now()));
  TRY(watched_.commit());
  return changed;
}

Result<void> Process::set_wishes(const std::string& host_key, const HostWishes& wishes) {
  TRY_ASSIGN(const HostEntry entry, watched_.host_by_key(host_key, clock_->now()));
  TRY(watched_.set_wishes(entry.id, wishes));
  TRY(watched_.commit());
  around_.referee.held();
  poke();
  return dispatcher_->refresh(entry.id, clock_->now());
}

Result<void> Process::set_policy(std::shared_ptr<const Policy> policy) {
  setup_.policy = policy;
  poke();
  if (!dispatcher_) return {};
  dispatcher_->set_policy(std::move(policy), signatures_, clock_->now());
  return dispatcher_->refresh(HostId::None, clock_->now());
}

Result<void> Process::stop() {
  dispatcher_->drain();
  if (fetcher_double_) {
    fetcher_double_->abort_all();
  } else {
    wire_->abort_all();
  }
  TRY(tick());
  const std::string number = std::to_string(setup_.number);
  TRY(watched_.set_note(kClockNote + number, plain_clock_->anchor()));
  TRY(watched_.set_note(kCleanNote + number, "yes"));
  TRY(watched_.commit());
  if (!dispatcher_->idle()) around_.referee.breach(2, "stopped with flights in hand");
  dispatcher_.reset();
  wire_.reset();
  around_.referee.held();
  died_at_ = around_.truth.now();
  return {};
}

}  // namespace frontierd::sim
