#include "rules/signature_index.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/glob.h"

namespace frontierd {
namespace {

// The keys by which a row may be filed, the rarest to be seen first.
constexpr std::array kFiledBy{SignKey::Code,    SignKey::Field, SignKey::Markup, SignKey::Body,
                              SignKey::Heading, SignKey::Title, SignKey::Text,   SignKey::Header};

std::uint64_t hash_of(std::string_view name) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (char c : name) h = (h ^ static_cast<unsigned char>(ascii_lower(c))) * 0x100000001b3u;
  return h;
}

bool has_key(const SignatureRow& row, SignKey key) {
  return std::any_of(row.needs.begin(), row.needs.end(),
                     [&](const SignCondition* c) { return c->key == key; });
}

bool is_short_shape(const Sign& sign) {
  return says_how_much(sign.shape);
}

bool is_about_short_pages(const SignatureRow& row) {
  return std::any_of(row.needs.begin(), row.needs.end(), [](const SignCondition* c) {
    return c->key == SignKey::Shape &&
           std::all_of(c->any_of.begin(), c->any_of.end(), [](const SignAlternative& all) {
             return std::any_of(all.begin(), all.end(), is_short_shape);
           });
  });
}

bool may_be_success(const SignatureRow& row) {
  for (std::size_t status = 200; status < 300; ++status) {
    if (row.statuses[status]) return true;
  }
  return false;
}

bool reads_long_page(const SignatureRow& row) {
  const bool in_body = has_key(row, SignKey::Markup) || has_key(row, SignKey::Body);
  return in_body && may_be_success(row) && !is_about_short_pages(row);
}

void add_once(SignatureIndex::RowNumbers& list, std::uint16_t number) {
  if (list.empty() || list.back() != number) list.push_back(number);
}

}  // namespace

SignatureIndex::SignatureIndex(std::deque<SignCondition>& conditions,
                               const std::vector<SignatureRow>& rows) {
  for (SignCondition& condition : conditions) {
    number_signs(condition);
    list_literals(condition);
  }
  reads_long_pages_ = std::any_of(rows.begin(), rows.end(), reads_long_page);
  page_literals_.build();
  prose_literals_.build();
  field_literals_.build();
  by_page_literal_.resize(static_cast<std::size_t>(page_literals_.size()));
  by_prose_literal_.resize(static_cast<std::size_t>(prose_literals_.size()));
  by_header_.resize(header_ids_.size());
  for (std::size_t i = 0; i < rows.size(); ++i) file_row(rows[i], static_cast<std::uint16_t>(i));
}

int SignatureIndex::header_id(std::string_view name) const {
  const auto found = header_ids_.find(hash_of(name));
  return found == header_ids_.end() ? -1 : found->second;
}

// What must stand in the body before a field can hold it; -1 where it may stand there escaped.
int SignatureIndex::field_literal(std::string_view literal) {
  const bool escaped = literal.find_first_of("/\"\\") != std::string_view::npos;
  return literal.size() < kLiteralMin || escaped ? -1 : field_literals_.add(literal);
}

// Long lists of phrases are asked for often, and few phrases are seen.
void SignatureIndex::list_literals(SignCondition& condition) {
  const bool plain = condition.key == SignKey::Text || condition.key == SignKey::Markup ||
                     condition.key == SignKey::Body;
  const bool single = std::all_of(condition.any_of.begin(), condition.any_of.end(),
                                  [](const SignAlternative& all) { return all.size() == 1; });
  if (!plain || !single) return;
  for (const SignAlternative& all : condition.any_of) {
    condition.literals.push_back(all.front().id);
  }
  std::sort(condition.literals.begin(), condition.literals.end());
}

void SignatureIndex::number_signs(SignCondition& condition) {
  for (SignAlternative& alternative : condition.any_of) {
    for (Sign& sign : alternative) {
      switch (condition.key) {
        case SignKey::Header:
          sign.id = header_ids_.try_emplace(hash_of(sign.name), header_names()).first->second;
          break;
        case SignKey::Title:
        case SignKey::Heading:
        case SignKey::Text:
          sign.id = prose_literals_.add(longest_literal(sign.pattern));
          break;
        case SignKey::Markup:
        case SignKey::Body:
          sign.id = page_literals_.add(sign.pattern);
          break;
        case SignKey::Code:
        case SignKey::Field:
          sign.id = field_literal(longest_literal(sign.pattern));
          break;
        default:
          break;
      }
    }
  }
}

// One alternative must hold in full, so its first sign alone is a sufficient file mark for it.
void SignatureIndex::file_row(const SignatureRow& row, std::uint16_t number) {
  for (SignKey key : kFiledBy) {
    const auto condition = std::find_if(row.needs.begin(), row.needs.end(),
                                        [&](const SignCondition* c) { return c->key == key; });
    if (condition == row.needs.end()) continue;
    if (key == SignKey::Code || key == SignKey::Field) {
      add_once(with_fields_, number);
      return;
    }
    for (const SignAlternative& alternative : (*condition)->any_of) {
      const auto id = static_cast<std::size_t>(alternative.front().id);
      const bool page = key == SignKey::Markup || key == SignKey::Body;
      add_once(key == SignKey::Header ? by_header_[id]
               : page                 ? by_page_literal_[id]
                                      : by_prose_literal_[id],
               number);
    }
    return;
  }
  always_.push_back(number);
}

}  // namespace frontierd
