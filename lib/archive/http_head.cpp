#include "archive/http_head.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace frontierd {
namespace {

struct Line {
  std::string text;
  std::string_view end;  // "\r\n" or "\n", as received
};

// Up to the first empty line; `head` is left with what follows it.
std::vector<Line> take_block(std::string_view& head) {
  std::vector<Line> lines;
  while (!head.empty()) {
    const std::size_t newline = head.find('\n');
    std::string_view text = head.substr(0, newline);
    head.remove_prefix(newline == std::string_view::npos ? head.size() : newline + 1);
    const bool bare = newline != std::string_view::npos && !text.ends_with('\r');
    while (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty() && lines.empty()) continue;
    if (text.empty()) break;
    const bool folded = text[0] == ' ' || text[0] == '\t';
    if (folded && lines.size() > 1) {
      if (!trim(text).empty()) lines.back().text += " " + std::string(trim(text));
    } else if (!trim(text).empty()) {
      lines.push_back({std::string(folded ? trim(text) : text), bare ? "\n" : "\r\n"});
    }
  }
  return lines;
}

std::vector<Line> last_block(std::string_view head) {
  std::vector<Line> block;
  while (!head.empty()) {
    auto next = take_block(head);
    if (next.empty()) break;
    block = std::move(next);
  }
  return block;
}

std::optional<std::string_view> field_name(const Line& line) {
  const std::size_t colon = line.text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return trim(std::string_view(line.text).substr(0, colon));
}

bool is_field(const Line& line, std::string_view name) {
  const auto found = field_name(line);
  return found && iequals(*found, name);
}

void rename(Line& line, std::string_view name) {
  line.text = std::string(name) + line.text.substr(line.text.find(':'));
}

std::string to_text(const std::vector<Line>& lines) {
  std::string out;
  for (const Line& line : lines) out.append(line.text).append(line.end);
  return out.append(lines.empty() ? std::string_view("\r\n") : lines.back().end);
}

}  // namespace

std::string archived_response_head(std::string_view head) {
  std::vector<Line> lines = last_block(head);
  if (lines.empty()) return to_text(lines);
  const auto is_coding = [](const Line& line) { return is_field(line, "Transfer-Encoding"); };
  const bool coded = std::any_of(lines.begin() + 1, lines.end(), is_coding);
  for (std::size_t i = 1; coded && i < lines.size(); ++i) {
    if (is_coding(lines[i])) rename(lines[i], "X-Crawler-Transfer-Encoding");
    if (is_field(lines[i], "Content-Length")) rename(lines[i], "X-Crawler-Content-Length");
  }
  return to_text(lines);
}

std::string archived_request_head(std::string_view head, const std::vector<std::string>& secrets) {
  std::vector<Line> lines = take_block(head);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const bool secret = std::any_of(secrets.begin(), secrets.end(), [&](const std::string& name) {
      return is_field(lines[i], name);
    });
    if (!secret) continue;
    lines[i].text.resize(lines[i].text.find(':'));
    lines[i].text.append(": ").append(kRedacted);
  }
  return to_text(lines);
}

}  // namespace frontierd
