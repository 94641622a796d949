#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"
#include "rules/header_value.h"
#include "rules/http_date.h"
#include "rules/rate_limit_fields.h"
#include "rules/rate_limit_values.h"
#include "rules/retry_after.h"
#include "rules/structured_field.h"

namespace frontierd {
namespace {

std::string source_of(std::string_view name, std::string_view value) {
  return std::string(name) + ": " + for_message(value);
}

bool is_zero(std::optional<std::string_view> value) {
  return value && parse_thousandths(*value) == std::int64_t{0};
}

Seconds saturated(std::int64_t seconds) {
  return Seconds{std::min(seconds, kDelaySecondsMax)};
}

bool is_count(const SfValue* value) {
  return value != nullptr && value->type == SfType::Integer && value->integer >= 0;
}

std::optional<AskedWait> structured(const std::vector<Header>& headers) {
  const auto text = joined_value(headers, "RateLimit");
  if (!text) return std::nullopt;
  std::optional<Seconds> longest;
  if (const auto list = parse_sf_list(*text)) {
    for (const SfMember& member : *list) {
      const bool named = member.value.type == SfType::String || member.value.type == SfType::Token;
      const SfValue* r = member.parameter("r");
      const SfValue* t = member.parameter("t");
      if (!named || !is_count(r) || r->integer > 0 || !is_count(t)) continue;
      longest = std::max(longest.value_or(Seconds{0}), saturated(t->integer));
    }
  } else if (const auto dictionary = parse_sf_dictionary(*text)) {
    const SfMember* remaining = sf_find(*dictionary, "remaining");
    const SfMember* reset = sf_find(*dictionary, "reset");
    if (remaining != nullptr && reset != nullptr && is_count(&remaining->value) &&
        remaining->value.integer == 0 && is_count(&reset->value)) {
      longest = saturated(reset->value.integer);
    }
  }
  if (!longest) return std::nullopt;
  return AskedWait{*longest, source_of("RateLimit", *text), false};
}

std::optional<AskedWait> reset_after(const std::vector<Header>& headers) {
  constexpr std::string_view kName = "X-RateLimit-Reset-After";
  const auto value = first_item(headers, kName);
  if (!value || !is_zero(first_item(headers, "X-RateLimit-Remaining"))) return std::nullopt;
  const auto ms = parse_thousandths(*value);
  if (!ms) return std::nullopt;
  return AskedWait{std::min(Millis{*ms}, Millis{saturated(kDelaySecondsMax)}),
                   source_of(kName, *value), false};
}

std::optional<AskedWait> prefixed(const std::vector<Header>& headers, std::string_view prefix,
                                  Instant now) {
  if (!is_zero(first_item(headers, std::string(prefix) + "Remaining"))) return std::nullopt;
  const std::string reset_name = std::string(prefix) + "Reset";
  if (const auto value = single_value(headers, reset_name)) {
    const bool foreign = parse_rfc3339(*value).has_value();  // a hint: see rate_limit_hint
    if (const auto reset = foreign ? std::nullopt : parse_reset(*value, now)) {
      return AskedWait{reset->wait, source_of(reset_name, *value), reset->is_date};
    }
  }
  const std::string time_name = reset_name + "Time";
  if (const auto value = single_value(headers, time_name)) {
    if (const auto date = parse_http_date(*value, now)) {
      return AskedWait{std::max(*date - now, Millis{0}), source_of(time_name, *value), true};
    }
  }
  return std::nullopt;
}

// The name of the reset that belongs to this remaining, where the field is one of a dimension.
std::optional<std::string> reset_name_of_dimension(std::string_view name) {
  constexpr std::string_view kRemaining = "remaining-";
  for (std::string_view prefix : kRateLimitPrefixes) {
    if (!istarts_with(name, prefix)) continue;
    const std::string_view rest = name.substr(prefix.size());
    if (rest.size() <= kRemaining.size() || !istarts_with(rest, kRemaining)) continue;
    return std::string(prefix) + "Reset-" + std::string(rest.substr(kRemaining.size()));
  }
  constexpr std::string_view kVendorPrefix = "anthropic-ratelimit-";
  constexpr std::string_view kSuffix = "-remaining";
  const bool suffixed = name.size() > kVendorPrefix.size() + kSuffix.size() &&
                        istarts_with(name, kVendorPrefix) &&
                        iequals(name.substr(name.size() - kSuffix.size()), kSuffix);
  if (!suffixed) return std::nullopt;
  return std::string(name.substr(0, name.size() - kSuffix.size())) + "-reset";
}

std::optional<AskedWait> dimensions(const std::vector<Header>& headers, Instant now) {
  std::optional<AskedWait> longest;
  for (const Header& field : headers) {
    const auto reset_name = reset_name_of_dimension(field.name);
    if (!reset_name || !is_zero(first_item(headers, field.name))) continue;
    const auto value = single_value(headers, *reset_name);
    const auto reset = value ? parse_reset(*value, now) : std::nullopt;
    if (!reset || (longest && longest->length >= reset->wait)) continue;
    longest = AskedWait{reset->wait, source_of(*reset_name, *value), reset->is_date};
  }
  return longest;
}

}  // namespace

std::optional<AskedWait> rate_limit_wait(const std::vector<Header>& headers, Instant now) {
  const std::vector<Header> fields = rate_limit_headers(headers);
  if (fields.empty()) return std::nullopt;
  if (auto wait = structured(fields)) return wait;
  if (auto wait = reset_after(fields)) return wait;
  for (std::string_view prefix : kRateLimitPrefixes) {
    if (auto wait = prefixed(fields, prefix, now)) return wait;
  }
  return dimensions(fields, now);
}

std::optional<Millis> rate_limit_hint(const std::vector<Header>& headers, Instant now) {
  std::optional<Millis> longest;
  for (std::string_view prefix : kRateLimitPrefixes) {
    if (!is_zero(first_item(headers, std::string(prefix) + "Remaining"))) continue;
    const auto value = single_value(headers, std::string(prefix) + "Reset");
    const auto date = value ? parse_rfc3339(*value) : std::nullopt;
    if (date && *date > now) longest = std::max(longest.value_or(Millis{0}), *date - now);
  }
  return longest;
}

}  // namespace frontierd
