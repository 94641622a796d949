#include "rules/page.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "rules/charset.h"
#include "rules/html_reader.h"

namespace frontierd {
namespace {

constexpr int kBareLinks = 4;
constexpr int kBareParagraphs = 4;
constexpr int kBareListItems = 3;
constexpr int kFramedVisible = 320;
constexpr std::size_t kNoticeHeadings = 1;
constexpr int kNoticeLinks = 2;

std::string_view host_in(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  return url.substr(0, url.find(':'));
}

bool looks_like_html(std::string_view start) {
  const std::string_view head = start.substr(0, 1'024);
  if (head.find('<') == std::string_view::npos) return false;
  for (std::string_view tag :
       {"<!doctype html", "<!doctypehtml", "<html", "<head", "<body", "<title", "<h1", "<script",
        "<center", "<div", "<iframe", "<meta", "<p>"}) {
    if (ifind(head, tag) != std::string_view::npos) return true;
  }
  return false;
}

bool is_binary(std::string_view body, std::string_view type) {
  for (std::string_view family : {"image/", "video/", "audio/", "font/", "application/pdf",
                                  "application/zip", "application/octet-stream"}) {
    if (istarts_with(type, family))
      return body.find('\0') != std::string_view::npos || body[0] != '<';
  }
  return body.substr(0, 512).find('\0') != std::string_view::npos;
}

PageKind kind_of(std::string_view body, std::string_view type) {
  const std::string_view start = trim(body.substr(0, 4'096));
  if (start.empty()) return body.empty() || body.size() < 4'096 ? PageKind::Empty : PageKind::Text;
  if (is_binary(start, type)) return PageKind::Binary;
  if (start[0] == '{' || start[0] == '[') return PageKind::Json;
  if (start[0] == '<') {
    if (istarts_with(start, "<?xml") || istarts_with(start, "<error") ||
        ifind(type, "xml") != std::string_view::npos) {
      return looks_like_html(start) ? PageKind::Html : PageKind::Xml;
    }
    return looks_like_html(start) || ifind(type, "html") != std::string_view::npos ? PageKind::Html
                                                                                   : PageKind::Xml;
  }
  if (ifind(type, "html") != std::string_view::npos || looks_like_html(start))
    return PageKind::Html;
  return PageKind::Text;
}

// A successful answer that declares itself plain text is shown as such: markup in it is quoted.
bool is_shown_as_text(const FetchReport& report, std::string_view type) {
  return report.status >= 200 && report.status < 300 && istarts_with(type, "text/plain");
}

// A sign of a currency beside a digit, with at most one space between.
bool has_price(std::string_view text) {
  for (std::string_view sign :
       {"$", "\xe2\x82\xac", "\xc2\xa3", "\xc2\xa5", "\xe2\x82\xbd", "\xe2\x82\xb9"}) {
    for (std::size_t at = text.find(sign); at != std::string_view::npos;
         at = text.find(sign, at + sign.size())) {
      std::string_view before = text.substr(0, at);
      std::string_view after = text.substr(at + sign.size());
      if (before.ends_with(' ')) before.remove_suffix(1);
      if (after.starts_with(' ')) after.remove_prefix(1);
      if (!before.empty() && is_digit(before.back())) return true;
      if (!after.empty() && is_digit(after.front())) return true;
    }
  }
  return false;
}

// An <article> around a heading and a sentence or two is a frame, not an article.
bool is_article(const Page& page) {
  if (page.article || page.articles > 1) return true;
  return page.articles == 1 &&
         (page.visible > kFramedVisible || page.links > 1 || page.paragraphs > 2 ||
          page.headings.size() > 1 || page.headings_below > 1);
}

bool is_quiet(const Page& page) {
  return page.is_short() && !page.quotes && !is_article(page) && page.links <= kBareLinks &&
         page.paragraphs <= kBareParagraphs && page.list_items <= kBareListItems &&
         page.headings_below <= 2;
}

bool is_about_one_thing(const Page& page) {
  return page.headings.size() <= kNoticeHeadings &&
         page.headings_below <= static_cast<int>(kNoticeHeadings) && page.links <= kNoticeLinks &&
         !has_price(page.text);
}

}  // namespace

bool Page::is_bare() const {
  return inputs == 0 && is_quiet(*this);
}

bool Page::is_notice() const {
  return is_bare() && is_about_one_thing(*this);
}

bool Page::is_asking() const {
  return inputs == 1 && is_quiet(*this) && is_about_one_thing(*this);
}

bool Page::in_text(std::uint32_t offset) const {
  if (offset >= read_to) return true;
  const auto after =
      std::upper_bound(text_spans.begin(), text_spans.end(), offset,
                       [](std::uint32_t at, const auto& span) { return at < span.first; });
  return after != text_spans.begin() && offset < std::prev(after)->second;
}

void read_page(const FetchReport& report, Page& page) {
  const std::string_view raw = std::string_view(report.body_head).substr(0, kBodyHeadMax);
  const std::string_view type = header(report, "content-type");
  const std::string_view charset = charset_of(type, raw, host_in(report.url));
  if (charset == "utf-8") {
    page.body = raw.starts_with("\xef\xbb\xbf") ? raw.substr(3) : raw;
  } else {
    page.converted = to_utf8(raw, charset);
    page.body = page.converted;
  }
  page.kind = kind_of(page.body, type);
  if ((page.kind == PageKind::Html || page.kind == PageKind::Xml) && is_shown_as_text(report, type))
    page.kind = PageKind::Text;
  if (page.kind == PageKind::Empty || page.kind == PageKind::Binary) return;
  HtmlReader(page).read(page.kind == PageKind::Html);
}

}  // namespace frontierd
