#include "rules/literal_scan.h"

#include <algorithm>
#include <unordered_set>

#include "base/check.h"

namespace frontierd {
namespace {

// How often a byte occurs in pages, roughly: markup and the commonest letters are poor windows.
constexpr std::array<std::uint8_t, 256> kCommonness = [] {
  std::array<std::uint8_t, 256> out{};
  for (auto& each : out) each = 1;
  for (char c = 'a'; c <= 'z'; ++c) out[static_cast<std::size_t>(c)] = 2;
  for (char c : std::string_view("lcdhpum<>/=\"-.")) out[static_cast<std::size_t>(c)] = 3;
  for (char c : std::string_view(" etaoinsr")) out[static_cast<std::size_t>(c)] = 4;
  return out;
}();

int commonness(char c) {
  return kCommonness[static_cast<unsigned char>(c)];
}

// What nearly every page contains: a window from here would be compared in full all the time.
constexpr std::string_view kEverywhere =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\" name=\"viewport\" "
    "content=\"width="
    "device-width, initial-scale=1\"><title></title><link rel=\"stylesheet\" type=\"text/css\" "
    "href=\""
    "https://www.example.com/\"><script src=\"/assets/js/main.js\" async "
    "defer></script></head><body>"
    "<div class=\"container\" id=\"header\" style=\"display:none;\" "
    "data-id=\"><span></span></div><p>"
    "</p><h1></h1><ul><li><a target=\"_blank\"></a></li></ul><img alt=\"\" height=\"<input "
    "type=\"text\""
    " value=\"<button form method=\"post\" action=\"function(){var window.document.location;return "
    "false}</body></html> the and that this with from have your about which their there would will "
    "been more other some time when what were said after before into over also than then them "
    "these "
    "page read news home contact search site here just like back data image image/ .html .php "
    "https:"
    " ight ould atio tion ions ment ness ting ring ning ding king able ever very even each ally "
    "ough "
    "expe rece inte conn comm cont comp proc prov serv user name page login menu footer main "
    "article";

std::uint32_t word_at(std::string_view text, std::size_t at) {
  std::uint32_t word;
  std::memcpy(&word, text.data() + at, sizeof word);
  return word;
}

bool is_everywhere(std::string_view window) {
  static const std::unordered_set<std::uint32_t> windows = [] {
    std::unordered_set<std::uint32_t> all;
    for (std::size_t at = 0; at + kLiteralMin <= kEverywhere.size(); ++at) {
      all.insert(word_at(kEverywhere, at));
    }
    return all;
  }();
  return windows.contains(word_at(window, 0));
}

}  // namespace

int LiteralScan::add(std::string_view literal) {
  CHECK(literal.size() >= kLiteralMin);
  const auto [it, fresh] = ids_.try_emplace(to_lower(literal), size());
  if (fresh) literals_.push_back(it->first);
  return it->second;
}

std::size_t LiteralScan::rarest_offset(std::string_view literal) const {
  const auto cost_of = [&](std::size_t from) {
    int cost = 0;
    for (char c : literal.substr(from, kLiteralMin)) cost += commonness(c);
    if (is_everywhere(literal.substr(from, kLiteralMin))) cost += 20;
    if (may_be(hash(literal.data() + from))) cost += 3;
    return cost * cost;
  };
  std::size_t best = 0;
  int best_cost = 0;
  for (std::size_t from = 0; from + stride_ - 1 + kLiteralMin <= literal.size(); ++from) {
    int cost = 0;
    for (std::size_t i = 0; i < stride_; ++i) cost += cost_of(from + i);
    if (from == 0 || cost < best_cost) {
      best = from;
      best_cost = cost;
    }
  }
  return best;
}

void LiteralScan::file(int id, std::size_t from) {
  const char* window = literal(id).data() + from;
  const std::uint16_t h = hash(window);
  std::uint16_t& head = heads_[h & kHeadMask];
  CHECK(entries_.size() < 0xffff);
  entries_.push_back({window_at(window), static_cast<std::uint32_t>(from), head, id});
  head = static_cast<std::uint16_t>(entries_.size() - 1);
  maybe_[h >> 5] |= 1u << (h & 31);
}

void LiteralScan::build() {
  const bool longer = std::all_of(literals_.begin(), literals_.end(), [](const std::string& text) {
    return text.size() > kLiteralMin;
  });
  stride_ = longer ? 2 : 1;
  for (int id = 0; id < size(); ++id) {
    const std::size_t from = rarest_offset(literal(id));
    for (std::size_t i = 0; i < stride_; ++i) file(id, from + i);
  }
}

}  // namespace frontierd
