// The suite's fixture: the same tests on every store, with the verbs they need most in short form.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "contract/harness.h"

namespace frontierd {

enum class Kind { Memory, Sqlite };

class StoreContract : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override;

  Store& store() { return frontier_->store(); }
  Inspector& inspector() { return frontier_->inspector(); }

  void commit() { ok(store().commit()); }
  void crash() { frontier_->crash(); }

  UrlId admit(const Candidate& candidate, Instant now = kNoon);
  HostId host_of(const std::string& url);
  std::vector<Lease> lease(const std::string& url_of_host, std::size_t count, Instant now = kNoon);
  Lease lease_one(const std::string& url_of_host, Instant now = kNoon);
  std::size_t settle(const Settlement& settlement, Instant now = kNoon);
  UrlRecord look(const std::string& url);  // committed first
  Tally tally() { return ok(store().tally()); }

  std::unique_ptr<Frontier> frontier_;
};

}  // namespace frontierd
