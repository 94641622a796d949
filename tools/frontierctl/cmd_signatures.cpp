#include <boost/json.hpp>
#include <istream>
#include <ostream>
#include <sstream>
#include <unordered_map>

#include "api/json_text.h"
#include "base/text.h"
#include "frontierctl/commands.h"
#include "frontierctl/local_input.h"
#include "frontierctl/signature_tally.h"

namespace frontierd {
namespace {

namespace json = boost::json;

std::string cell(std::string_view text, std::size_t width) {
  std::string out = safe_cell(text, 200);
  out.resize(std::max(out.size(), width), ' ');
  return out + ' ';
}

std::string_view class_of(const SignatureRow& row) {
  return row.strength == Strength::Name ? "-" : to_string(row.cls);
}
std::string_view scope_of(const SignatureRow& row) {
  return row.strength == Strength::Name ? "-" : to_string(row.scope);
}

json::object facts_of(const SignatureRow& row) {
  const bool names_only = row.strength == Strength::Name;
  json::object out{{"id", row.id}, {"vendor", row.vendor}};
  out["class"] = names_only ? json::value(nullptr) : json::value(to_string(row.cls));
  out["scope"] = names_only ? json::value(nullptr) : json::value(to_string(row.scope));
  out["strength"] = to_string(row.strength);
  out["why"] = row.why;
  out["source"] = row.source;
  out["sample"] = row.sample;
  return out;
}

// A row of the operator's: one that the built-in table lacks or has otherwise.
bool is_own(const SignatureRow& row,
            const std::unordered_map<std::string_view, const SignatureRow*>& built_in) {
  const auto known = built_in.find(row.id);
  return known == built_in.end() || !(static_cast<const SignatureFacts&>(*known->second) == row);
}

std::unordered_map<std::string_view, const SignatureRow*> built_in_rows() {
  std::unordered_map<std::string_view, const SignatureRow*> rows;
  for (const SignatureRow& row : SignatureTable::built_in().rows()) rows[row.id] = &row;
  return rows;
}

int show_rows(const Screen& screen, const SignatureTable& table) {
  const auto built_in = built_in_rows();
  std::size_t own = 0;
  if (!screen.json) {
    screen.out << screen.style.bold(cell("row", 40) + cell("class", 15) + cell("scope", 6) +
                                    cell("strength", 9) + cell("vendor", 16) + "source")
               << '\n';
  }
  for (const SignatureRow& row : table.rows()) {
    const bool is_ours = is_own(row, built_in);
    own += is_ours;
    if (screen.json) {
      json::object facts = facts_of(row);
      facts["own"] = is_ours;
      screen.out << json_text(facts) << '\n';
      continue;
    }
    const std::string source = !row.source.empty() ? row.source : "sample " + row.sample;
    screen.out << cell(row.id, 40) << cell(class_of(row), 15) << cell(scope_of(row), 6)
               << cell(to_string(row.strength), 9) << cell(row.vendor, 16) << safe_cell(source, 200)
               << '\n';
  }
  screen.hint(std::to_string(table.rows().size()) + " rows, " + std::to_string(own) +
              " of your own, " + std::to_string(built_in.size() - (table.rows().size() - own)) +
              " built-in ones replaced or switched off");
  return kExitDone;
}

void show_tally(const Screen& screen, const SignatureRow& row, const RowTally& tally) {
  if (screen.json) {
    json::object out{{"id", row.id},
                     {"held", tally.held},
                     {"decided", tally.decided},
                     {"right", tally.right},
                     {"wrong", tally.wrong}};
    screen.out << json_text(out) << '\n';
    return;
  }
  std::string line = cell(row.id, 40);
  for (const int number : {tally.held, tally.decided, tally.right, tally.wrong}) {
    const std::string digits = std::to_string(number);
    line += std::string(8 - std::min<std::size_t>(digits.size(), 8), ' ') + digits;
  }
  screen.out << (tally.wrong > 0 ? screen.style.bad(line) : line) << '\n';
}

int show_stats(const Options& options, const Screen& screen, const SignatureTable& table) {
  const auto text = read_input(options.stats, screen);
  if (!text) return complain(screen, text.error());
  SignatureTally tally(table);
  std::istringstream lines(*text);
  int bad = 0;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (trim(line).empty()) continue;
    const auto added = tally.add(line);
    if (added) continue;
    ++bad;
    screen.complain(options.stats + ':' + std::to_string(number) + ": " + added.error().what,
                    kExitPartly);
  }
  if (!screen.json) {
    screen.out << screen.style.bold(cell("row", 40) + "   held decided  right   wrong") << '\n';
  }
  for (const SignatureRow& row : table.rows()) show_tally(screen, row, tally.of(row));
  screen.hint(std::to_string(tally.responses()) + " responses, " +
              std::to_string(tally.acceptable()) + " classified as labelled");
  return bad > 0 ? kExitPartly : kExitDone;
}

// Why this row decides and not another.
std::string precedence(const RowsThatHeld& held) {
  if (held.decided == nullptr) {
    const Evidence& first = held.outcome.evidence.front();
    return first.rule + ": " + first.what;
  }
  std::size_t equals = 0;
  for (const SignatureMatch& match : held.matches) {
    equals += match.row->strength == held.decided->strength;
  }
  const std::string strength(to_string(held.decided->strength));
  return equals == 1
             ? held.decided->id + ": the only row of strength " + strength + ", the strongest"
             : held.decided->id + ": the first in the table of " + std::to_string(equals) +
                   " rows of strength " + strength + ", the strongest";
}

int show_why(const Options& options, const Screen& screen, const SignatureTable& table) {
  const auto raw = read_input(options.why, screen);
  if (!raw) return complain(screen, raw.error());
  const auto report = report_of(options, *raw);
  if (!report) return complain(screen, report.error());
  const RowsThatHeld held = rows_that_held(*report, table);
  for (const SignatureMatch& match : held.matches) {
    const bool decides = match.row == held.decided;
    if (screen.json) {
      json::object out = facts_of(*match.row);
      out["seen"] = match.seen;
      out["decides"] = decides;
      screen.out << json_text(out) << '\n';
      continue;
    }
    screen.out << cell(decides ? "decides" : "holds", 8) << cell(match.row->id, 40)
               << cell(class_of(*match.row), 15) << cell(scope_of(*match.row), 6)
               << cell(to_string(match.row->strength), 9) << '\n'
               << "         seen: " << safe_cell(match.seen, 200) << '\n';
    if (!match.row->why.empty()) {
      screen.out << "         why:  " << safe_cell(match.row->why, 200) << '\n';
    }
  }
  if (!screen.json) {
    screen.out << "class    " << screen.style.bold(to_string(held.outcome.cls)) << ", scope "
               << to_string(held.outcome.scope) << '\n'
               << "because  " << safe_cell(precedence(held), 400) << '\n';
  }
  return kExitDone;
}

}  // namespace

int run_signatures(const Options& options, const Screen& screen) {
  if (!options.stats.empty() && !options.why.empty()) {
    return screen.complain("give --stats or --why, not both", kExitUsage);
  }
  const auto table = signatures_of(options.signatures, screen);
  if (!table) return complain(screen, table.error());
  if (!options.stats.empty()) return show_stats(options, screen, *table);
  if (!options.why.empty()) return show_why(options, screen, *table);
  return show_rows(screen, *table);
}

}  // namespace frontierd
