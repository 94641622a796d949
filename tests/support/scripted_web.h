// A web in a script: a Fetcher whose answers are given in advance, a driver that turns the clock,
// and a record of every request with its time, as the origins saw it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/check.h"
#include "frontier/dispatcher.h"
#include "rules/url.h"
#include "store/memory/memory_store.h"
#include "support/builders.h"

namespace frontierd::tests {

struct Reply {
  int status = 200;
  std::vector<Header> headers;
  std::string body =
      "<html><head><title>A page</title></head><body><p>Some text.</p></body></html>";
  Millis takes{100};
  Transport transport = Transport::Ok;
};

inline Reply page() {
  return {};
}
inline Reply status(int code, std::vector<Header> headers = {}) {
  Reply reply;
  reply.status = code;
  reply.headers = std::move(headers);
  reply.body = "";
  return reply;
}
inline Reply slow(Reply reply, Millis takes) {
  reply.takes = takes;
  return reply;
}
inline Reply failing(Transport transport) {
  Reply reply;
  reply.status = 0;
  reply.transport = transport;
  reply.body = "";
  return reply;
}
inline Reply robots(std::string text) {
  Reply reply;
  reply.headers = {{"Content-Type", "text/plain"}};
  reply.body = std::move(text);
  return reply;
}

struct Seen {
  std::string url;
  Instant at = kLongAgo;
  bool past_cache = false;
  std::string address;  // that it was to be asked at
  int away = 0;         // requests under way then, this one too
};

class ScriptedFetcher final : public Fetcher {
 public:
  explicit ScriptedFetcher(const Instant& now) : now_(now) {}

  // Answers in turn; the last one goes on for ever. Unknown robots.txt: 404. Unknown pages: 200.
  std::map<std::string, std::deque<Reply>> replies;
  std::map<std::string, std::vector<std::string>> addresses;  // by host key; default: its own
  std::set<std::string> dead_addresses;                       // nobody listens there
  Millis answers_last = std::chrono::hours{1};
  Millis answers_age{0};  // how old the next look-up's answer is when it comes
  int look_ups = 0;
  std::map<std::string, Transport> dead_names;  // by host key
  std::vector<Seen> seen;
  std::size_t slots = 100;

  std::size_t free_slots() const override { return slots - std::min(slots, away_.size()); }

  void start(Lease lease) override {
    seen.push_back(
        {lease.url, now_, lease.past_cache, lease.address, static_cast<int>(away_.size()) + 1});
    Reply reply = dead_addresses.contains(lease.address) ? failing(Transport::ConnectTimeout)
                                                         : next_reply(lease.url);
    Landing landing;
    landing.report.url = lease.url;
    landing.report.status = reply.status;
    landing.report.transport = reply.transport;
    landing.report.headers = reply.headers;
    landing.report.body_head = reply.body;
    landing.report.body_bytes = reply.body.size();
    landing.report.elapsed = landing.report.first_byte_after = reply.takes;
    landing.report.received_at = now_ + reply.takes;
    if (lease.purpose == Purpose::Robots) landing.robots_body = reply.body;
    landing.lease = std::move(lease);
    away_.push_back(std::move(landing));
  }

  std::vector<Landing> landed() override {
    std::vector<Landing> home;
    std::erase_if(away_, [&](Landing& landing) {
      if (landing.report.received_at > now_) return false;
      home.push_back(std::move(landing));
      return true;
    });
    return home;
  }

  void resolve(HostId host, const std::string& host_key) override {
    Resolution answer;
    answer.host = host;
    answer.expires_at = now_ + answers_last - answers_age;
    answers_age = Millis{0};
    ++look_ups;
    if (const auto dead = dead_names.find(host_key); dead != dead_names.end()) {
      answer.transport = dead->second;
      answer.detail = "no such name";
    } else if (const auto known = addresses.find(host_key); known != addresses.end()) {
      answer.addresses = known->second;
    } else {
      answer.addresses = {"192.0.2." + std::to_string(raw(host) % 250)};
    }
    resolved_.push_back(std::move(answer));
  }
  std::vector<Resolution> resolved() override { return std::exchange(resolved_, {}); }

  void abort_all() override {
    for (Landing& landing : away_) {
      landing.report.transport = Transport::Aborted;
      landing.report.received_at = now_;
    }
  }

  Instant next_event() const {
    Instant next = resolved_.empty() ? kNever : now_;
    for (const Landing& landing : away_) next = std::min(next, landing.report.received_at);
    return next;
  }
  std::size_t away() const { return away_.size(); }

 private:
  Reply next_reply(const std::string& url) {
    const auto known = replies.find(url);
    if (known == replies.end()) return url.ends_with("/robots.txt") ? status(404) : page();
    Reply reply = known->second.front();
    if (known->second.size() > 1) known->second.pop_front();
    return reply;
  }

  const Instant& now_;
  std::vector<Landing> away_;
  std::vector<Resolution> resolved_;
};

// Counts the hosts that are read to find those to load, and what each commit drops.
class CountingStore : public MemoryStore {
 public:
  Result<std::vector<HostEntry>> hosts_with_queue(HostId after, std::size_t limit) override {
    auto found = MemoryStore::hosts_with_queue(after, limit);
    if (found) hosts_read += found->size();
    return found;
  }
  Result<DroppedPart> drop_queue(HostId id, const QueuePlace& from, DropReason because,
                                 const std::string& why, std::size_t limit, Instant now) override {
    looked_at_ += limit;
    return MemoryStore::drop_queue(id, from, because, why, limit, now);
  }
  Result<void> commit() override {
    most_looked_at = std::max(most_looked_at, std::exchange(looked_at_, 0));
    return MemoryStore::commit();
  }

  std::size_t hosts_read = 0;
  std::size_t most_looked_at = 0;  // places of queues in one commit, to drop what is there

 private:
  std::size_t looked_at_ = 0;
};

class TellingJournal final : public Journal {
 public:
  void gave_up(const std::string& host_key, DropReason because, std::size_t urls,
               Instant now) override {
    gave_ups.push_back({host_key, because, urls, now});
  }

  struct GaveUp {
    std::string host;
    DropReason because;
    std::size_t urls;
    Instant at;
  };
  std::vector<GaveUp> gave_ups;
};

// A frontier on the memory store with the scripted web beyond it.

class ScriptedCrawl {
 public:
  explicit ScriptedCrawl(Policy policy = {}) : policy_(std::move(policy)) { restart(false); }

  ScriptedFetcher web{now_};
  CountingStore store;
  TellingJournal journal;

  int ticks = 0;

  Instant now() const { return now_; }
  Dispatcher& dispatcher() { return *dispatcher_; }

  void set_policy(Policy policy) {
    policy_ = std::move(policy);
    dispatcher_->set_policy(std::make_shared<const Policy>(policy_),
                            std::make_shared<const SignatureTable>(SignatureTable::built_in()),
                            now_);
  }

  void restart(bool crashed) {
    dispatcher_ = std::make_unique<Dispatcher>(
        store, web, journal, std::make_shared<const Policy>(policy_),
        std::make_shared<const SignatureTable>(SignatureTable::built_in()), Rng(7));
    CHECK(dispatcher_->recover(now_, crashed));
  }

  void seed(const std::vector<std::string>& urls) {
    std::vector<Candidate> candidates;
    for (const std::string& text : urls) {
      const auto url = Url::parse(text);
      CHECK(url.has_value());
      Candidate candidate;
      candidate.url = url->text();
      candidate.host_key = url->host_key();
      candidates.push_back(std::move(candidate));
    }
    CHECK(dispatcher_->admit(candidates, now_).has_value());
    CHECK(dispatcher_->commit().has_value());
  }

  void run(std::string_view span) {
    const Instant end = now_ + lasting(span);
    while (true) {
      auto next = dispatcher_->tick(now_);
      ++ticks;
      CHECK(next.has_value());
      const Instant then = std::max(std::min(*next, web.next_event()), now_);
      if (then > end) break;
      now_ = then == now_ ? then + Millis{1} : then;
    }
    now_ = end;
  }

  std::vector<Instant> times_of(const std::string& url) const {
    std::vector<Instant> times;
    for (const Seen& request : web.seen) {
      if (request.url == url) times.push_back(request.at);
    }
    return times;
  }
  std::vector<std::string> urls_seen() const {
    std::vector<std::string> urls;
    for (const Seen& request : web.seen) urls.push_back(request.url);
    return urls;
  }
  UrlRecord url(const std::string& text) {
    auto record = store.url(text);
    CHECK(record.has_value() && record->has_value());
    return **record;
  }
  HostRecord host(const std::string& key) {
    auto record = store.host(key);
    CHECK(record.has_value() && record->has_value());
    return **record;
  }

 private:
  Policy policy_;
  Instant now_ = at("0");
  std::unique_ptr<Dispatcher> dispatcher_;
};

}  // namespace frontierd::tests
