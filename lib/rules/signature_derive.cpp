#include "rules/signature_derive.h"

#include <algorithm>
#include <string_view>

namespace frontierd {
namespace {

constexpr std::string_view kSoftTitles = "@wall_titles";
constexpr std::string_view kSoftUnless = "@about_it";

bool has(const WrittenRow& row, SignKey key) {
  return std::any_of(row.needs.begin(), row.needs.end(),
                     [&](const WrittenCondition& c) { return c.key == key; });
}

StatusSet success() {
  StatusSet statuses;
  for (std::size_t status = 200; status < 300; ++status) statuses.set(status);
  return statuses;
}

std::string in_text(std::string_view words) {
  if (words.starts_with('*')) words.remove_prefix(1);
  if (words.ends_with('*')) words.remove_suffix(1);
  return std::string(words);
}

}  // namespace

std::optional<std::string> no_soft_variant(const WrittenRow& row) {
  if ((row.facts.statuses & success()).any()) {
    return "the row holds for 2xx itself; leave soft out, or name statuses without 2xx";
  }
  if (row.facts.cls != OutcomeClass::BotWalled) {
    return "soft asks for the title of a wall; write the row for 2xx out, with signs of its own";
  }
  if (has(row, SignKey::Title)) {
    return "soft puts a title of its own in place of this row's; write the row for 2xx out";
  }
  return std::nullopt;
}

WrittenRow soft_variant(const WrittenRow& row) {
  WrittenRow soft = row;
  soft.facts.id += "-soft";
  soft.facts.sample.clear();
  soft.facts.statuses = success();
  std::erase_if(soft.needs, [](const WrittenCondition& c) { return c.key == SignKey::Shape; });
  soft.needs.push_back({SignKey::Title, {{std::string(kSoftTitles)}}});
  soft.needs.push_back({SignKey::Shape, {{std::string(to_string(PageShape::Bare))}}});
  const auto text = std::find_if(soft.unless.begin(), soft.unless.end(),
                                 [](const WrittenCondition& c) { return c.key == SignKey::Text; });
  if (text == soft.unless.end()) {
    soft.unless.push_back({SignKey::Text, {{std::string(kSoftUnless)}}});
  } else {
    text->any_of.push_back({std::string(kSoftUnless)});
  }
  return soft;
}

std::vector<WrittenRow> in_each_place(const WrittenRow& row, const std::vector<std::string>& words,
                                      const std::vector<SignKey>& places) {
  std::vector<WrittenRow> out;
  for (const SignKey place : places) {
    WrittenRow& one = out.emplace_back(row);
    if (out.size() > 1) {
      one.facts.id += '-' + std::string(to_string(place));
      one.facts.sample.clear();
    }
    WrittenCondition& condition = one.needs.emplace_back(WrittenCondition{place, {}});
    for (const std::string& each : words) {
      condition.any_of.push_back({place == SignKey::Text ? in_text(each) : each});
    }
  }
  return out;
}

}  // namespace frontierd
