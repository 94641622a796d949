#include "rules/signature_reader.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "rules/signature_derive.h"
#include "rules/signature_sign.h"

namespace frontierd {
namespace {

const std::vector<std::string> kRowKeys{
    "id",     "vendor", "class",         "scope",  "strength", "why",   "source",
    "sample", "status", "asks_at_least", "header", "url",      "title", "heading",
    "text",   "also",   "words",         "in",     "markup",   "body",  "code",
    "field",  "shape",  "unless",        "soft",   "off"};
const std::vector<std::string> kPlaces{"title", "heading", "text"};

std::string or_nearest(std::string_view wanted, const std::vector<std::string>& known) {
  const auto near = nearest_name(wanted, known);
  return near ? "; did you mean \"" + *near + "\"?" : "; known are: " + join(known, ", ");
}

template <class Enum>
std::vector<std::string> names_of(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.emplace_back(to_string(static_cast<Enum>(i)));
  return names;
}

class Reader {
 public:
  Reader(PhraseLists& phrases, const std::vector<std::string>& built_in)
      : phrases_(phrases), built_in_(built_in) {}

  SignatureFile read(std::string_view toml) {
    try {
      const toml::table root = toml::parse(toml);
      read_root(root);
    } catch (const toml::parse_error& error) {
      fault(error.source(), std::string(error.description()) + "; write the file as TOML 1.0");
    }
    std::sort(file_.faults.begin(), file_.faults.end(), [](const auto& a, const auto& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return std::move(file_);
  }

 private:
  void fault(const toml::source_region& where, std::string what) {
    file_.faults.push_back({static_cast<int>(where.begin.line),
                            static_cast<int>(where.begin.column), std::move(what)});
  }

  void read_root(const toml::table& root) {
    for (const auto& [key, unused] : root) {
      const std::string name(key.str());
      std::string words;  // of a file of phrases as a whole: for its readers, not for us
      if (name == "why" || name == "source") {
        read_text(root.at(name), words);
      } else if (name != "phrases" && name != "signature") {
        fault(key.source(), "unknown key \"" + name + '"' +
                                or_nearest(name, {"signature", "phrases", "why", "source"}));
      }
    }
    if (const toml::node* phrases = root.get("phrases")) read_phrases(*phrases);
    const toml::node* signatures = root.get("signature");
    if (signatures == nullptr) return;
    const toml::array* rows = signatures->as_array();
    if (rows == nullptr) return fault(signatures->source(), "write each row as [[signature]]");
    for (const toml::node& node : *rows) {
      if (const toml::table* table = node.as_table()) {
        read_row(*table);
      } else {
        fault(node.source(), "write each row as [[signature]]");
      }
    }
  }

  void read_phrases(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return fault(node.source(), "write the lists of phrases under [phrases]");
    for (const auto& [key, list] : *table) {
      std::vector<std::string>& phrases = phrases_[std::string(key.str())];
      file_.lists.emplace_back(key.str());
      each_string(list, [&](const std::string& phrase, const toml::source_region& where) {
        const std::string folded = fold_sign(SignKey::Text, phrase);
        if (folded.size() < kLiteralMin) fault(where, too_short(phrase));
        if (std::find(phrases.begin(), phrases.end(), folded) == phrases.end()) {
          phrases.push_back(folded);
        }
      });
    }
  }

  static std::string too_short(std::string_view text) {
    return '"' + for_message(text) + "\" is too short; give at least " +
           std::to_string(kLiteralMin) + " bytes in a row without *";
  }

  // A string, or every string of an array.
  template <class Use>
  void each_string(const toml::node& node, Use use) {
    if (const auto* text = node.as_string()) return use(text->get(), node.source());
    const toml::array* list = node.as_array();
    if (list == nullptr) return fault(node.source(), "write a string or a list of strings");
    for (const toml::node& item : *list) {
      if (const auto* text = item.as_string()) {
        use(text->get(), item.source());
      } else {
        fault(item.source(), "write a string here");
      }
    }
  }

  void read_row(const toml::table& table) {
    WrittenRow row;
    row.facts.statuses.set();
    row.line = static_cast<int>(table.source().begin.line);
    const std::size_t faults_before = file_.faults.size();
    for (const auto& [key, node] : table) read_key(row, key, node);
    if (row.facts.id.empty()) {
      fault(table.source(), "a signature needs an id, such as id = \"nginx-limit\"");
    } else if (row.off) {
      if (std::find(built_in_.begin(), built_in_.end(), row.facts.id) == built_in_.end()) {
        fault(table.source(), "no built-in signature \"" + row.facts.id + "\" to switch off" +
                                  or_near(row.facts.id));
      }
    } else if (file_.faults.size() == faults_before) {
      check_whole(row, table);
    }
    for (WrittenRow& each : derived(row, table, file_.faults.size() == faults_before)) {
      if (!each.facts.id.empty() && !ids_.insert(each.facts.id).second) {
        fault(table.source(),
              "the id \"" + each.facts.id + "\" is used twice; give this row its own");
      }
      file_.rows.push_back(std::move(each));
    }
  }

  // The row itself and those that `in` and `soft` stand for.
  std::vector<WrittenRow> derived(const WrittenRow& row, const toml::table& table, bool good) {
    const toml::node* words = table.get("words");
    const toml::node* places = table.get("in");
    if ((words == nullptr) != (places == nullptr)) {
      fault(table.source(),
            "words and in go together: words = [\"...\"], in = [\"title\", \"heading\"]");
      good = false;
    }
    std::vector<WrittenRow> rows{row};
    if (good && words != nullptr) rows = in_places(row, *words, *places);
    if (const toml::node* soft = table.get("soft")) {
      const auto* wanted = soft->as_boolean();
      if (wanted == nullptr || !wanted->get()) {
        fault(soft->source(), "write soft = true, or leave it out");
      } else if (const auto why_not = no_soft_variant(rows.front())) {
        fault(soft->source(), *why_not);
      } else if (good) {
        rows.push_back(soft_variant(rows.front()));
        check_lists(rows.back(), soft->source());
      }
    }
    return rows;
  }

  std::vector<WrittenRow> in_places(const WrittenRow& row, const toml::node& words,
                                    const toml::node& in) {
    const std::size_t faults_before = file_.faults.size();
    std::vector<SignKey> places;
    each_string(in, [&](const std::string& name, const toml::source_region& where) {
      const auto key = parse_sign_key(name);
      if (key && is_prose(*key)) return places.push_back(*key);
      fault(where, "unknown place \"" + for_message(name) + '"' + or_nearest(name, kPlaces));
    });
    std::vector<std::string> folded;
    each_string(words, [&](const std::string& text, const toml::source_region& where) {
      folded.push_back(fold_sign(SignKey::Title, text));
      (void)check_sign(SignKey::Title, folded.back(), where);
    });
    if (file_.faults.size() != faults_before) return {row};
    if (folded.empty() || places.empty())
      fault(words.source(), "the list is empty; name at least one");
    return in_each_place(row, folded, places);
  }

  // A derived row names lists that its file did not.
  void check_lists(const WrittenRow& row, const toml::source_region& where) {
    for (const auto* conditions : {&row.needs, &row.unless}) {
      for (const WrittenCondition& condition : *conditions) {
        for (const auto& all : condition.any_of) {
          if (!list_name(condition.key, all[0]).empty())
            (void)check_sign(condition.key, all[0], where);
        }
      }
    }
  }

  std::string or_near(const std::string& id) const {
    const auto near = nearest_name(id, built_in_);
    return near ? "; did you mean \"" + *near + "\"?" : "; remove the row";
  }

  // A row must say what it means, and must need something to be seen.
  void check_whole(const WrittenRow& row, const toml::table& table) {
    const bool names_only = row.facts.strength == Strength::Name;
    if (!names_only && !table.contains("class")) {
      fault(table.source(), "the row says no class; add one, or strength = \"name\"");
    }
    if (!names_only && !table.contains("scope")) {
      fault(table.source(), "the row says no scope; add scope = \"url\", \"host\" or \"egress\"");
    }
    if (names_only && row.facts.vendor.empty())
      fault(table.source(), "a row of strength name needs a vendor");
    if (row.needs.empty() && !table.contains("words") && row.facts.statuses.all()) {
      fault(table.source(), "the row would hold for every response; add a status or a sign");
    }
  }

  void read_key(WrittenRow& row, const toml::key& key, const toml::node& node) {
    SignatureFacts& facts = row.facts;
    const std::string name(key.str());
    if (name == "id") return read_text(node, facts.id);
    if (name == "vendor") return read_text(node, facts.vendor);
    if (name == "why") return read_text(node, facts.why);
    if (name == "source") return read_text(node, facts.source);
    if (name == "sample") return read_text(node, facts.sample);
    if (name == "class") return read_name(node, facts.cls, parse_outcome_class, kOutcomeClasses);
    if (name == "scope") return read_name(node, facts.scope, parse_scope, kScopes);
    if (name == "strength") return read_name(node, facts.strength, parse_strength, kStrengths);
    if (name == "status") return read_statuses(node, facts.statuses);
    if (name == "words" || name == "in" || name == "soft") return;  // derived()
    if (name == "asks_at_least") return read_seconds(node, facts.asks_at_least);
    if (name == "unless") return read_unless(node, row);
    if (name == "off") {
      if (const auto* off = node.as_boolean()) {
        row.off = off->get();
      } else {
        fault(node.source(), "write off = true or off = false");
      }
      return;
    }
    if (name == "also") {
      row.needs.push_back(read_condition(SignKey::Text, node));
      return;
    }
    if (const auto sign_key = parse_sign_key(name)) {
      row.needs.push_back(read_condition(*sign_key, node));
      return;
    }
    fault(key.source(), "unknown key \"" + name + '"' + or_nearest(name, kRowKeys));
  }

  void read_text(const toml::node& node, std::string& out) {
    const auto* text = node.as_string();
    if (text == nullptr || text->get().empty()) return fault(node.source(), "write a string here");
    out = text->get();
  }

  template <class Enum, class Parse>
  void read_name(const toml::node& node, Enum& out, Parse parse, int count) {
    const auto* text = node.as_string();
    const auto parsed = text != nullptr ? parse(text->get()) : std::nullopt;
    if (parsed) {
      out = *parsed;
    } else {
      const std::string given = text != nullptr ? text->get() : "";
      fault(node.source(), "unknown name \"" + for_message(given) + '"' +
                               or_nearest(given, names_of<Enum>(count)));
    }
  }

  void read_statuses(const toml::node& node, StatusSet& out) {
    out.reset();
    const toml::array* list = node.as_array();
    const auto one = [&](const toml::node& item) {
      const auto* number = item.as_integer();
      const auto* text = item.as_string();
      const bool good = number != nullptr ? add_statuses(std::to_string(number->get()), out)
                                          : text != nullptr && add_statuses(text->get(), out);
      if (!good) fault(item.source(), "write a status as 503, \"5xx\" or \"520-530\"");
    };
    if (list == nullptr) return one(node);
    for (const toml::node& item : *list) one(item);
  }

  void read_seconds(const toml::node& node, std::optional<Seconds>& out) {
    const auto* number = node.as_integer();
    if (number == nullptr || number->get() < 0) {
      return fault(node.source(), "write a number of seconds, such as 300");
    }
    out = Seconds{number->get()};
  }

  void read_unless(const toml::node& node, WrittenRow& row) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return fault(node.source(), "write unless = { key = [...] }");
    for (const auto& [key, inner] : *table) {
      if (const auto sign_key = parse_sign_key(key.str())) {
        row.unless.push_back(read_condition(*sign_key, inner));
      } else {
        fault(key.source(), "unknown key \"" + std::string(key.str()) + '"' +
                                or_nearest(key.str(), names_of<SignKey>(kSignKeys)));
      }
    }
  }

  WrittenCondition read_condition(SignKey key, const toml::node& node) {
    WrittenCondition condition{key, {}};
    const std::size_t faults_before = file_.faults.size();
    const toml::array* list = node.as_array();
    if (list == nullptr) {
      read_alternative(condition, node);
    } else {
      for (const toml::node& item : *list) read_alternative(condition, item);
    }
    if (condition.any_of.empty() && file_.faults.size() == faults_before) {
      fault(node.source(), "the list is empty; name at least one sign");
    }
    return condition;
  }

  // A string is one alternative (or, for "@list", one for each phrase); an array is "all of these".
  void read_alternative(WrittenCondition& condition, const toml::node& node) {
    std::vector<std::string> signs;
    const bool all = node.is_array();
    if (!all && !node.is_string())
      return fault(node.source(), "write a string, or a list of strings");
    each_string(node, [&](const std::string& text, const toml::source_region& where) {
      std::string folded = fold_sign(condition.key, text);
      const bool list = !list_name(condition.key, folded).empty();
      if (all && list)
        return fault(where, "a list of phrases stands alone, not in a list of all these");
      if (check_sign(condition.key, folded, where)) signs.push_back(std::move(folded));
    });
    if (!signs.empty()) condition.any_of.push_back(std::move(signs));
  }

  bool check_sign(SignKey key, const std::string& folded, const toml::source_region& where) {
    const std::string_view name = list_name(key, folded);
    if (name.empty()) {
      auto sign = make_sign(key, folded);
      if (!sign) fault(where, std::move(sign).error());
      return sign.has_value();
    }
    if (phrases_.contains(std::string(name))) return true;
    std::vector<std::string> known;
    for (const auto& [known_name, unused] : phrases_) known.push_back(known_name);
    fault(where, "no list of phrases \"" + std::string(name) + '"' + or_nearest(name, known));
    return false;
  }

  PhraseLists& phrases_;
  const std::vector<std::string>& built_in_;
  SignatureFile file_;
  std::set<std::string> ids_;
};

}  // namespace

SignatureFile read_signatures(std::string_view toml, PhraseLists& phrases,
                              const std::vector<std::string>& built_in) {
  return Reader(phrases, built_in).read(toml);
}

}  // namespace frontierd
