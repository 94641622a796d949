#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>

#include "base/text.h"
#include "rules/header_value.h"
#include "rules/rate_limit_fields.h"
#include "rules/rate_limit_values.h"
#include "rules/retry_after.h"
#include "rules/structured_field.h"

namespace frontierd {
namespace {

using Members = std::vector<SfMember>;

struct Period {
  std::string_view name;
  Millis length;
};
constexpr std::array<Period, 4> kPeriods{{{"-Second", std::chrono::seconds{1}},
                                          {"-Minute", std::chrono::minutes{1}},
                                          {"-Hour", std::chrono::hours{1}},
                                          {"-Day", std::chrono::hours{24}}}};

std::optional<std::int64_t> count_of(const SfValue* value) {
  if (value == nullptr || value->type != SfType::Integer || value->integer < 0) {
    return std::nullopt;
  }
  return value->integer;
}

std::optional<Millis> seconds_of(const SfValue* value) {
  const auto count = count_of(value);
  if (!count) return std::nullopt;
  return Millis{Seconds{std::min(*count, kDelaySecondsMax)}};
}

std::optional<Millis> window_of(const SfMember& member) {
  const auto window = seconds_of(member.parameter("w"));
  return window && *window > Millis{0} ? window : std::nullopt;
}

// Requests a second that the quota bears; the least is the strictest.
double pace_of(const Quota& q) {
  const auto per_second = [](std::int64_t count, Millis length) {
    return static_cast<double>(count) * 1'000.0 / static_cast<double>(length.count());
  };
  if (q.remaining == std::int64_t{0}) return 0;
  if (q.remaining && q.reset && *q.reset > Millis{0}) return per_second(*q.remaining, *q.reset);
  if (q.limit && q.window) return per_second(*q.limit, *q.window);
  return std::numeric_limits<double>::infinity();
}

void keep_strictest(std::optional<Quota>& best, const Quota& candidate) {
  if (!best || pace_of(candidate) < pace_of(*best)) best = candidate;
}

bool counts_requests(const SfMember& policy) {
  const SfValue* unit = policy.parameter("qu");
  return unit == nullptr || (unit->type == SfType::String && unit->text == "requests");
}

const SfMember* policy_named(const Members& policies, std::string_view name) {
  for (const SfMember& policy : policies) {
    if (policy.value.text == name) return &policy;
  }
  return nullptr;
}

// The current structure: members of RateLimit, each with its policy of the same name.
std::optional<Quota> from_members(const Members& limits, const Members& policies) {
  std::optional<Quota> best;
  for (const SfMember& member : limits) {
    const auto remaining = count_of(member.parameter("r"));
    const SfMember* policy = policy_named(policies, member.value.text);
    if (!remaining || (policy != nullptr && !counts_requests(*policy))) continue;
    Quota quota;
    quota.remaining = remaining;
    quota.reset = seconds_of(member.parameter("t"));
    if (policy != nullptr) {
      quota.limit = count_of(policy->parameter("q"));
      quota.window = window_of(*policy);
    }
    keep_strictest(best, quota);
  }
  return best;
}

// Policies alone: `"burst";q=100;w=60`, or `100;w=60` as drafts up to 07 had it.
std::optional<Quota> from_policies(const Members& policies) {
  std::optional<Quota> best;
  for (const SfMember& policy : policies) {
    Quota quota;
    quota.limit = policy.value.type == SfType::Integer ? count_of(&policy.value)
                                                       : count_of(policy.parameter("q"));
    quota.window = window_of(policy);
    if (quota.limit && counts_requests(policy)) keep_strictest(best, quota);
  }
  return best;
}

std::optional<Quota> from_dictionary(const Members& fields, const Members& policies) {
  const auto value = [&](std::string_view key) -> const SfValue* {
    const SfMember* member = sf_find(fields, key);
    return member == nullptr ? nullptr : &member->value;
  };
  Quota quota;
  quota.limit = count_of(value("limit"));
  quota.remaining = count_of(value("remaining"));
  quota.reset = seconds_of(value("reset"));
  if (!quota.limit && !quota.remaining) return std::nullopt;
  for (const SfMember& policy : policies) {
    if (quota.limit && count_of(&policy.value) == quota.limit) quota.window = window_of(policy);
  }
  return quota;
}

Members list_of(const std::vector<Header>& headers, std::string_view name) {
  const auto text = joined_value(headers, name);
  return text ? parse_sf_list(*text).value_or(Members{}) : Members{};
}

std::optional<Quota> structured(const std::vector<Header>& headers) {
  const Members policies = list_of(headers, "RateLimit-Policy");
  const auto text = joined_value(headers, "RateLimit");
  if (text) {
    if (const auto list = parse_sf_list(*text)) {
      if (auto quota = from_members(*list, policies)) return quota;
    } else if (const auto dictionary = parse_sf_dictionary(*text)) {
      if (auto quota = from_dictionary(*dictionary, policies)) return quota;
    }
  }
  return std::nullopt;
}

// "94.0" is a count too; a broken part of a request does not count as one.
std::optional<std::int64_t> plain_count(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  const auto thousandths = parse_thousandths(*text);
  if (!thousandths) return std::nullopt;
  return *thousandths / 1'000;
}

// <prefix>Limit<suffix>, <prefix>Remaining<suffix>, <prefix>Reset<suffix>.
std::optional<Quota> triplet(const std::vector<Header>& headers, std::string_view prefix,
                             std::string_view suffix, Instant now) {
  const auto name = [&](std::string_view part) {
    return std::string(prefix) + std::string(part) + std::string(suffix);
  };
  Quota quota;
  quota.limit = plain_count(first_item(headers, name("Limit")));
  quota.remaining = plain_count(first_item(headers, name("Remaining")));
  if (!quota.limit && !quota.remaining) return std::nullopt;
  // "10, 10;w=60": the window of the policy that repeats the limit.
  for (const std::string& holder : {name("Limit"), std::string(prefix) + "Policy"}) {
    for (const SfMember& policy : list_of(headers, holder)) {
      const auto window = window_of(policy);
      if (quota.limit && count_of(&policy.value) == quota.limit && window) quota.window = window;
    }
  }
  if (const auto text = single_value(headers, name("Reset-After"))) {
    if (const auto ms = parse_thousandths(*text)) quota.reset = Millis{*ms};
  }
  if (const auto text = single_value(headers, name("Reset")); text && !quota.reset) {
    if (const auto reset = parse_reset(*text, now)) quota.reset = reset->wait;
  }
  return quota;
}

std::optional<Quota> triplets(const std::vector<Header>& headers, Instant now) {
  std::optional<Quota> best;
  for (std::string_view prefix : kRateLimitPrefixes) {
    for (std::string_view suffix : {"", "-Requests"}) {
      if (const auto quota = triplet(headers, prefix, suffix, now)) keep_strictest(best, *quota);
    }
    for (const Period& period : kPeriods) {
      auto quota = triplet(headers, prefix, period.name, now);
      if (!quota) continue;
      quota->window = period.length;
      keep_strictest(best, *quota);
    }
  }
  return best;
}

}  // namespace

std::optional<Quota> published_quota(const std::vector<Header>& headers, Instant now) {
  const std::vector<Header> fields = rate_limit_headers(headers);
  if (fields.empty() || is_aged(headers)) return std::nullopt;
  if (auto quota = structured(fields)) return quota;
  if (auto quota = triplets(fields, now)) return quota;
  return from_policies(list_of(fields, "RateLimit-Policy"));
}

}  // namespace frontierd
