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

}  // namespace

bool Page::is_bare() const {
  return is_short() && !quotes && !article && inputs == 0 && links <= kBareLinks &&
         paragraphs <= kBareParagraphs && list_items <= kBareListItems && headings_below <= 2;
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
  if (page.kind == PageKind::Empty || page.kind == PageKind::Binary) return;
  HtmlReader(page).read(page.kind == PageKind::Html);
}

}  // namespace frontierd
