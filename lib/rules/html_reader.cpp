#include "rules/html_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/text.h"
#include "rules/fold.h"
#include "rules/page.h"

namespace frontierd {
namespace {

constexpr std::size_t kTitleMax = 512;
constexpr std::size_t kTagNameMax = 12;
// Room at first; beyond a kilobyte an allocation is dear.
constexpr std::size_t kTextAtFirst = 1'000;
constexpr std::size_t kSpansAtFirst = 64;

// The small letter of a byte that needs no more care, white space as a space, or 0.
constexpr auto kLower = [] {
  std::array<char, 256> lower{};
  for (unsigned c = 0x20; c < 0x7f; ++c) lower[c] = ascii_lower(static_cast<char>(c));
  for (unsigned c : {0x09u, 0x0au, 0x0du}) lower[c] = ' ';  // tab, line feed, carriage return
  lower['&'] = 0;
  return lower;
}();

constexpr auto kInTagName = [] {
  std::array<bool, 256> in_name{};
  for (unsigned c = 0; c < 256; ++c) {
    in_name[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
  return in_name;
}();

// Sixteen bytes in one go; a comparison makes every byte 0xff or 0.
constexpr std::size_t kBlock = 16;
using Block [[gnu::vector_size(kBlock)]] = std::uint8_t;

// How many bytes of a comparison hold.
template <class Mask>
int count(const Mask& mask) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  std::array<std::uint64_t, kBlock / 8> words;
  std::memcpy(words.data(), &mask, kBlock);
  return static_cast<int>(((words[0] & kOnes) + (words[1] & kOnes)) * kOnes >> 56);
}

// Whether a block is plain throughout, and no space in it is followed by another; `from` has one
// byte more. Then `to` is its small letters.
bool lower_block(const char* from, char* to, int& spaces) {
  Block here;
  Block next;
  std::memcpy(&here, from, kBlock);
  std::memcpy(&next, from + 1, kBlock);
  const auto blank = here == ' ';
  const auto odd = (here - 0x20 > 0x5e) | (here == '&') | (blank & (next == ' '));
  if (count(odd) > 0) return false;
  const Block lower = here | ((here - 'A' < 26) & 0x20);
  std::memcpy(to, &lower, kBlock);
  spaces += count(blank);
  return true;
}

// Takes plain characters from `at` on, a run of spaces as one; returns how many are visible.
int append_plain(std::string_view text, std::size_t& at, std::size_t limit, std::string& out) {
  std::array<char, 256> chunk;
  std::size_t size = 0;
  int spaces = 0;
  char last = out.empty() ? ' ' : out.back();
  bool plain = true;
  while (plain && at < text.size() && size + kBlock <= chunk.size()) {
    const bool gap = last == ' ' && text[at] == ' ';
    if (!gap && text.size() - at > kBlock && lower_block(&text[at], &chunk[size], spaces)) {
      at += kBlock;
      last = chunk[(size += kBlock) - 1];
      continue;
    }
    for (const std::size_t stop = std::min(text.size(), at + kBlock); at < stop; ++at) {
      const char c = kLower[static_cast<unsigned char>(text[at])];
      plain = c != 0;
      if (!plain) break;
      if (c == ' ' && last == ' ') continue;
      spaces += c == ' ' ? 1 : 0;
      chunk[size++] = last = c;
    }
  }
  if (out.size() < limit) out.append(chunk.data(), std::min(size, limit - out.size()));
  return static_cast<int>(size) - spaces;
}

void close_gap(std::string& text) {
  if (!text.empty() && text.back() == ' ') text.pop_back();
}

}  // namespace

HtmlReader::HtmlReader(Page& page) : page_(page), body_(page.body) {}

void HtmlReader::read(bool html) {
  if (!html) {
    read_text(0, body_.size());
    close_gap(page_.text);
    return;
  }
  page_.text.reserve(std::min(body_.size(), kTextAtFirst));
  page_.text_spans.reserve(kSpansAtFirst);
  std::size_t at = 0;
  while (at < body_.size() && !done_) {
    const std::size_t tag = body_[at] == '<' ? at : std::min(body_.find('<', at), body_.size());
    if (tag > at) read_text(at, tag);
    at = tag == body_.size() ? tag : read_tag(tag);
  }
  page_.read_to = static_cast<std::uint32_t>(at);
  if (sink_ == Sink::Heading) end_of_heading();
  close_gap(page_.title);
  close_gap(page_.text);
}

// Title text does not count as visible; a heading's counts and is kept on its own as well.
void HtmlReader::read_text(std::size_t from, std::size_t to) {
  if (sink_ == Sink::Text || sink_ == Sink::Heading) {
    page_.text_spans.emplace_back(static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to));
  }
  std::string& out = sink_ == Sink::Title ? page_.title : page_.text;
  const std::size_t limit = sink_ == Sink::Title ? kTitleMax : kPageTextMax;
  const std::size_t start = out.size();
  const std::string_view text = body_.substr(0, to);
  int visible = 0;
  for (std::size_t at = from; at < to;) {
    const char c = text[at];
    if (kLower[static_cast<unsigned char>(c)] != 0) {
      visible += append_plain(text, at, limit, out);
      if (page_.visible + visible > kVisibleMax) break;
      continue;
    }
    const std::uint32_t code = c == '&' ? next_reference(text, at) : next_code_point(text, at);
    if (code > ' ' && code != 0xa0) ++visible;
    if (out.size() < limit) append_folded(code, out);
    if (page_.visible + visible > kVisibleMax) break;
  }
  if (sink_ == Sink::Title) return;
  if (sink_ == Sink::Heading && heading_.size() < kTitleMax) heading_.append(out, start);
  page_.visible += visible;
  done_ = page_.visible > kVisibleMax;
}

std::size_t HtmlReader::skip_comment(std::size_t at) const {
  const std::size_t end = body_.find("-->", at + 2);
  return end == std::string_view::npos ? body_.size() : end + 3;
}

// To the end tag of an element whose content is not markup.
std::size_t HtmlReader::skip_raw(std::size_t at, std::string_view name) const {
  while ((at = body_.find("</", at)) != std::string_view::npos) {
    if (istarts_with(body_.substr(at + 2), name)) return at;
    at += 2;
  }
  return body_.size();
}

std::size_t HtmlReader::read_tag(std::size_t at) {
  if (body_.substr(at).starts_with("<!--")) return skip_comment(at);
  const bool closing = body_.substr(at + 1).starts_with("/");
  std::size_t name_end = at + (closing ? 2 : 1);
  const std::size_t name_start = name_end;
  while (name_end < body_.size() && kInTagName[static_cast<unsigned char>(body_[name_end])]) {
    ++name_end;
  }
  const bool bare = name_end < body_.size() && body_[name_end] == '>';
  const std::size_t close = bare ? name_end : body_.find('>', name_end);
  if (close == std::string_view::npos) return body_.size();
  std::array<char, kTagNameMax> lower{};
  const std::size_t length = std::min(name_end - name_start, kTagNameMax);
  for (std::size_t i = 0; i < length; ++i) lower[i] = ascii_lower(body_[name_start + i]);
  const std::string_view name(lower.data(), length);
  if (name.empty()) return close + 1;
  separate();
  if (closing) {
    if (name == "title" || name == "h1" || name == "h2") {
      if (sink_ == Sink::Heading) end_of_heading();
      sink_ = Sink::Text;
    }
    return close + 1;
  }
  open_tag(name, body_.substr(name_end, close - name_end));
  if (name == "script" || name == "style" || name == "svg" || name == "template") {
    if (body_[close - 1] == '/') return close + 1;
    return skip_raw(close + 1, name);
  }
  return close + 1;
}

void HtmlReader::open_tag(std::string_view name, std::string_view attributes) {
  if (name == "a") {
    ++page_.links;
  } else if (name == "p") {
    ++page_.paragraphs;
  } else if (name == "li") {
    ++page_.list_items;
  } else if (name == "title") {
    if (!title_seen_) sink_ = Sink::Title;
    title_seen_ = true;
  } else if (name == "h1" || name == "h2") {
    if (sink_ == Sink::Heading) end_of_heading();
    if (name == "h2") ++page_.headings_below;
    sink_ = Sink::Heading;
  } else if (name == "body" && sink_ == Sink::Title) {
    sink_ = Sink::Text;
  } else if (name.size() == 2 && name[0] == 'h' && name[1] >= '3' && name[1] <= '6') {
    ++page_.headings_below;
  } else if (name == "code" || name == "pre" || name == "blockquote") {
    page_.quotes = true;
  } else if (name == "article") {
    ++page_.articles;
  } else if (name == "time" || name == "nav") {
    page_.article = true;
  } else if (name == "input" || name == "textarea" || name == "select") {
    count_input(attributes);
  } else if (name == "meta" && !page_.article) {
    page_.article = ifind(attributes, "og:type") != std::string_view::npos &&
                    ifind(attributes, "article") != std::string_view::npos;
  }
}

void HtmlReader::count_input(std::string_view attributes) {
  const std::size_t type = ifind(attributes, "type=");
  if (type != std::string_view::npos) {
    std::string_view value = attributes.substr(type + 5);
    if (!value.empty() && (value[0] == '"' || value[0] == '\'')) value.remove_prefix(1);
    for (std::string_view kind : {"hidden", "submit", "button", "image", "reset", "checkbox"}) {
      if (istarts_with(value, kind)) return;
    }
  }
  ++page_.inputs;
}

void HtmlReader::end_of_heading() {
  close_gap(heading_);
  if (!heading_.empty() && heading_.front() == ' ') heading_.erase(0, 1);
  if (!heading_.empty() && page_.headings.size() < kHeadingsMax) page_.headings.push_back(heading_);
  heading_.clear();
}

// A tag parts words, as a browser's boxes mostly do.
void HtmlReader::separate() {
  std::string& out = sink_ == Sink::Title ? page_.title : page_.text;
  if (!out.empty() && out.back() != ' ' && out.size() < kPageTextMax) out += ' ';
  if (sink_ == Sink::Heading && !heading_.empty() && heading_.back() != ' ') heading_ += ' ';
}

}  // namespace frontierd
