#include "originlab/content.h"

#include <algorithm>
#include <array>

#include "base/random.h"
#include "base/text.h"

namespace frontierd::originlab {
namespace {

constexpr std::size_t kBlock = 256 * 1024;
constexpr std::uint64_t kIndexed = 1'000;
constexpr std::array<std::string_view, 40> kWords{
    "harbour", "lantern", "meadow", "copper", "winter", "garden",  "signal", "marble",
    "river",   "paper",   "window", "north",  "ember",  "silver",  "quiet",  "bridge",
    "orchard", "violin",  "stone",  "amber",  "letter", "morning", "canvas", "island",
    "thread",  "willow",  "candle", "market", "summit", "feather", "anchor", "valley",
    "mirror",  "pepper",  "cotton", "saddle", "basket", "ribbon",  "kettle", "hollow"};

std::string sentence(Rng& dice) {
  std::string out(kWords[dice.below(kWords.size())]);
  out[0] = static_cast<char>(out[0] - 'a' + 'A');
  for (std::uint64_t left = 5 + dice.below(9); left > 0; --left) {
    out += ' ';
    out += kWords[dice.below(kWords.size())];
  }
  return out + ". ";
}

std::string block(Fill fill, std::size_t size, std::uint64_t seed) {
  Rng dice(seed);
  std::string out;
  if (fill == Fill::Zeros) return std::string(size, '\0');
  if (fill == Fill::Html) out = "<!doctype html><title>Generated</title>\n";
  while (out.size() < size) {
    switch (fill) {
      case Fill::Text:
        out += sentence(dice);
        break;
      case Fill::Html:
        out += "<p>" + sentence(dice) + "</p>\n";
        break;
      case Fill::Robots:
        out += "Disallow: /" + std::to_string(dice.next()) + "/\n";
        break;
      case Fill::Random:
      case Fill::Zeros:
        out += static_cast<char>(dice.next() & 0xff);
        break;
    }
  }
  out.resize(size);
  return out;
}

std::string link(const Pages& pages, std::uint64_t number) {
  const std::string n = std::to_string(number);
  return "<li><a href=\"" + pages.prefix + n + "\">Page " + n + "</a></li>\n";
}

std::string head(std::string_view title) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
         std::string(title) + "</title></head>\n<body><h1>" + std::string(title) + "</h1>\n";
}

}  // namespace

Source generated(Fill fill, std::uint64_t size, std::uint64_t seed) {
  const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(size, kBlock));
  return repeat(block(fill, length, seed), size);
}

std::optional<std::uint64_t> page_number(const Pages& pages, std::string_view path) {
  path = path.substr(0, path.find('?'));
  if (path.substr(0, pages.prefix.size()) != pages.prefix) return std::nullopt;
  const auto number = parse_int<std::uint64_t>(path.substr(pages.prefix.size()));
  if (!number || *number >= pages.count) return std::nullopt;
  return number;
}

std::string page_body(const Pages& pages, std::uint64_t number, std::string_view host,
                      std::uint64_t version) {
  Rng dice(stable_hash(host) ^ (number << 20) ^ version);
  const std::uint64_t size = pages.size_from + dice.below(pages.size_to - pages.size_from + 1);
  std::string links = "<ul>\n";
  for (const std::uint64_t next : {number + 1, 2 * number + 1, 2 * number + 2}) {
    if (next < pages.count) links += link(pages, next);
  }
  links += "</ul></body></html>\n";
  std::string out = head("Page " + std::to_string(number) + " of " + std::string(host));
  out += "<p>Version " + std::to_string(version) + ".</p>\n<p>";
  const std::string close = "</p>\n";
  const std::size_t fixed = links.size() + close.size();
  while (out.size() + fixed < size) out += sentence(dice);
  if (out.size() + fixed > size && size > fixed + 200) {
    out.resize(static_cast<std::size_t>(size) - fixed);
  }
  return out + close + links;
}

std::string index_body(const Pages& pages, std::string_view host) {
  std::string out = head(host) + "<ul>\n";
  for (std::uint64_t i = 0; i < std::min(pages.count, kIndexed); ++i) out += link(pages, i);
  return out + "</ul></body></html>\n";
}

}  // namespace frontierd::originlab
