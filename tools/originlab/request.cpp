#include "originlab/request.h"

#include "base/text.h"

namespace frontierd::originlab {
namespace {

bool parse_first_line(std::string_view line, Request& out) {
  const auto parts = split(line, ' ');
  if (parts.size() != 3 || parts[0].empty() || parts[1].empty()) return false;
  if (parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0") return false;
  out.http10 = parts[2] == "HTTP/1.0";
  out.method = parts[0];
  std::string_view target = parts[1];
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!istarts_with(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t path = std::min(target.find('/'), target.size());
    out.host = to_lower(target.substr(0, path));
    target.remove_prefix(path);
    if (target.empty()) target = "/";
  }
  out.target = target;
  return true;
}

}  // namespace

std::string_view Request::header(std::string_view lower_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_name) return value;
  }
  return {};
}

bool Request::wants_close() const {
  const std::string_view connection = header("connection");
  if (ifind(connection, "close") != std::string_view::npos) return true;
  return http10 && ifind(connection, "keep-alive") == std::string_view::npos;
}

bool Request::past_cache() const {
  const std::string_view control = header("cache-control");
  return ifind(control, "no-cache") != std::string_view::npos ||
         ifind(control, "max-age=0") != std::string_view::npos ||
         ifind(header("pragma"), "no-cache") != std::string_view::npos;
}

bool Request::has_cookie(std::string_view name) const {
  for (std::string_view pair : split(header("cookie"), ';')) {
    pair = trim(pair);
    if (pair.substr(0, pair.find('=')) == name) return true;
  }
  return false;
}

std::optional<Request> parse_request(std::string_view head) {
  Request out;
  bool first = true;
  for (std::string_view line : split(head, '\n')) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (first) {
      if (!parse_first_line(line, out)) return std::nullopt;
      first = false;
      continue;
    }
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    out.headers.emplace_back(to_lower(line.substr(0, colon)),
                             std::string(trim(line.substr(colon + 1))));
  }
  if (out.host.empty()) out.host = to_lower(out.header("host"));
  out.agent = out.header("user-agent");
  if (!out.header("transfer-encoding").empty()) return std::nullopt;
  if (const std::string_view length = out.header("content-length"); !length.empty()) {
    const auto bytes = parse_int<std::uint64_t>(length);
    if (!bytes) return std::nullopt;
    out.body_size = *bytes;
  }
  return out;
}

}  // namespace frontierd::originlab
