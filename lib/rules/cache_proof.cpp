#include "rules/cache_proof.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace frontierd {
namespace {

// Fields whose whole value names the state of the nearest cache.
constexpr std::array<std::string_view, 14> kStateFields{
    "cf-cache-status", "x-cache-status", "x-proxy-cache",  "x-vercel-cache", "cdn-cache",
    "x-nginx-cache",   "x-drupal-cache", "x-sucuri-cache", "x-cdn-cache",    "x-litespeed-cache",
    "x-fastcgi-cache", "x-azure-cache",  "x-cache-result", "x-bunny-cache"};

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// A list counts by its first member; anything but digits is no Age at all (RFC 9111 §5.1).
bool proves_age(std::string_view value) {
  const std::string_view first = trim(value.substr(0, value.find(',')));
  return is_number(first) && first.find_first_not_of('0') != std::string_view::npos;
}

bool says_hit(std::string_view state) {
  state = trim(state);
  for (std::string_view word : {"hit", "stale", "updating", "tcp_hit", "tcp_mem_hit", "tcp_ims_hit",
                                "tcp_remote_hit", "tcp_negative_hit", "tcp_stale_hit"}) {
    if (!istarts_with(state, word)) continue;
    if (state.size() == word.size() || state[word.size()] == ' ' || state[word.size()] == '-')
      return true;
  }
  return false;
}

bool is_two_ids(std::string_view value) {
  const std::size_t gap = value.find(' ');
  return gap != std::string_view::npos && is_number(value.substr(0, gap)) &&
         is_number(trim(value.substr(gap)));
}

// RFC 9211: the last member is the cache nearest to us.
bool says_hit_9211(std::string_view value) {
  const std::string_view last = value.substr(value.rfind(',') + 1);
  for (std::string_view parameter : split(last, ';')) {
    if (iequals(trim(parameter), "hit")) return true;
  }
  return false;
}

bool proves(const Header& field) {
  const std::string_view name = field.name;
  const std::string_view value = field.value;
  if (iequals(name, "age")) return proves_age(value);
  if (iequals(name, "x-cache")) return says_hit(value.substr(value.rfind(',') + 1));
  if (iequals(name, "x-varnish")) return is_two_ids(value);
  if (iequals(name, "cache-status")) return says_hit_9211(value);
  if (iequals(name, "server-timing")) return ifind(value, "cdn-cache; desc=hit") != value.npos;
  return std::any_of(kStateFields.begin(), kStateFields.end(),
                     [&](std::string_view known) { return iequals(name, known); }) &&
         says_hit(value);
}

}  // namespace

std::optional<std::string> cache_proof(const FetchReport& report) {
  for (const Header& field : report.headers) {
    if (proves(field)) return field.name + ": " + field.value;
  }
  return std::nullopt;
}

}  // namespace frontierd
