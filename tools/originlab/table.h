// A TOML table read with suspicion: every key asked for becomes known, every wrong value becomes a
// Mistake with its place, and done() reports the keys that nobody asked for with the nearest known
// name. Reading goes on after a mistake, so that all of them are told at once.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "originlab/names.h"

namespace frontierd::originlab {

struct Mistake {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string what;
};
using Mistakes = std::vector<Mistake>;

// "10", "4K", "512M", "1G" (powers of 1024), "endless".
std::optional<std::uint64_t> parse_size(std::string_view text);
// As parse_duration of base/time.h, and "250us", "forever".
std::optional<Micros> parse_micros(std::string_view text);

class Table {
 public:
  // `table` and `mistakes` outlive this; `place` names the table in messages, as "host.wall".
  Table(const toml::table& table, std::string place, Mistakes& mistakes)
      : table_(table), place_(std::move(place)), mistakes_(mistakes) {}

  bool has(std::string_view key);
  void boolean(std::string_view key, bool& out);
  void text(std::string_view key, std::string& out);
  void text(std::string_view key, std::optional<std::string>& out);
  void texts(std::string_view key, std::vector<std::string>& out);  // a string, or a list of them
  void number(std::string_view key, std::uint64_t& out, std::uint64_t low, std::uint64_t high);
  void real(std::string_view key, double& out, double low, double high);
  void size(std::string_view key, std::uint64_t& out, bool endless_too = false);
  void duration(std::string_view key, Micros& out, bool signed_too = false);
  void latency(std::string_view key, Latency& out);
  void paths(Paths& out);  // keys "path" and "except"

  template <class Value, std::size_t N>
  void choice(std::string_view key, const Names<Value, N>& names, Value& out) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto word = node->value<std::string_view>();
    for (const auto& [name, value] : names) {
      if (word == name) {
        out = value;
        return;
      }
    }
    refuse_word(key, *node, word, words(names));
  }

  template <class Value, std::size_t N>
  void choices(std::string_view key, const Names<Value, N>& names, std::vector<Value>& out) {
    each_word(key, [&](const toml::node& node, std::string_view word) {
      for (const auto& [name, value] : names) {
        if (word == name) {
          out.push_back(value);
          return;
        }
      }
      refuse_word(key, node, word, words(names));
    });
  }

  // The table under `key`, or nothing.
  std::optional<Table> inner(std::string_view key);
  // Calls `each` for every table of the list (or for the single table) under `key`.
  void list(std::string_view key, const std::function<void(Table&)>& each);
  // The raw node, for keys that take several shapes.
  const toml::node* find(std::string_view key);

  void wrong(std::string_view key, std::string what);  // a mistake at the key, or at the table
  void wrong(const toml::node& at, std::string what);
  void done();
  Mistakes& mistakes() { return mistakes_; }

 private:
  std::string label() const;
  std::string below(std::string_view key) const;
  template <class Value, std::size_t N>
  static std::vector<std::string> words(const Names<Value, N>& names) {
    std::vector<std::string> out;
    for (const auto& [name, value] : names) out.emplace_back(name);
    return out;
  }
  void refuse_word(std::string_view key, const toml::node& node,
                   std::optional<std::string_view> word, const std::vector<std::string>& known);
  void each_word(std::string_view key,
                 const std::function<void(const toml::node&, std::string_view)>& each);

  const toml::table& table_;
  std::string place_;
  Mistakes& mistakes_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace frontierd::originlab
