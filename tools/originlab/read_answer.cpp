#include <fstream>
#include <sstream>

#include "originlab/reader.h"

namespace frontierd::originlab {
namespace {

constexpr double kMaxRate = 1e12;
constexpr double kMinRate = 0.001;
constexpr std::uint64_t kMaxBaked = std::uint64_t{1} << 40;

void check_headers(Table& table, const std::vector<std::string>& headers) {
  for (const std::string& header : headers) {
    if (header.find(':') == std::string::npos) {
      table.wrong("headers", "each is \"Name: value\"; \"" + header +
                                 "\" has no colon (malformed lines go into raw)");
    }
  }
}

// A rate of zero would be silence; that has a name of its own.
void read_rate(Table& table, std::string_view key, double& out) {
  if (!table.has(key)) return;
  table.real(key, out, kMinRate, kMaxRate);
}

}  // namespace

void AnswerReader::read_body(Table& table, Answer& out) const {
  if (std::optional<std::string> file; table.text("file", file), file) {
    std::ifstream in(folder / *file, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    if (!in) {
      table.wrong("file", "cannot read " + (folder / *file).string() +
                              "; the path counts from the lab file's folder");
    }
    out.baked = std::make_shared<const std::string>(bytes.str());
  }
  table.text("text", out.text);
  table.text("raw", out.raw);
  table.size("size", out.size, true);
  table.choice("fill", kFills, out.fill);
  table.number("seed", out.seed, 0, INT64_MAX);
  table.choices("encoding", kEncodings, out.encoding);
  const int bodies = (table.has("file") ? 1 : 0) + (table.has("text") ? 1 : 0) +
                     (table.has("raw") ? 1 : 0) + (table.has("size") ? 1 : 0);
  if (bodies > 1) table.wrong("", "has several bodies; keep one of text, file, size, raw");
  if (!out.encoding.empty() && out.size > kMaxBaked) {
    table.wrong("encoding", "needs a size of at most 1T");
  }
}

void AnswerReader::read(Table& table, Answer& out) const {
  std::uint64_t status = static_cast<std::uint64_t>(out.status);
  table.texts("redirect", out.redirect);
  table.boolean("chain", out.chain);
  if (out.chain || !out.redirect.empty()) status = 302;
  table.number("status", status, 0, 999);
  out.status = static_cast<int>(status);
  table.text("reason", out.reason);
  table.texts("headers", out.headers);
  check_headers(table, out.headers);
  table.text("type", out.type);
  read_body(table, out);
  table.boolean("validators", out.validators);
  table.number("cookies", out.cookies, 0, 1'000'000);
  table.choice("framing", kFramings, out.framing);
  if (out.framing == Framing::Close || out.raw) out.ending = Ending::Close;
  table.choice("fault", kFaults, out.fault);
  table.choice("ending", kEndings, out.ending);
  table.number("count", out.count, 0, UINT32_MAX);
  table.size("flood_size", out.flood_size);
  read_rate(table, "head_rate", out.head_rate);
  read_rate(table, "body_rate", out.body_rate);
  if (table.has("latency")) table.latency("latency", out.latency.emplace());
}

void AnswerReader::read_named(Table& table, std::string_view key, Answer& out) const {
  if (auto inner = table.inner(key)) {
    read(*inner, out);
    inner->done();
  }
}

Route AnswerReader::route(Table& table) const {
  Route route;
  table.text("path", route.path);
  if (route.path.empty() || (route.path[0] != '/' && route.path[0] != '*')) {
    table.wrong("path", "every route has one, such as \"/private/*\"");
  }
  table.choice("pick", kPicks, route.pick);
  table.choice("per", kPers, route.per);
  table.boolean("cycle", route.cycle);
  Answer common;
  read(table, common);
  table.list("answer", [&](Table& one) {
    Answer answer = common;
    read(one, answer);
    one.boolean("pass", answer.pass);
    one.number("times", answer.times, 1, UINT32_MAX);
    one.real("weight", answer.weight, 0, 1e9);
    one.duration("lasts", answer.lasts);
    route.answers.push_back(std::move(answer));
  });
  if (route.answers.empty()) route.answers.push_back(std::move(common));
  return route;
}

Pages AnswerReader::pages(Table& table) const {
  Pages pages;
  pages.answer.validators = true;
  table.number("count", pages.count, 0, 100'000'000);
  table.text("prefix", pages.prefix);
  table.size("size_from", pages.size_from);
  pages.size_to = pages.size_from;
  table.size("size_to", pages.size_to);
  table.duration("change_every", pages.change_every);
  read(table, pages.answer);
  if (pages.size_to < pages.size_from) table.wrong("size_to", "is smaller than size_from");
  if (pages.prefix.empty() || pages.prefix[0] != '/') {
    table.wrong("prefix", "starts with \"/\"");
  }
  if (pages.change_every < std::chrono::milliseconds{1}) {
    table.wrong("change_every", "is at least \"1ms\"");
  }
  return pages;
}

}  // namespace frontierd::originlab
