#include "originlab/table.h"

#include <cmath>

#include "base/text.h"
#include "base/time.h"

namespace frontierd::originlab {

std::optional<std::uint64_t> parse_size(std::string_view text) {
  if (text == "endless") return kEndless;
  if (text.empty()) return std::nullopt;
  int shift = 0;
  switch (text.back()) {
    case 'K':
      shift = 10;
      break;
    case 'M':
      shift = 20;
      break;
    case 'G':
      shift = 30;
      break;
    case 'T':
      shift = 40;
      break;
    default:
      break;
  }
  if (shift != 0) text.remove_suffix(1);
  const auto count = parse_int<std::uint64_t>(text);
  if (!count || *count > (kEndless >> 20) >> shift) return std::nullopt;
  return *count << shift;
}

std::optional<Micros> parse_micros(std::string_view text) {
  if (text == "forever") return kForever;
  if (text.size() > 2 && text.substr(text.size() - 2) == "us") {
    const auto count = parse_int<std::int64_t>(text.substr(0, text.size() - 2));
    if (!count || *count < 0 || *count > kForever.count()) return std::nullopt;
    return Micros{*count};
  }
  const auto length = parse_duration(text);
  if (!length || *length > std::chrono::hours{24 * 36'500}) return std::nullopt;
  return *length;
}

std::string Table::label() const {
  return place_.empty() ? "the lab" : "[" + place_ + "]";
}

std::string Table::below(std::string_view key) const {
  return place_ + (place_.empty() ? "" : ".") + std::string(key);
}

const toml::node* Table::find(std::string_view key) {
  known_.emplace(key);
  return table_.get(key);
}

bool Table::has(std::string_view key) {
  return find(key) != nullptr;
}

void Table::wrong(const toml::node& at, std::string what) {
  const auto begin = at.source().begin;
  mistakes_.push_back({begin.line, begin.column, label() + " " + std::move(what)});
}

void Table::wrong(std::string_view key, std::string what) {
  const toml::node* node = find(key);
  wrong(node != nullptr ? *node : static_cast<const toml::node&>(table_),
        (key.empty() ? "" : std::string(key) + ": ") + std::move(what));
}

void Table::boolean(std::string_view key, bool& out) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<bool>();
  if (!value) return wrong(key, "is true or false");
  out = *value;
}

void Table::text(std::string_view key, std::string& out) {
  std::optional<std::string> value;
  text(key, value);
  if (value) out = std::move(*value);
}

void Table::text(std::string_view key, std::optional<std::string>& out) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<std::string>();
  if (!value) return wrong(key, "is a string, in quotes");
  out = *value;
}

void Table::each_word(std::string_view key,
                      const std::function<void(const toml::node&, std::string_view)>& each) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  if (const auto one = node->value_exact<std::string_view>()) return each(*node, *one);
  const toml::array* array = node->as_array();
  if (array == nullptr) return wrong(key, "is a string or a list of strings");
  for (const toml::node& item : *array) {
    const auto word = item.value_exact<std::string_view>();
    if (word) {
      each(item, *word);
    } else {
      wrong(item, std::string(key) + ": each item is a string, in quotes");
    }
  }
}

void Table::texts(std::string_view key, std::vector<std::string>& out) {
  if (has(key)) out.clear();
  each_word(key, [&](const toml::node&, std::string_view word) { out.emplace_back(word); });
}

void Table::number(std::string_view key, std::uint64_t& out, std::uint64_t low,
                   std::uint64_t high) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < 0 || static_cast<std::uint64_t>(*value) < low ||
      static_cast<std::uint64_t>(*value) > high) {
    return wrong(key,
                 "is a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  out = static_cast<std::uint64_t>(*value);
}

void Table::real(std::string_view key, double& out, double low, double high) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto value = node->is_number() ? node->value<double>() : std::nullopt;
  if (!value || !(*value >= low) || !(*value <= high)) {
    char range[80];
    std::snprintf(range, sizeof range, "is a number from %g to %g", low, high);
    return wrong(key, range);
  }
  out = *value;
}

void Table::size(std::string_view key, std::uint64_t& out, bool endless_too) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  std::optional<std::uint64_t> value;
  if (const auto count = node->value_exact<std::int64_t>(); count && *count >= 0) {
    value = static_cast<std::uint64_t>(*count);
  } else if (const auto word = node->value_exact<std::string_view>()) {
    value = parse_size(*word);
  }
  if (!value || (*value == kEndless && !endless_too)) {
    return wrong(key, std::string("is a number of bytes, or \"4K\", \"2M\", \"1G\"") +
                          (endless_too ? ", or \"endless\"" : ""));
  }
  out = *value;
}

void Table::duration(std::string_view key, Micros& out, bool signed_too) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  auto word = node->value_exact<std::string_view>().value_or("");
  const bool negative = signed_too && !word.empty() && word[0] == '-';
  if (negative) word.remove_prefix(1);
  const auto value = parse_micros(word);
  if (!value) {
    return wrong(key, "is a length of time such as \"250us\", \"40ms\", \"1.5s\", \"2m\", \"1h\"");
  }
  out = negative ? -*value : *value;
}

void Table::latency(std::string_view key, Latency& out) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  if (node->is_table()) {
    auto span = inner(key);
    span->duration("from", out.from);
    out.to = out.from;
    span->duration("to", out.to);
    span->done();
  } else {
    duration(key, out.from);
    out.to = out.from;
  }
  if (out.to < out.from) wrong(key, "\"to\" is before \"from\"");
}

void Table::paths(Paths& out) {
  texts("path", out.only);
  texts("except", out.except);
}

std::optional<Table> Table::inner(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const toml::table* table = node->as_table();
  if (table == nullptr) {
    wrong(key, "is a table, such as { ... }");
    return std::nullopt;
  }
  return Table(*table, below(key), mistakes_);
}

void Table::list(std::string_view key, const std::function<void(Table&)>& each) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const std::string name = below(key);
  const auto visit = [&](const toml::node& item) {
    if (const toml::table* table = item.as_table()) {
      Table one(*table, name, mistakes_);
      each(one);
      one.done();
    } else {
      wrong(item, std::string(key) + ": is a table, written [[" + name + "]]");
    }
  };
  if (const toml::array* array = node->as_array()) {
    for (const toml::node& item : *array) visit(item);
  } else {
    visit(*node);
  }
}

void Table::refuse_word(std::string_view key, const toml::node& node,
                        std::optional<std::string_view> word,
                        const std::vector<std::string>& known) {
  std::string what = std::string(key) + ": is one of " + join(known, ", ");
  if (word) {
    what += "; not \"" + for_message(*word, 40) + "\"";
    if (const auto near = nearest_name(*word, known)) what += "; did you mean \"" + *near + "\"?";
  }
  wrong(node, std::move(what));
}

void Table::done() {
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (auto&& [key, value] : table_) {
    if (known_.count(key.str()) != 0) continue;
    std::string what = label() + " knows no key \"" + for_message(key.str(), 40) + "\"";
    if (const auto near = nearest_name(key.str(), known)) {
      what += "; did you mean \"" + *near + "\"?";
    } else {
      what += "; it knows " + join(known, ", ");
    }
    const auto begin = key.source().begin;
    mistakes_.push_back({begin.line, begin.column, std::move(what)});
  }
}

}  // namespace frontierd::originlab
