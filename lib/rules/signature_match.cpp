#include "rules/signature_match.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/glob.h"
#include "rules/machine_fields.h"
#include "rules/signature_index.h"
#include "rules/signature_row.h"

namespace frontierd {
namespace {

constexpr int kTinyPage = 160;
constexpr int kLine = 100;

enum Place { kInMarkup, kInText, kInTitle, kInHeading };
constexpr std::size_t kPlaces = 4;

// Which literals were seen, and where: a bit each, because large allocations are dear.
class Seen {
 public:
  explicit Seen(int literals) : seen_(static_cast<std::size_t>(literals)) {}

  void add(int id, Place place) {
    const auto at = static_cast<std::size_t>(id);
    std::vector<bool>& here = places_[place];
    if (here.empty()) here.resize(seen_.size());
    here[at] = true;
    if (!seen_[at]) found_.push_back(id);
    seen_[at] = true;
  }
  bool in(int id, Place place) const {
    return !places_[place].empty() && places_[place][static_cast<std::size_t>(id)];
  }
  const std::vector<int>& found() const { return found_; }

 private:
  std::vector<bool> seen_;
  std::array<std::vector<bool>, kPlaces> places_;
  std::vector<int> found_;
};

// A header value as evidence, which is stored and shown: without the value of a cookie and without
// userinfo in a URL.
std::string without_secrets(std::string_view name, std::string_view value) {
  if (iequals(name, "set-cookie")) return std::string(value.substr(0, value.find('='))) + "=...";
  std::string text(value);
  for (std::size_t at = text.find("//"); at != std::string::npos; at = text.find("//", at)) {
    at += 2;
    const std::size_t end = std::min(text.find_first_of("/\\?#", at), text.size());
    const std::size_t sign = text.rfind('@', end);
    if (sign != std::string::npos && sign >= at && sign < end) text.replace(at, sign - at, "...");
  }
  return text;
}

// Everything that the rows may ask about one response.
class Sightings {
 public:
  Sightings(const FetchReport& report, const Page& page,
            const std::optional<AskedWait>& retry_after, const SignatureIndex& index)
      : report_(report),
        page_(page),
        retry_after_(retry_after),
        index_(index),
        on_page_(index.page_literals().size()),
        in_prose_(index.prose_literals().size()) {
    look_at_headers();
    look_at_page();
    look_at_prose();
    look_at_fields();
    for (int shape = 0; shape < kPageShapes; ++shape) {
      shapes_[static_cast<std::size_t>(shape)] = shape_holds(static_cast<PageShape>(shape));
    }
  }

  std::vector<std::uint16_t> candidates(const std::vector<SignatureRow>& rows) const;
  bool holds(const SignatureRow& row) const;
  std::string in_words(const SignatureRow& row) const;

 private:
  void look_at_headers();
  void look_at_page();
  void look_at_prose();
  void look_at_fields();
  bool holds(const SignCondition& condition) const;
  bool any_literal(const SignCondition& condition) const;
  bool holds(SignKey key, const Sign& sign) const;
  bool header_holds(const Sign& sign) const;
  bool title_holds(const Sign& sign) const;
  bool may_be_field(const Sign& sign) const;
  bool field_holds(const Sign& sign) const;
  bool code_holds(const Sign& sign) const;
  bool shape_holds(PageShape shape) const;
  std::string words(SignKey key, const Sign& sign) const;

  const FetchReport& report_;
  const Page& page_;
  const std::optional<AskedWait>& retry_after_;
  const SignatureIndex& index_;
  std::vector<std::pair<int, std::string_view>> headers_;
  Seen on_page_;
  Seen in_prose_;
  std::array<bool, kPageShapes> shapes_{};
  std::vector<MachineField> fields_;
  std::vector<bool> field_seen_;
  std::vector<std::string_view> codes_;  // of those fields that hold one, without namespaces
};

void Sightings::look_at_headers() {
  for (const Header& field : report_.headers) {
    const int id = index_.header_id(field.name);
    if (id >= 0) headers_.emplace_back(id, field.value);
  }
}

void Sightings::look_at_page() {
  const bool success = report_.status >= 200 && report_.status < 300;
  if (success && !page_.is_short() && !index_.reads_long_pages()) return;
  index_.page_literals().scan(page_.body, [&](int id, std::size_t at) {
    if (on_page_.in(id, kInMarkup) && on_page_.in(id, kInText)) return;
    on_page_.add(id, page_.in_text(static_cast<std::uint32_t>(at)) ? kInText : kInMarkup);
  });
}

// Visible text is evidence on short pages only; titles and headings are looked at on any.
void Sightings::look_at_prose() {
  const auto look = [&](std::string_view text, Place place) {
    index_.prose_literals().scan(text, [&](int id, std::size_t) {
      in_prose_.add(id, place);
      if (place == kInTitle && page_.is_short()) in_prose_.add(id, kInText);
    });
  };
  look(page_.title, kInTitle);
  for (const std::string& heading : page_.headings) look(heading, kInHeading);
  if (page_.is_short()) look(page_.text, kInText);
}

void Sightings::look_at_fields() {
  fields_ = machine_fields(page_);
  for (const MachineField& field : fields_) {
    if (is_code_key(field.path)) codes_.push_back(bare_code(field.value));
  }
  if (fields_.empty()) return;
  field_seen_.resize(static_cast<std::size_t>(index_.field_literals().size()));
  index_.field_literals().scan(
      page_.body.substr(0, 2 * kMachineBytesMax),
      [&](int id, std::size_t) { field_seen_[static_cast<std::size_t>(id)] = true; });
}

// In the order of the table, and only rows that this status allows: that is the cheapest question.
std::vector<std::uint16_t> Sightings::candidates(const std::vector<SignatureRow>& rows) const {
  const auto status = static_cast<std::size_t>(std::clamp(report_.status, 0, kStatusMax));
  std::vector<bool> marked(rows.size());
  std::vector<std::uint16_t> found;
  const auto add = [&](const SignatureIndex::RowNumbers& numbers) {
    for (std::uint16_t number : numbers) {
      if (!rows[number].statuses[status] || marked[number]) continue;
      marked[number] = true;
      found.push_back(number);
    }
  };
  add(index_.always());
  for (const auto& [id, value] : headers_) add(index_.by_header(id));
  for (int id : on_page_.found()) add(index_.by_page_literal(id));
  for (int id : in_prose_.found()) add(index_.by_prose_literal(id));
  if (!fields_.empty()) add(index_.with_fields());
  std::sort(found.begin(), found.end());
  return found;
}

bool Sightings::holds(const SignatureRow& row) const {
  if (row.asks_at_least && (!retry_after_ || retry_after_->length < *row.asks_at_least))
    return false;
  // What costs least is asked first.
  for (const SignCondition* condition : row.needs) {
    if (condition->key == SignKey::Shape && !holds(*condition)) return false;
  }
  return std::all_of(row.needs.begin(), row.needs.end(),
                     [&](const SignCondition* c) { return holds(*c); }) &&
         std::none_of(row.unless.begin(), row.unless.end(),
                      [&](const SignCondition* c) { return holds(*c); });
}

bool Sightings::any_literal(const SignCondition& condition) const {
  const bool prose = condition.key == SignKey::Text;
  const Seen& seen = prose ? in_prose_ : on_page_;
  return std::any_of(seen.found().begin(), seen.found().end(), [&](int id) {
    const bool here = condition.key == SignKey::Body || seen.in(id, prose ? kInText : kInMarkup);
    return here && std::binary_search(condition.literals.begin(), condition.literals.end(), id);
  });
}

bool Sightings::holds(const SignCondition& condition) const {
  if (!condition.literals.empty()) return any_literal(condition);
  return std::any_of(
      condition.any_of.begin(), condition.any_of.end(), [&](const SignAlternative& all) {
        return std::all_of(all.begin(), all.end(),
                           [&](const Sign& sign) { return holds(condition.key, sign); });
      });
}

bool Sightings::holds(SignKey key, const Sign& sign) const {
  switch (key) {
    case SignKey::Header:
      return header_holds(sign);
    case SignKey::Url:
      return glob_match(sign.pattern, report_.url);
    case SignKey::Title:
      return in_prose_.in(sign.id, kInTitle) && title_holds(sign);
    case SignKey::Heading:
      return in_prose_.in(sign.id, kInHeading) &&
             std::any_of(page_.headings.begin(), page_.headings.end(),
                         [&](const std::string& h) { return glob_match(sign.pattern, h); });
    case SignKey::Text:
      return in_prose_.in(sign.id, kInText);
    case SignKey::Markup:
      return on_page_.in(sign.id, kInMarkup);
    case SignKey::Body:
      return on_page_.in(sign.id, kInMarkup) || on_page_.in(sign.id, kInText);
    case SignKey::Code:
      return code_holds(sign);
    case SignKey::Field:
      return field_holds(sign);
    case SignKey::Shape:
      return shapes_[static_cast<std::size_t>(sign.shape)];
  }
  return false;
}

bool Sightings::header_holds(const Sign& sign) const {
  return std::any_of(headers_.begin(), headers_.end(), [&](const auto& field) {
    return field.first == sign.id && glob_match(sign.pattern, field.second);
  });
}

bool Sightings::title_holds(const Sign& sign) const {
  const std::string_view title = page_.title;
  if (glob_match(sign.pattern, title)) return true;
  std::size_t from = 0;
  bool parted = false;
  for (std::size_t at = 0; at < title.size();) {
    std::size_t length = 0;
    for (std::string_view bar : {" | ", " - ", " \xc2\xb7 ", " :: ", " \xc2\xbb "}) {
      if (title.substr(at).starts_with(bar)) length = bar.size();
    }
    if (length == 0) {
      ++at;
      continue;
    }
    if (glob_match(sign.pattern, title.substr(from, at - from))) return true;
    parted = true;
    from = at += length;
  }
  return parted && glob_match(sign.pattern, title.substr(from));
}

// Hundreds of codes and fields are asked for, and few of them stand in any one body.
bool Sightings::may_be_field(const Sign& sign) const {
  return !fields_.empty() && (sign.id < 0 || field_seen_[static_cast<std::size_t>(sign.id)]);
}

bool Sightings::code_holds(const Sign& sign) const {
  return may_be_field(sign) &&
         std::any_of(codes_.begin(), codes_.end(),
                     [&](std::string_view code) { return iequals(code, sign.pattern); });
}

bool Sightings::field_holds(const Sign& sign) const {
  return may_be_field(sign) &&
         std::any_of(fields_.begin(), fields_.end(), [&](const MachineField& field) {
           return glob_match(sign.name, field.path) && glob_match(sign.pattern, field.value);
         });
}

bool Sightings::shape_holds(PageShape shape) const {
  if (!page_.whole && says_how_much(shape)) return false;
  switch (shape) {
    case PageShape::Empty:
      return page_.kind == PageKind::Empty;
    case PageShape::Tiny:
      return page_.is_short() && page_.visible <= kTinyPage;
    case PageShape::Short:
      return page_.is_short();
    case PageShape::Bare:
      return page_.is_bare();
    case PageShape::Notice:
      return page_.is_notice();
    case PageShape::Asking:
      return page_.is_asking();
    case PageShape::Line:
      return page_.kind == PageKind::Text && page_.visible <= kLine &&
             trim(page_.body).find('\n') == std::string_view::npos;
    case PageShape::Form:
      return page_.inputs > 0;
    case PageShape::Html:
      return page_.kind == PageKind::Html;
    case PageShape::Json:
      return page_.kind == PageKind::Json;
    case PageShape::Xml:
      return page_.kind == PageKind::Xml;
    case PageShape::Text:
      return page_.kind == PageKind::Text;
  }
  return false;
}

std::string Sightings::words(SignKey key, const Sign& sign) const {
  std::string text(to_string(key));
  if (key == SignKey::Header) {
    for (const auto& [id, value] : headers_) {
      if (id == sign.id && glob_match(sign.pattern, value))
        return "header " + sign.name + ": " + without_secrets(sign.name, value);
    }
  }
  if (key == SignKey::Title) return text + " \"" + page_.title + '"';
  if (key == SignKey::Shape) return text + ' ' + std::string(to_string(sign.shape));
  if (key == SignKey::Field) return text + ' ' + sign.name + " = " + sign.pattern;
  return text + " \"" + sign.pattern + '"';
}

// The first sign of each condition that held, the page's shape last: it is a limit, not a sign.
std::string Sightings::in_words(const SignatureRow& row) const {
  std::string text;
  for (const SignCondition* condition : row.needs) {
    for (const SignAlternative& all : condition->any_of) {
      const bool held = std::all_of(all.begin(), all.end(),
                                    [&](const Sign& sign) { return holds(condition->key, sign); });
      if (!held) continue;
      if (!text.empty()) text += ", ";
      text += words(condition->key, all.front());
      break;
    }
  }
  if (row.asks_at_least && retry_after_) text += (text.empty() ? "" : ", ") + retry_after_->source;
  if (!text.empty()) text += ", ";
  return text + "status " + std::to_string(report_.status);
}

}  // namespace

std::vector<SignatureMatch> match_signatures(const FetchReport& report, const Page& page,
                                             const std::optional<AskedWait>& retry_after,
                                             const SignatureTable& table) {
  const Sightings sightings(report, page, retry_after, table.index());
  std::vector<SignatureMatch> matches;
  for (std::uint16_t number : sightings.candidates(table.rows())) {
    const SignatureRow& row = table.rows()[number];
    if (sightings.holds(row)) matches.push_back({&row, sightings.in_words(row)});
  }
  return matches;
}

}  // namespace frontierd
