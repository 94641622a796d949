#include "sim/host_books.h"

#include "rules/url.h"

namespace frontierd::sim {

HostBook& HostBooks::at(const std::string& key) {
  const auto known = books_.find(key);
  if (known != books_.end()) return known->second;
  HostBook& book = books_[key];
  book.key = key;
  book.index = static_cast<int>(all_.size());
  book.rule = rule_of(key);
  all_.push_back(&book);
  return book;
}

void HostBooks::set_policy(std::shared_ptr<const Policy> policy) {
  policy_ = std::move(policy);
  for (HostBook* book : all_) book->rule = rule_of(book->key);
}

HostRule HostBooks::rule_of(const std::string& key) const {
  return rule_for(*policy_, host_in(key));
}

HostBook* HostBooks::find(HostId id) {
  const auto known = by_id_.find(raw(id));
  return known == by_id_.end() ? nullptr : known->second;
}

}  // namespace frontierd::sim
