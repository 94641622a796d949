// How fast the durable frontier is: seeds admitted, then lease and settle, every batch fsynced.
// A second thread checkpoints, as the daemon's does.
//
//   frontier_bench [--urls N] [--hosts N] [--batch N] [--seed-batch N] [--cycles N] [--dir D]
//                  [--queries]
//
// Prints one line a figure: name, value, unit. --queries then runs the queries of schema/README.md
// over a connection of their own while the cycles go on, and prints what each took.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "contract/readme_queries.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/inspector.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {
namespace {

using Steady = std::chrono::steady_clock;

struct Options {
  std::size_t urls = 1'000'000;
  std::size_t hosts = 10'000;
  std::size_t batch = 512;
  std::size_t seed_batch = 10'000;
  std::size_t cycles = 300'000;
  std::string dir = ".";
  bool queries = false;
};

constexpr double kDuplicates = 0.2;
constexpr int kCheckpointPages = 32'768;
const Instant kNow = from_unix_ms(1'790'000'000'000);

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "frontier_bench: %s\n", why.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result) stop(result.error().what);
  return std::move(*result);
}
void must(Result<void> result) {
  if (!result) stop(result.error().what);
}

// Of this thread: what a batch costs whatever else the machine does.
double cpu_seconds() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

Options parse(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--queries") {
      options.queries = true;
      continue;
    }
    if (i + 1 >= count) stop("an option without a value: " + word + "; see the head of this file");
    const std::string value = words[++i];
    const auto number = parse_int<std::size_t>(value).value_or(0);
    if (word == "--dir") {
      options.dir = value;
    } else if (number == 0) {
      stop("not a positive number: " + word + " " + value);
    } else if (word == "--urls") {
      options.urls = number;
    } else if (word == "--hosts") {
      options.hosts = number;
    } else if (word == "--batch") {
      options.batch = number;
    } else if (word == "--seed-batch") {
      options.seed_batch = number;
    } else if (word == "--cycles") {
      options.cycles = number;
    } else {
      stop("unknown option " + word + "; see the head of this file");
    }
  }
  return options;
}

Candidate candidate(std::uint64_t number, std::size_t hosts) {
  Rng rng(number);
  const std::uint64_t host = rng.below(hosts);
  Candidate made;
  made.host_key = "https://www.host-" + std::to_string(host) + ".example";
  made.url = made.host_key + "/section/" + std::to_string(rng.below(50)) + "/article-" +
             std::to_string(number) + ".html";
  return made;
}

// Copies the log in the background; the writer takes the short rest between two commits.
class Checkpoints {
 public:
  Checkpoints(const std::string& path, SqliteStore& store)
      : store_(store), copier_(must(SqliteCheckpointer::open(path))), thread_([this] { run(); }) {}
  ~Checkpoints() {
    ended_ = true;
    thread_.join();
  }

  void after_commit() {
    if (caught_up_.exchange(false)) {
      must(store_.checkpoint(false));
    } else if (store_.wal_pages() > kCheckpointPages) {
      wanted_ = true;
    }
  }

 private:
  void run() {
    while (!ended_) {
      if (!wanted_.exchange(false)) {
        std::this_thread::sleep_for(Millis{2});
        continue;
      }
      must(copier_.run());
      caught_up_ = true;
    }
  }

  SqliteStore& store_;
  SqliteCheckpointer copier_;
  std::atomic<bool> wanted_{false};
  std::atomic<bool> caught_up_{false};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

// Sums what the timed stretches took.
class Meter {
 public:
  template <class Work>
  void time(const Work& work) {
    const auto start = Steady::now();
    const double cpu = cpu_seconds();
    work();
    const double spent = seconds_since(start);
    cpu_ += cpu_seconds() - cpu;
    spent_ += spent;
    slowest_ = std::max(slowest_, spent);
  }

  void print(const char* name, std::size_t count) const {
    const auto n = static_cast<double>(count);
    std::printf("%s\t%.0f\tper second\n", name, n / spent_);
    std::printf("%s_cpu\t%.1f\tus each\n", name, cpu_ / n * 1e6);
    std::printf("%s_slowest\t%.0f\tms a batch\n", name, slowest_ * 1e3);
  }

 private:
  double spent_ = 0;
  double cpu_ = 0;
  double slowest_ = 0;
};

void seed(SqliteStore& store, Checkpoints& checkpoints, const Options& options) {
  Rng rng(7);
  std::uint64_t fresh = 0;
  Meter meter;
  for (std::size_t done = 0; done < options.urls; done += options.seed_batch) {
    std::vector<Candidate> batch;
    for (std::size_t i = 0; i < std::min(options.seed_batch, options.urls - done); ++i) {
      const bool again = fresh > 0 && rng.roll().unit < kDuplicates;
      batch.push_back(candidate(again ? rng.below(fresh) : fresh++, options.hosts));
    }
    meter.time([&] {
      must(store.admit(batch, kNow));
      must(store.commit());
      checkpoints.after_commit();
    });
  }
  meter.print("seeds", options.urls);
}

Settlement settlement(const Lease& lease, Instant now) {
  Settlement made;
  made.lease = lease;
  made.outcome.cls = OutcomeClass::Fetched;
  made.outcome.evidence = {{"status", Strength::Status, "200 with a page of 2048 bytes"}};
  made.verdict = Done{};
  made.facts.started_at = now;
  made.facts.landed_at = now + Millis{120};
  made.facts.status = 200;
  made.facts.peer = "192.0.2.17";
  made.facts.body_bytes = 2'048;
  made.facts.elapsed = Millis{120};
  made.facts.etag = "\"5f3e-1a2b3c4d\"";
  made.facts.last_modified = "Tue, 03 Nov 2026 10:00:00 GMT";
  made.facts.content_type = "text/html; charset=utf-8";
  made.facts.archive = {"frontierd-20261122000000000-00001.warc.gz",
                        static_cast<std::uint64_t>(raw(lease.id)) * 1'500,
                        {}};
  return made;
}

// The dispatcher's rhythm: what has landed is settled, what is next is leased, one commit for both.
class Cycles {
 public:
  Cycles(SqliteStore& store, Checkpoints& checkpoints, const Options& options)
      : store_(store), checkpoints_(checkpoints), options_(options) {}

  bool one() {
    std::vector<LeaseRequest> requests(std::min(options_.batch, options_.hosts));
    for (LeaseRequest& request : requests) {
      request.host = HostId{static_cast<std::int64_t>(next_host_++ % options_.hosts) + 1};
    }
    std::vector<Settlement> landed;
    for (const Lease& lease : flights_) landed.push_back(settlement(lease, kNow));
    meter_.time([&] {
      settled_ += must(store_.settle(landed, kNow));
      flights_ = must(store_.lease(requests, kNow, Seconds{600})).leases;
      must(store_.commit());
      checkpoints_.after_commit();
    });
    return !flights_.empty();
  }

  std::size_t settled() const { return settled_; }
  void print() const { meter_.print("cycles", settled_); }

 private:
  SqliteStore& store_;
  Checkpoints& checkpoints_;
  const Options& options_;
  std::vector<Lease> flights_;
  std::size_t next_host_ = 0;
  std::size_t settled_ = 0;
  Meter meter_;
};

void time_queries(const std::string& path) {
  Db db = must(Db::open(path, Db::Mode::Read, ""));
  for (const auto& [name, sql] : readme_queries()) {
    const auto start = Steady::now();
    Statement statement = must(db.prepare(sql));
    std::size_t count = 0;
    for (Rows rows(statement); must(rows.next());) ++count;
    std::printf("query %s\t%.0f\tms for %zu rows\n", name.c_str(), seconds_since(start) * 1e3,
                count);
  }
}

int run(const Options& options) {
  const std::filesystem::path dir =
      std::filesystem::path(options.dir) /
      ("frontier_bench." + std::to_string(Steady::now().time_since_epoch().count()));
  std::filesystem::create_directories(dir);
  const std::string path = dir / "frontier.db";
  {
    auto store = must(SqliteStore::open(path));
    Checkpoints checkpoints(path, *store);
    seed(*store, checkpoints, options);
    Cycles cycles(*store, checkpoints, options);
    while (cycles.settled() < options.cycles && cycles.one()) {
    }
    cycles.print();
    if (options.queries) {
      std::atomic<bool> ended{false};
      std::thread reader([&] {
        time_queries(path);
        ended = true;
      });
      while (!ended && cycles.one()) {
      }
      reader.join();
    }
  }
  std::printf("size\t%.0f\tMiB\n",
              static_cast<double>(std::filesystem::file_size(path)) / 1024 / 1024);
  std::filesystem::remove_all(dir);
  return 0;
}

}  // namespace
}  // namespace frontierd

int main(int count, char** words) {
  return frontierd::run(frontierd::parse(count, words));
}
