#include "power/power_life.h"

#include <array>
#include <utility>

#include "store/sqlite/inspector.h"

namespace frontierd {
namespace {

constexpr const char* kPath = "/frontier.db";
constexpr std::uint64_t kLooksPerOperation = 4;  // roughly

// Each must count nothing.
constexpr std::array kNothing{
    "SELECT count(*) FROM flight WHERE id > 0 AND id NOT IN (SELECT id FROM url)",
    "SELECT count(*) FROM flight f JOIN url u ON u.id = f.id"
    " WHERE u.state = 'dropped' OR (u.state = 'done') <> f.revisit",
    "SELECT count(*) FROM url WHERE id NOT IN (SELECT url_id FROM url_key)",
    "SELECT (SELECT count(*) FROM url) <> (SELECT count(*) FROM url_key)",
    "SELECT count(*) FROM host_tally t WHERE"
    " queued <> (SELECT count(*) FROM url WHERE host_id = t.host_id AND state = 'queued') OR"
    " done <> (SELECT count(*) FROM url WHERE host_id = t.host_id AND state = 'done') OR"
    " dropped <> (SELECT count(*) FROM url WHERE host_id = t.host_id AND state = 'dropped')",
    "SELECT count(*) FROM pragma_foreign_key_check",
};

}  // namespace

LifeOptions small_life(const DiskPlan& plan, std::uint64_t seed) {
  LifeOptions life;
  life.seed = seed;
  life.disk_seed = plan.at * 7 + static_cast<std::uint64_t>(plan.fault);
  life.commits = 4;
  life.plans = {plan};
  return life;
}

LifeOptions random_life(std::uint64_t seed) {
  Rng dice(seed);
  LifeOptions life;
  life.seed = dice.next();
  life.disk_seed = dice.next();
  life.commits = 2 + static_cast<int>(dice.below(8));
  for (std::uint64_t spells = 1 + dice.below(4); spells > 0; --spells) {
    DiskPlan plan;
    // Early ones fall into the opening and its recovery, late ones into work and checkpoints.
    plan.at = 1 + dice.below(std::uint64_t{4} << dice.below(8));
    constexpr std::array kFaults{DiskFault::PowerCut,   DiskFault::PowerCut, DiskFault::Error,
                                 DiskFault::ShortWrite, DiskFault::Full,     DiskFault::ReadError,
                                 DiskFault::ReadError};
    plan.fault = kFaults[dice.below(kFaults.size())];
    if (plan.fault == DiskFault::ReadError) plan.at *= kLooksPerOperation;
    plan.for_ever = dice.below(3) == 0;
    life.plans.push_back(plan);
  }
  life.habits.lost = 0.1 + 0.6 * dice.roll().unit;
  life.habits.torn = (1 - life.habits.lost) * dice.roll().unit;
  life.habits.hollow = dice.below(2) == 0 ? 0.0 : 0.1;
  life.habits.within_sectors = dice.below(2) == 0;
  return life;
}

PowerLife::PowerLife(const LifeOptions& options)
    : options_(options), disk_(options.disk_seed, options.habits) {
  store_options_.vfs = "power";
  // Small: uncommitted pages are spilled into the log, and commits checkpoint by themselves.
  store_options_.cache_kib = verbs_.draw(2) == 0 ? 48 : 4'096;
  if (verbs_.draw(2) == 0) store_options_.wal_pages_max = 8 + static_cast<int>(verbs_.draw(40));
}

Result<std::unique_ptr<SqliteStore>> PowerLife::open() {
  TRY_ASSIGN(auto store, SqliteStore::open(kPath, store_options_));
  if (!options_.full_sync) TRY(store->db().exec("PRAGMA synchronous = NORMAL"));
  return store;
}

std::optional<std::string> PowerLife::run() {
  for (const DiskPlan& plan : options_.plans) {
    if (auto fault = boot(plan)) return fault;
    if (auto fault = spell()) return fault;
  }
  // In the end the disk is well again, and a clean stop leaves nothing behind.
  if (auto fault = boot({})) return fault;
  if (auto worked = work(); !worked) return "without a fault: " + worked.error().what;
  if (auto closed = store_->checkpoint(true); !closed) return closed.error().what;
  store_.reset();
  disk_.cut_power();
  return boot({});
}

// Opens the store with `plan` in force; as often as it takes, the plan once.
PowerLife::Fault PowerLife::boot(const DiskPlan& plan) {
  bool planned = plan.at != 0;
  while (true) {
    disk_.restart();
    verbs_.forget_flights();
    disk_.plan(planned ? plan : DiskPlan{});
    planned = false;
    auto opened = open();
    Fault fault;
    if (opened) {
      store_ = std::move(*opened);
      fault = check();
      if (!fault) return std::nullopt;
      store_.reset();
    } else {
      fault = "cannot be opened: " + opened.error().what;
      if (opened.error().what.find(kPath) == std::string::npos) return "unnamed: " + *fault;
      tally_.corrupt += opened.error().code == Errc::Corrupt && !disk_.fired() ? 1 : 0;
    }
    if (!disk_.fired()) return fault;
    if (verbs_.draw(2) == 0) disk_.cut_power();
  }
}

PowerLife::Fault PowerLife::spell() {
  const auto worked = work();
  operations_ = disk_.operations();
  looks_ = disk_.looks();
  if (!verbs_.difference().empty()) return verbs_.difference();
  if (!worked && !disk_.fired()) return "an error of no fault: " + worked.error().what;
  if (!worked && worked.error().what.find(kPath) == std::string::npos) {
    return "an error that names no file: " + worked.error().what;
  }
  if (!worked) {
    if (auto fault = check_silence()) return fault;
  }
  // A process that ends otherwise than by a loss of power leaves the page cache to the next one.
  switch (verbs_.draw(worked ? 8 : 2)) {
    case 0:
      disk_.restart();  // as kill -9: nothing is closed
      break;
    case 1:
      store_.reset();
      break;
    default:
      disk_.cut_power();
  }
  store_.reset();
  return std::nullopt;
}

Result<void> PowerLife::work() {
  committing_ = false;
  TRY(verbs_.recover(*store_, doubtful_));
  for (int commits = options_.commits; commits > 0; --commits) {
    for (std::uint64_t verbs = 1 + verbs_.draw(4); verbs > 0; --verbs) TRY(verbs_.step(*store_));
    committing_ = true;
    TRY(store_->commit());
    committing_ = doubtful_ = false;
    TRY(model_.commit());
    ++tally_.commits;
    if (verbs_.draw(4) == 0) TRY(tidy());
  }
  return {};
}

Result<void> PowerLife::tidy() {
  ++tally_.checkpoints;
  if (verbs_.draw(2) == 0) {
    auto checkpointer = SqliteCheckpointer::open(kPath, "power");
    const auto copied =
        checkpointer ? checkpointer->run() : Result<Checkpointed>(fail(checkpointer.error()));
    if (!copied) {
      store_->give_up(copied.error());
      return fail(copied.error());
    }
    if (verbs_.draw(2) == 0) return {};
  }
  TRY(store_->checkpoint(verbs_.draw(3) == 0));
  return {};
}

// After an error nothing is written any more, whatever is asked and on the way out.
PowerLife::Fault PowerLife::check_silence() {
  const std::uint64_t before = disk_.operations();
  const std::uint64_t resyncs = disk_.tally().resyncs;
  const bool refuses = !store_->commit() && !store_->tally() && !store_->checkpoint(false);
  if (disk_.powered() && !refuses) return "the store goes on after an error";
  store_.reset();
  if (disk_.operations() != before) return "the store wrote after an error";
  if (disk_.tally().resyncs != resyncs) return "a failed sync was tried again";
  return std::nullopt;
}

PowerLife::Fault PowerLife::check() {
  if (auto fault = check_file()) {
    tally_.corrupt += disk_.fired() ? 0 : 1;
    return fault;
  }
  return check_portrait();
}

PowerLife::Fault PowerLife::check_file() {
  auto integrity = store_->db().prepare("PRAGMA integrity_check");
  if (!integrity) return integrity.error().what;
  Rows rows(*integrity);
  const auto row = rows.next();
  if (!row || rows->view(0) != "ok") {
    return "integrity_check: " + (row ? rows->text(0) : row.error().what);
  }
  for (const char* sql : kNothing) {
    const auto count = store_->db().number(sql);
    if (!count) return count.error().what;
    if (*count != 0) return std::to_string(*count) + " by: " + sql;
  }
  return std::nullopt;
}

PowerLife::Fault PowerLife::check_portrait() {
  auto inspector = SqliteInspector::open(kPath, "power");
  if (!inspector) return inspector.error().what;
  const auto real = portray(*store_, **inspector);
  if (!real) return real.error().what;
  if (std::exchange(committing_, false)) {
    doubtful_ = true;
    if (*real == *portray(model_, model_)) (void)model_.commit();
  }
  model_.crash();
  const auto model = portray(model_, model_);
  ++tally_.reopenings;
  tally_.seeds += model->urls.size();
  tally_.settlements += model->settlements.size();
  tally_.waits += model->hosts.size();
  const Loss lost = loss(*model, *real);
  tally_.lost_seeds += lost.seeds;
  tally_.lost_settlements += lost.settlements;
  tally_.lost_waits += lost.hosts;
  if (lost.first.empty()) return std::nullopt;
  return "not what was acknowledged: " + lost.first;
}

}  // namespace frontierd
