// One row of the signature table, compiled for matching. Plain values.
//
// A row holds when every one of its conditions holds and no exception does. A condition is a list
// of alternatives under one key; an alternative is one sign, or several that must hold together.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "rules/outcome.h"

namespace frontierd {

enum class SignKey {
  Header,   // "name" or "name: glob"
  Url,      // glob over the URL asked for
  Title,    // glob over the title, or over a part of it between | - · :: »
  Heading,  // glob over one h1 or h2
  Text,     // phrase in the visible text, title or headings
  Markup,   // literal in a tag, script or comment, not in visible text
  Body,     // literal anywhere in the body
  Code,     // a machine code in JSON or XML, exact
  Field,    // "path=glob" over the fields of JSON or XML
  Shape,    // what kind of page: see PageShape
};
inline constexpr int kSignKeys = 10;
std::string_view to_string(SignKey key);

enum class PageShape {
  Empty,   // no body, or white space
  Tiny,    // at most kTinyPage visible characters
  Short,   // at most kShortPage
  Bare,    // short, and nothing else: no article around it, nothing to fill in, hardly a link
  Notice,  // bare, and said once: one heading at most, two links at most, no price
  Asking,  // short, with one field to fill in, and as little else as a notice
  Line,    // one line of plain text, and short
  Form,    // has fields for a person to fill in
  Html,
  Json,
  Xml,
  Text,
};
inline constexpr int kPageShapes = 12;
// A shape that speaks of how much there is; of a body that was cut it says nothing.
constexpr bool says_how_much(PageShape shape) {
  return shape <= PageShape::Line;
}
std::string_view to_string(PageShape shape);
std::optional<PageShape> parse_page_shape(std::string_view name);

// One thing to be seen. Which members count depends on the key.
struct Sign {
  std::string name;     // Header: lower-case name; Field: path
  std::string pattern;  // glob, phrase, literal or code, as matched
  int id = -1;          // of the literal or the header name, in the index; -1: none
  PageShape shape = PageShape::Empty;
};
using SignAlternative = std::vector<Sign>;  // all of them

struct SignCondition {
  SignKey key = SignKey::Header;
  std::vector<SignAlternative> any_of;
  // Text, Markup and Body whose alternatives are one literal each: their ids, sorted.
  std::vector<int> literals = {};
};

inline constexpr int kStrengths = 6;
inline constexpr int kScopes = 3;
inline constexpr int kStatusMax = 999;
using StatusSet = std::bitset<kStatusMax + 1>;

// What a row says about the answers that it holds for, and of which it may hold at all.
struct SignatureFacts {
  std::string id;
  std::string vendor;
  std::string why;
  std::string source;  // where the fact is from: a URL, an RFC, "seen in ..."; empty: not told
  std::string sample;  // the id of a labelled response that it holds for; empty: none
  Strength strength = Strength::Structure;
  OutcomeClass cls = OutcomeClass::Fetched;  // without meaning where strength is Name
  Scope scope = Scope::Url;
  StatusSet statuses;                    // all set where the row names none
  std::optional<Seconds> asks_at_least;  // Retry-After of so much or more
  bool operator==(const SignatureFacts&) const = default;
};

// The conditions belong to the table; rows that ask the same share one.
using SignConditions = std::vector<const SignCondition*>;

struct SignatureRow : SignatureFacts {
  SignConditions needs;
  SignConditions unless;
};

}  // namespace frontierd
