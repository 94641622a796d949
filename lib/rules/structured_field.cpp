#include "rules/structured_field.h"

#include <algorithm>

#include "base/text.h"

namespace frontierd {
namespace {

constexpr bool is_lower_alpha(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_alpha(char c) {
  return is_lower_alpha(ascii_lower(c));
}
constexpr bool is_printable(char c) {
  return c >= 0x20 && c <= 0x7e;
}
constexpr bool is_key_char(char c) {
  return is_lower_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
}
constexpr bool is_token_char(char c) {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("!#$%&'*+-.^_`|~:/").find(c) != std::string_view::npos;
}
constexpr bool is_base64_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '+' || c == '/' || c == '=';
}
constexpr bool is_lower_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

// Every verb takes its part from the front and says whether it was well-formed.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) { skip_spaces(); }

  bool list(std::vector<SfMember>& out) {
    return members(out, [this](SfMember& m) { return item_or_inner_list(m); });
  }
  bool dictionary(std::vector<SfMember>& out) {
    return members(out, [this](SfMember& m) { return dictionary_member(m); });
  }

 private:
  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_spaces() {
    while (take(' ')) {
    }
  }
  void skip_ows() {
    while (take(' ') || take('\t')) {
    }
  }
  template <class Accept>
  std::string_view take_while(Accept accept) {
    const auto stop = std::find_if_not(rest_.begin(), rest_.end(), accept);
    const auto taken = rest_.substr(0, static_cast<std::size_t>(stop - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  template <class One>
  bool members(std::vector<SfMember>& out, One one) {
    while (!rest_.empty()) {
      SfMember member;
      if (out.size() == kSfMembersMax || !one(member)) return false;
      out.push_back(std::move(member));
      skip_ows();
      if (rest_.empty()) return true;
      if (!take(',')) return false;
      skip_ows();
      if (rest_.empty()) return false;
    }
    return true;
  }

  bool dictionary_member(SfMember& out) {
    if (!key(out.key)) return false;
    if (take('=')) return item_or_inner_list(out);
    out.value = {SfType::Boolean, 1, ""};
    return parameters(out.parameters);
  }

  bool item_or_inner_list(SfMember& out) { return at('(') ? inner_list(out) : item(out); }
  bool item(SfMember& out) { return bare_item(out.value) && parameters(out.parameters); }

  bool inner_list(SfMember& out) {
    take('(');
    out.value = {SfType::InnerList, 0, ""};
    while (true) {
      skip_spaces();
      if (take(')')) return parameters(out.parameters);
      SfMember inner;
      if (!item(inner)) return false;
      if (!at(' ') && !at(')')) return false;
    }
  }

  bool parameters(std::vector<SfParameter>& out) {
    while (take(';')) {
      skip_spaces();
      SfParameter parameter;
      parameter.value = {SfType::Boolean, 1, ""};
      if (!key(parameter.key)) return false;
      if (take('=') && !bare_item(parameter.value)) return false;
      out.push_back(std::move(parameter));
    }
    return true;
  }

  bool key(std::string& out) {
    if (rest_.empty() || (!is_lower_alpha(rest_.front()) && rest_.front() != '*')) return false;
    out = take_while(is_key_char);
    return true;
  }

  bool bare_item(SfValue& out) {
    if (rest_.empty()) return false;
    const char first = rest_.front();
    if (first == '-' || is_digit(first)) return number(out);
    if (take('"')) return string(out);
    if (take(':')) return bytes(out);
    if (take('?')) return boolean(out);
    if (take('@')) return date(out);
    if (take('%')) return display(out);
    if (!is_alpha(first) && first != '*') return false;
    out = {SfType::Token, 0, std::string(take_while(is_token_char))};
    return true;
  }

  bool number(SfValue& out) {
    const bool negative = take('-');
    const std::string_view whole = take_while(is_digit);
    if (whole.empty() || whole.size() > 15) return false;
    std::int64_t value = *parse_int<std::int64_t>(whole);
    out.type = SfType::Integer;
    if (take('.')) {
      const std::string_view fraction = take_while(is_digit);
      if (whole.size() > 12 || fraction.empty() || fraction.size() > 3) return false;
      std::int64_t thousandths = *parse_int<std::int64_t>(fraction);
      for (std::size_t i = fraction.size(); i < 3; ++i) thousandths *= 10;
      value = value * 1'000 + thousandths;
      out.type = SfType::Decimal;
    }
    out.integer = negative ? -value : value;
    return true;
  }

  bool string(SfValue& out) {
    out = {SfType::String, 0, ""};
    while (!rest_.empty()) {
      if (take('"')) return true;
      if (take('\\') && !at('"') && !at('\\')) return false;
      if (!is_printable(rest_.front())) return false;
      out.text += rest_.front();
      rest_.remove_prefix(1);
    }
    return false;
  }

  bool bytes(SfValue& out) {
    out = {SfType::Bytes, 0, std::string(take_while(is_base64_char))};
    return take(':');
  }

  bool boolean(SfValue& out) {
    out = {SfType::Boolean, at('1') ? 1 : 0, ""};
    return take('0') || take('1');
  }

  bool date(SfValue& out) {
    if (!number(out) || out.type != SfType::Integer) return false;
    out.type = SfType::Date;
    return true;
  }

  bool display(SfValue& out) {
    if (!take('"')) return false;
    out = {SfType::Display, 0, ""};
    while (!rest_.empty() && !at('"')) {
      const char c = rest_.front();
      const bool escaped = rest_.size() >= 3 && is_lower_hex(rest_[1]) && is_lower_hex(rest_[2]);
      if (!is_printable(c) || (c == '%' && !escaped)) return false;
      const std::size_t length = c == '%' ? 3 : 1;
      out.text += rest_.substr(0, length);
      rest_.remove_prefix(length);
    }
    return take('"');
  }

  std::string_view rest_;
};

std::string_view without_trailing_spaces(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

const SfValue* SfMember::parameter(std::string_view name) const {
  const SfValue* found = nullptr;
  for (const SfParameter& p : parameters) {
    if (p.key == name) found = &p.value;
  }
  return found;
}

std::optional<std::vector<SfMember>> parse_sf_list(std::string_view text) {
  std::vector<SfMember> out;
  if (!Parser(without_trailing_spaces(text)).list(out)) return std::nullopt;
  return out;
}

std::optional<std::vector<SfMember>> parse_sf_dictionary(std::string_view text) {
  std::vector<SfMember> out;
  if (!Parser(without_trailing_spaces(text)).dictionary(out)) return std::nullopt;
  return out;
}

const SfMember* sf_find(const std::vector<SfMember>& dictionary, std::string_view key) {
  const SfMember* found = nullptr;
  for (const SfMember& member : dictionary) {
    if (member.key == key) found = &member;
  }
  return found;
}

}  // namespace frontierd
