#include "rules/signature_sign.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "rules/fold.h"
#include "rules/glob.h"

namespace frontierd {
namespace {

constexpr std::array<std::string_view, kSignKeys> kKeyNames{
    "header", "url", "title", "heading", "text", "markup", "body", "code", "field", "shape"};
constexpr std::array<std::string_view, kPageShapes> kShapeNames{
    "empty", "tiny", "short", "bare", "notice", "asking",
    "line",  "form", "html",  "json", "xml",    "text"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

std::string known_shapes() {
  std::string list;
  for (std::string_view name : kShapeNames) list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

tl::unexpected<std::string> slip(std::string what) {
  return tl::unexpected<std::string>(std::move(what));
}

bool is_status(int status) {
  return status >= 100 && status <= kStatusMax;
}

}  // namespace

std::string_view to_string(SignKey key) {
  return kKeyNames[static_cast<std::size_t>(key)];
}
std::string_view to_string(PageShape shape) {
  return kShapeNames[static_cast<std::size_t>(shape)];
}

std::optional<PageShape> parse_page_shape(std::string_view name) {
  return find_name<PageShape>(kShapeNames, name);
}
std::optional<SignKey> parse_sign_key(std::string_view name) {
  return find_name<SignKey>(kKeyNames, name);
}

bool add_statuses(std::string_view text, StatusSet& out) {
  int from = 0;
  int to = 0;
  const std::size_t dash = text.find('-');
  if (text.size() == 3 && is_digit(text[0]) && text.substr(1) == "xx") {
    from = (text[0] - '0') * 100;
    to = from + 99;
  } else if (const auto one = parse_int<int>(text)) {
    from = to = *one;
  } else if (dash != std::string_view::npos) {
    from = parse_int<int>(text.substr(0, dash)).value_or(0);
    to = parse_int<int>(text.substr(dash + 1)).value_or(0);
  }
  if (!is_status(from) || !is_status(to) || from > to) return false;
  for (int status = from; status <= to; ++status) out.set(static_cast<std::size_t>(status));
  return true;
}

std::string fold_sign(SignKey key, std::string_view text) {
  return is_prose(key) ? fold(text) : std::string(text);
}

std::string_view list_name(SignKey key, std::string_view text) {
  const std::size_t at = text.find('@');
  if (at > 1 || !is_prose(key)) return {};
  return text.substr(at + 1, text.find('*', at) - at - 1);
}

std::string with_phrase(std::string_view text, std::string_view phrase) {
  const std::size_t at = text.find('@');
  const std::size_t end = std::min(text.find('*', at), text.size());
  return std::string(text.substr(0, at)).append(phrase).append(text.substr(end));
}

tl::expected<Sign, std::string> make_sign(SignKey key, std::string_view text) {
  Sign sign;
  sign.pattern = text;
  if (key == SignKey::Shape) {
    const auto shape = parse_page_shape(text);
    if (!shape) return slip("no such shape; known are: " + known_shapes());
    sign.shape = *shape;
  } else if (key == SignKey::Header) {
    const std::size_t colon = text.find(':');
    sign.name = to_lower(trim(text.substr(0, colon)));
    sign.pattern =
        colon == std::string_view::npos ? "*" : std::string(trim(text.substr(colon + 1)));
    if (sign.name.empty()) return slip("write \"name\" or \"name: glob\"");
  } else if (key == SignKey::Field) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return slip("write \"path=glob\", such as \"*.code=maxlag\"");
    }
    sign.name = to_lower(trim(text.substr(0, equals)));
    sign.pattern = trim(text.substr(equals + 1));
  } else if (key != SignKey::Url && key != SignKey::Code) {
    const bool whole = key == SignKey::Text || key == SignKey::Markup || key == SignKey::Body;
    const std::string_view part =
        whole ? std::string_view(sign.pattern) : longest_literal(sign.pattern);
    if (part.size() < kLiteralMin) {
      return slip('"' + for_message(text) + "\" is too short; give at least " +
                  std::to_string(kLiteralMin) + " bytes in a row without *");
    }
  }
  return sign;
}

}  // namespace frontierd
