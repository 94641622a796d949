#include "sim/host_books.h"

#include <algorithm>

#include "rules/url.h"

namespace frontierd::sim {

Instant NameBook::touched_but_by(const HostBook& host) const {
  Instant last = kLongAgo;
  for (const HostBook* other : hosts) {
    if (other != &host) last = std::max(last, other->touched());
  }
  return last;
}

Instant NameBook::asked_until() const {
  Instant last = kLongAgo;
  for (const HostBook* host : hosts) last = std::max(last, host->asked_until);
  return last;
}

Instant NameBook::rest_until() const {
  Instant last = kLongAgo;
  for (const HostBook* host : hosts) {
    if (is_trouble(host->rest_cls) && host->rest_cls != OutcomeClass::Unreachable) {
      last = std::max(last, host->rest_until);
    }
  }
  return last;
}

int NameBook::flights() const {
  int all = 0;
  for (const HostBook* host : hosts) all += host->flights;
  return all;
}

HostBook& HostBooks::at(const std::string& key) {
  const auto known = books_.find(key);
  if (known != books_.end()) return known->second;
  HostBook& book = books_[key];
  book.key = key;
  book.index = static_cast<int>(all_.size());
  book.rule = rule_of(key);
  all_.push_back(&book);
  name(book);
  return book;
}

void HostBooks::set_policy(std::shared_ptr<const Policy> policy) {
  policy_ = std::move(policy);
  names_.clear();
  for (HostBook* book : all_) {
    book->rule = rule_of(book->key);
    name(*book);
  }
}

void HostBooks::name(HostBook& book) {
  const bool separate = book.rule.separate.value_or(false);
  book.name = &names_[separate ? book.key : std::string(host_in(book.key))];
  book.name->hosts.push_back(&book);
}

HostRule HostBooks::rule_of(const std::string& key) const {
  return rule_for(*policy_, host_in(key));
}

HostBook* HostBooks::find(HostId id) {
  const auto known = by_id_.find(raw(id));
  return known == by_id_.end() ? nullptr : known->second;
}

}  // namespace frontierd::sim
