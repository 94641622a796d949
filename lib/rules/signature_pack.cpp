#include "rules/signature_pack.h"

#include <cstdint>

#include "base/check.h"

namespace frontierd {
namespace {

class Packer {
 public:
  // Seven bits a byte, the last one without the eighth.
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void text(std::string_view text) {
    number(text.size());
    bytes_ += text;
  }
  template <class List, class Each>
  void list(const List& list, Each each) {
    number(list.size());
    for (const auto& item : list) each(item);
  }
  void texts(const std::vector<std::string>& all) {
    list(all, [&](const std::string& each) { text(each); });
  }
  void conditions(const std::vector<WrittenCondition>& all) {
    list(all, [&](const WrittenCondition& condition) {
      number(static_cast<std::uint64_t>(condition.key));
      list(condition.any_of, [&](const auto& signs) { texts(signs); });
    });
  }
  // Where membership changes, from 0 on.
  void statuses(const StatusSet& set) {
    std::vector<std::uint64_t> edges;
    for (std::size_t i = 0; i < set.size(); ++i) {
      if (set[i] != (i > 0 && set[i - 1])) edges.push_back(i);
    }
    list(edges, [&](std::uint64_t edge) { number(edge); });
  }
  void row(const WrittenRow& row) {
    const SignatureFacts& facts = row.facts;
    for (const auto* each : {&facts.id, &facts.vendor, &facts.why, &facts.source, &facts.sample}) {
      text(*each);
    }
    number(static_cast<std::uint64_t>(facts.strength));
    number(static_cast<std::uint64_t>(facts.cls));
    number(static_cast<std::uint64_t>(facts.scope));
    statuses(facts.statuses);
    number(facts.asks_at_least ? static_cast<std::uint64_t>(facts.asks_at_least->count()) + 1 : 0);
    conditions(row.needs);
    conditions(row.unless);
    number(row.off ? 1 : 0);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      CHECK(at_ < bytes_.size() && shift < 64);
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
  }
  std::string text() {
    const std::uint64_t length = number();
    CHECK(length <= bytes_.size() - at_);
    at_ += length;
    return std::string(bytes_.substr(at_ - length, length));
  }
  template <class Each>
  void list(Each each) {
    for (std::uint64_t left = number(); left > 0; --left) each();
  }
  std::vector<std::string> texts() {
    std::vector<std::string> all;
    list([&] { all.push_back(text()); });
    return all;
  }
  std::vector<WrittenCondition> conditions() {
    std::vector<WrittenCondition> all;
    list([&] {
      WrittenCondition& condition = all.emplace_back();
      condition.key = name<SignKey>(kSignKeys);
      list([&] { condition.any_of.push_back(texts()); });
    });
    return all;
  }
  template <class Enum>
  Enum name(int count) {
    const std::uint64_t value = number();
    CHECK(value < static_cast<std::uint64_t>(count));
    return static_cast<Enum>(value);
  }
  StatusSet statuses() {
    StatusSet set;
    std::size_t from = set.size();  // no open range
    const auto fill = [&](std::size_t to) {
      for (; from < to; ++from) set.set(from);
      from = set.size();
    };
    list([&] {
      const std::size_t edge = number();
      if (from < set.size()) {
        fill(edge);
      } else {
        from = edge;
      }
    });
    fill(set.size());
    return set;
  }
  WrittenRow row() {
    WrittenRow row;
    SignatureFacts& facts = row.facts;
    for (auto* each : {&facts.id, &facts.vendor, &facts.why, &facts.source, &facts.sample}) {
      *each = text();
    }
    facts.strength = name<Strength>(kStrengths);
    facts.cls = name<OutcomeClass>(kOutcomeClasses);
    facts.scope = name<Scope>(kScopes);
    facts.statuses = statuses();
    if (const std::uint64_t asked = number(); asked > 0) {
      facts.asks_at_least = Seconds{static_cast<std::int64_t>(asked - 1)};
    }
    row.needs = conditions();
    row.unless = conditions();
    row.off = number() != 0;
    return row;
  }
  bool done() const { return at_ == bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace

std::string pack(const WrittenTable& table) {
  Packer out;
  out.list(table.phrases, [&](const auto& list) {
    out.text(list.first);
    out.texts(list.second);
  });
  out.list(table.rows, [&](const WrittenRow& row) { out.row(row); });
  return out.take();
}

WrittenTable unpack(std::string_view bytes) {
  WrittenTable table;
  Unpacker in(bytes);
  in.list([&] {
    const std::string name = in.text();
    table.phrases[name] = in.texts();
  });
  in.list([&] { table.rows.push_back(in.row()); });
  CHECK(in.done());
  return table;
}

}  // namespace frontierd
