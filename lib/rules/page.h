// What a reader would see of a body, and what stands around it: title, headings, visible text, and
// counts that tell an article or a form from a notice. Not an HTML parser: one pass over tags,
// linear, bounded by kBodyHeadMax, and it stops reading prose once a page is plainly long. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/report.h"

namespace frontierd {

inline constexpr std::size_t kPageTextMax = 4'096;  // bytes of folded text kept
inline constexpr int kVisibleMax = 1'200;           // characters counted; more is "long"
inline constexpr int kShortPage = 700;              // at most so many visible characters
inline constexpr std::size_t kSmallBody = 16'384;   // bytes of markup that a notice may have
inline constexpr std::size_t kHeadingsMax = 8;

enum class PageKind { Empty, Html, Json, Xml, Text, Binary };

struct Page {
  PageKind kind = PageKind::Empty;
  std::string_view body;              // UTF-8; points into the report or into `converted`
  std::string converted;              // where the page was not UTF-8
  std::string title;                  // folded, as are the next two
  std::vector<std::string> headings;  // h1 and h2, in order
  std::string text;                   // visible text without the title
  int visible = 0;                    // characters of it that are not white space
  int links = 0;
  int inputs = 0;  // fields that a person fills in; hidden ones and buttons do not count
  int paragraphs = 0;
  int list_items = 0;
  int headings_below = 0;  // h2 to h6
  bool quotes = false;     // <code>, <pre>, <blockquote>: the page shows texts of others
  bool article = false;    // <time>, <nav>, og:type article: signs of a page of a larger site
  bool whole = true;       // false: the body was cut, and how much text it has says nothing
  int articles = 0;        // <article>; a well-known template puts one around its notice
  // Where visible text stands in `body`, in order; bytes between are markup, script or comment.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> text_spans;
  std::uint32_t read_to = 0;  // what lies beyond was not looked at and counts as text

  Page() = default;
  Page(const Page&) = delete;  // `body` may point into this object
  Page& operator=(const Page&) = delete;

  bool is_short() const { return visible <= kShortPage && body.size() <= kSmallBody; }
  // A notice and nothing else: no article around it, nothing to fill in, hardly a link.
  bool is_bare() const;
  // Bare, and about one thing: one heading at most, two links at most, no price. A board of several
  // services, or something for sale, is no notice, whatever its words.
  bool is_notice() const;
  // A notice with one field to fill in.
  bool is_asking() const;
  bool in_text(std::uint32_t offset) const;
};

// `page` must be fresh; it refers to the report's body, which must outlive it.
void read_page(const FetchReport& report, Page& page);

}  // namespace frontierd
