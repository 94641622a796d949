#include "contract/harness.h"

#include <unistd.h>

#include "store/memory/memory_store.h"
#include "store/shared.h"
#include "store/sqlite/inspector.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {
namespace {

class InMemory final : public Frontier {
 public:
  Store& store() override { return store_; }
  Inspector& inspector() override { return store_; }
  void crash() override { store_.crash(); }

 private:
  MemoryStore store_;
};

class OnDisk final : public Frontier {
 public:
  OnDisk() { open(); }
  Store& store() override { return *store_; }
  Inspector& inspector() override { return *inspector_; }
  void crash() override {
    inspector_.reset();
    store_.reset();
    open();
  }

 private:
  void open() {
    store_ = ok(SqliteStore::open(dir_.path("frontier.db")));
    inspector_ = ok(SqliteInspector::open(dir_.path("frontier.db")));
  }

  TempDir dir_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<SqliteInspector> inspector_;
};

}  // namespace

std::unique_ptr<Frontier> memory_frontier() {
  return std::make_unique<InMemory>();
}
std::unique_ptr<Frontier> sqlite_frontier() {
  return std::make_unique<OnDisk>();
}

TempDir::TempDir() {
  std::string name = std::filesystem::temp_directory_path() / "frontierd-contract-XXXXXX";
  path_ = mkdtemp(name.data());
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Candidate candidate(const std::string& url, int priority, Instant not_before) {
  Candidate made;
  made.url = url;
  made.host_key = std::string(host_key_of(url));
  made.priority = priority;
  made.not_before = not_before;
  return made;
}

ArchivedCopy archived_copy(const Lease& lease, Instant landed_at) {
  std::string record(16, '\xfe');
  record[0] = static_cast<char>(raw(lease.id));
  return {record, landed_at - Millis{120}, std::string(19, '\0') + record[0]};
}

Settlement landing(const Lease& lease, OutcomeClass cls, Verdict verdict, Instant landed_at) {
  Settlement made;
  made.lease = lease;
  made.outcome.cls = cls;
  made.outcome.scope = is_trouble(cls) ? Scope::Host : Scope::Url;
  made.outcome.vendor = "nginx";
  made.outcome.evidence = {{"status", Strength::Status, "a \"quoted\"\tsign \xff"}};
  made.outcome.runner_up = RunnerUp{OutcomeClass::RateLimited, "nginx-503"};
  made.verdict = std::move(verdict);
  made.facts.started_at = landed_at - Millis{120};
  made.facts.landed_at = landed_at;
  made.facts.status = 200;
  made.facts.peer = "192.0.2.1";
  made.facts.egress = "direct";
  made.facts.body_bytes = 2'048;
  made.facts.elapsed = Millis{120};
  made.facts.etag = "\"e" + std::to_string(raw(lease.id)) + "\"";
  made.facts.last_modified = "Tue, 03 Nov 2026 10:00:00 GMT";
  made.facts.content_type = "text/html";
  made.facts.archive = {"a-00001.warc.gz", 4'096, {}};
  if (cls == OutcomeClass::Fetched) made.facts.archive.copy = archived_copy(lease, landed_at);
  return made;
}

}  // namespace frontierd
