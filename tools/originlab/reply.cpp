#include "originlab/reply.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "originlab/bend.h"
#include "originlab/content.h"
#include "originlab/dates.h"
#include "originlab/encode.h"

namespace frontierd::originlab {
namespace {

constexpr std::size_t kCookieBytes = 16;
constexpr std::array<std::pair<int, std::string_view>, 30> kReasons{{
    {100, "Continue"},
    {200, "OK"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {410, "Gone"},
    {413, "Payload Too Large"},
    {421, "Misdirected Request"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {508, "Loop Detected"},
}};

std::string code_page(int status) {
  const std::string line = std::to_string(status) + " " + std::string(usual_reason(status));
  return "<html><head><title>" + line + "</title></head><body><h1>" + line +
         "</h1></body></html>\n";
}

// The number a chain has still to go, and the path up to it.
std::optional<std::pair<std::string, std::uint64_t>> chain_link(std::string_view path) {
  path = path.substr(0, path.find('?'));
  const std::size_t slash = path.rfind('/');
  const auto left = parse_int<std::uint64_t>(path.substr(slash + 1));
  if (!left) return std::nullopt;
  return std::pair(std::string(path.substr(0, slash + 1)), *left);
}

class Builder {
 public:
  explicit Builder(ReplyTo& to) : to_(to), answer_(to.answer) {}

  Reply build() {
    if (answer_.raw) return {just(fill_in(*answer_.raw, to_.facts)), answer_.ending, 0};
    Draft draft;
    draft.status = answer_.status;
    choose_location(draft);
    choose_body(draft);
    if (answer_.validators) revalidate(draft);
    draft.framing = answer_.framing;
    if (draft.size == kEndless && draft.framing == Framing::Length) {
      draft.framing = Framing::Chunked;
    }
    draft.bodiless = draft.status == 204 || draft.status == 304 || draft.status / 100 == 1;
    draft.head = status_line(draft) + fields(draft);
    draft.head_only = to_.request.method == "HEAD" || draft.bodiless;
    return bend(std::move(draft), answer_);
  }

 private:
  void choose_location(Draft& draft) {
    std::string location;
    if (answer_.chain) {
      const auto left = chain_link(to_.request.target);
      if (left && left->second > 0) {
        location = left->first + std::to_string(left->second - 1);
      } else {
        draft.status = 200;
      }
    } else if (!answer_.redirect.empty()) {
      const std::uint64_t hash = stable_hash(to_.facts.words["host"] + to_.request.target);
      location = fill_in(answer_.redirect[hash % answer_.redirect.size()], to_.facts);
    }
    if (!location.empty()) location_ = "Location: " + location;
  }

  void choose_body(Draft& draft) {
    std::string text;
    if (answer_.baked) {
      draft.size = answer_.baked->size();
      draft.body = just(answer_.baked);
      etag_ = "\"" + std::to_string(stable_hash(*answer_.baked)) + "\"";
      return;
    }
    if (answer_.size > 0 || answer_.fault == Fault::EndlessBody) {
      draft.size = answer_.fault == Fault::EndlessBody ? kEndless : answer_.size;
      draft.body = generated(answer_.fill, draft.size, answer_.seed);
      etag_ = "\"" + std::to_string(answer_.seed) + "\"";
      return;
    }
    if (to_.content) {
      text = std::move(to_.content->body);
    } else {
      text = answer_.text ? fill_in(*answer_.text, to_.facts) : code_page(draft.status);
    }
    etag_ = to_.content ? to_.content->etag : "\"" + std::to_string(stable_hash(text)) + "\"";
    if (!answer_.encoding.empty()) text = encode(just(std::move(text)), answer_.encoding);
    draft.size = text.size();
    draft.body = just(std::move(text));
  }

  void revalidate(Draft& draft) {
    const std::int64_t modified = to_.content ? to_.content->modified : 0;
    validators_ = {"ETag: " + etag_, "Last-Modified: " + http_date(modified)};
    const std::string_view tags = to_.request.header("if-none-match");
    const auto since = parse_imf_date(to_.request.header("if-modified-since"));
    const bool same =
        !tags.empty() ? tags == "*" || tags.find(etag_) != tags.npos : since && *since >= modified;
    if (same && draft.status == 200) draft.status = 304;
  }

  std::string status_line(const Draft& draft) const {
    char status[8];
    std::snprintf(status, sizeof status, "%03d", draft.status);
    std::string reason(answer_.reason.empty() ? usual_reason(draft.status) : answer_.reason);
    if (reason == "-") reason.clear();
    return "HTTP/1.1 " + std::string(status) + " " + reason + "\r\n";
  }

  // One of our own fields, unless the lab file has a field of that name.
  void ours(std::string& out, const std::string& field) const {
    const std::string name = field.substr(0, field.find(':') + 1);
    for (const std::string& theirs : answer_.headers) {
      if (istarts_with(theirs, name)) return;
    }
    out += field + "\r\n";
  }

  std::string fields(const Draft& draft) {
    std::string out;
    ours(out, "Date: " + http_date(to_.facts.unix_seconds));
    ours(out, "Server: originlab");
    if (!draft.bodiless) ours(out, "Content-Type: " + answer_.type);
    if (!answer_.encoding.empty()) ours(out, "Content-Encoding: " + coding_names(answer_.encoding));
    for (const std::string& field : validators_) ours(out, field);
    if (!location_.empty()) ours(out, location_);
    for (const std::string& field : to_.headers) ours(out, field);
    for (const std::string& field : answer_.headers) out += fill_in(field, to_.facts) + "\r\n";
    for (std::uint64_t i = 0; i < answer_.cookies; ++i) {
      out += "Set-Cookie: c" + std::to_string(i) + "=" + std::string(kCookieBytes, 'x') +
             "; Path=/\r\n";
    }
    if (!draft.bodiless) framing_field(out, draft);
    if (answer_.ending == Ending::Close || to_.request.wants_close()) {
      ours(out, "Connection: close");
    } else if (to_.request.http10) {
      ours(out, "Connection: keep-alive");
    }
    return out;
  }

  void framing_field(std::string& out, const Draft& draft) const {
    switch (answer_.fault) {
      case Fault::ChunkExtensions:
      case Fault::BadChunk:
        return ours(out, "Transfer-Encoding: chunked");
      case Fault::LongLength:
        return ours(out, "Content-Length: " + std::to_string(draft.size + extra_length(answer_)));
      case Fault::ShortLength:
        return ours(out, "Content-Length: " + std::to_string(draft.size / 2));
      default:
        break;
    }
    if (draft.framing == Framing::Chunked) return ours(out, "Transfer-Encoding: chunked");
    if (draft.framing == Framing::Length) {
      ours(out, "Content-Length: " + std::to_string(draft.size));
    }
  }

  ReplyTo& to_;
  const Answer& answer_;
  std::string location_;
  std::string etag_;
  std::vector<std::string> validators_;
};

}  // namespace

Reply make_reply(ReplyTo to) {
  return Builder(to).build();
}

std::string_view usual_reason(int status) {
  for (const auto& [code, reason] : kReasons) {
    if (code == status) return reason;
  }
  return "Unassigned";
}

}  // namespace frontierd::originlab
