// What classifying costs: at most 20 us for a typical page, linear in the bytes looked at whatever
// they are. Runs marked BigO print their fitted complexity; past kBodyHeadMax the cost is flat.
#include <benchmark/benchmark.h>

#include <string>

#include "rules/classify.h"
#include "rules/signatures.h"

namespace frontierd {
namespace {

// A page as sites serve it: a head with styles and scripts, a menu, paragraphs and links.
std::string article(std::size_t bytes) {
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Council votes "
      "on "
      "the budget - Example News</title>\n<link rel=\"stylesheet\" "
      "href=\"/assets/main.css\">\n<script "
      "src=\"/assets/app.js\" defer></script>\n</head>\n<body>\n<nav><ul><li><a "
      "href=\"/\">Home</a></li>"
      "<li><a href=\"/sport\">Sport</a></li></ul></nav>\n<article><h1>Council votes on the "
      "budget</h1>\n";
  for (int i = 0; page.size() + 200 < bytes; ++i) {
    page += "<div class=\"story\" data-id=\"" + std::to_string(i) +
            "\"><p>The session ended after midnight; the vote was closer than expected.</p><a "
            "class=\"more\" href=\"/news/2026/11/22/" +
            std::to_string(i) + "\">Read on</a></div>\n";
  }
  return page + "</article>\n</body>\n</html>\n";
}

FetchReport report_with(std::string body, int status) {
  FetchReport report;
  report.url = "https://www.example.com/news/2026/11/22/1";
  report.status = status;
  report.headers = {{"Date", "Sun, 22 Nov 2026 00:04:45 GMT"},
                    {"Content-Type", "text/html; charset=utf-8"},
                    {"Server", "nginx"},
                    {"Cache-Control", "max-age=60"},
                    {"ETag", "\"5f1-60c\""},
                    {"Vary", "Accept-Encoding"},
                    {"Connection", "keep-alive"},
                    {"X-Frame-Options", "SAMEORIGIN"}};
  report.body_head = std::move(body);
  return report;
}

void page_of_bytes(benchmark::State& state) {
  const FetchReport report = report_with(article(static_cast<std::size_t>(state.range(0))), 200);
  const SignatureTable& table = SignatureTable::built_in();
  for (auto _ : state) benchmark::DoNotOptimize(classify(report, table));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(report.body_head.size()));
}
BENCHMARK(page_of_bytes)->Arg(2'000)->Arg(20'000)->Arg(64'000)->Unit(benchmark::kMicrosecond);

void short_503(benchmark::State& state) {
  const FetchReport report = report_with(
      "<html><head><title>Wartungsarbeiten</title></head><body><h1>Wartungsarbeiten</h1><p>Wir "
      "sind "
      "bald wieder da.</p></body></html>",
      503);
  const SignatureTable& table = SignatureTable::built_in();
  for (auto _ : state) benchmark::DoNotOptimize(classify(report, table));
}
BENCHMARK(short_503)->Unit(benchmark::kMicrosecond);

// Bytes made to be slow: `unit` repeated, inside a frame that leaves it to be read as `frame` says.
std::string repeated(std::string_view before, std::string_view unit, std::string_view after,
                     std::size_t bytes) {
  std::string body(before);
  while (body.size() + unit.size() + after.size() < bytes) body += unit;
  return body + std::string(after);
}

struct Hostile {
  const char* name;
  std::string_view before;
  std::string_view unit;
  std::string_view after;
};
constexpr Hostile kHostile[] = {
    {"error page of words", "<html><title>503 Service Unavailable</title><body><p>",
     "The server cannot answer for now; other pages may work. ", "</body></html>"},
    {"only <", "", "<", ""},
    {"open tags", "<html><body>", "<div ", ""},
    {"open comments", "<html>", "<!--", ""},
    {"open scripts", "<html>", "<script>", ""},
    {"headings", "<html><body>", "<h1>Access denied", ""},
    {"near matches", "<html><body><p>", "you have been blockee checking your browses ", ""},
    {"matches", "<html><body><p>", "checking your browser access denied too many requests ", ""},
    {"near matches in markup", "<html><body>",
     "<script src=\"/_incapsula_resourc/cdn-cgi/challenge-platfor/g-recaptch\"></script>", ""},
    {"entities", "<html><body>", "&#x41;&amp;&", ""},
    {"deep JSON", "", "{\"error\":[", ""},
    {"long JSON", "{\"items\":[", "{\"code\":\"NotThrottlin\",\"message\":\"x\"},", "0]}"},
    {"open XML", "<?xml version=\"1.0\"?><Error>", "<Code>SlowDow</Code>", ""},
    {"Shift_JIS", "<meta charset=shift_jis><body>", "\x83\x81\x83\x93\x83\x65\x83\x69", ""},
    {"damaged UTF-8", "<html><body>", "\xc3\xe2\x82\xf0", ""},
};

void hostile_body(benchmark::State& state, const Hostile& what, int status) {
  const FetchReport report = report_with(
      repeated(what.before, what.unit, what.after, static_cast<std::size_t>(state.range(0))),
      status);
  const SignatureTable& table = SignatureTable::built_in();
  for (auto _ : state) benchmark::DoNotOptimize(classify(report, table));
  state.SetComplexityN(state.range(0));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void long_answer(benchmark::State& state, int status) {
  const FetchReport report = report_with(article(static_cast<std::size_t>(state.range(0))), status);
  const SignatureTable& table = SignatureTable::built_in();
  for (auto _ : state) benchmark::DoNotOptimize(classify(report, table));
  state.SetComplexityN(state.range(0));
}

// Sizes up to kBodyHeadMax show the slope, 1 MB that nothing is read beyond it.
void register_bodies() {
  for (const int status : {200, 403, 503}) {
    benchmark::RegisterBenchmark(("answer " + std::to_string(status)).c_str(), long_answer, status)
        ->RangeMultiplier(2)
        ->Range(2'048, 65'536)
        ->Complexity(benchmark::oN)
        ->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark(("answer " + std::to_string(status) + " over").c_str(),
                                 long_answer, status)
        ->Arg(1'048'576)
        ->Unit(benchmark::kMicrosecond);
  }
  for (const Hostile& what : kHostile) {
    for (const int status : {403, 503}) {
      const std::string name = std::string(what.name) + " " + std::to_string(status);
      benchmark::RegisterBenchmark(name.c_str(), hostile_body, what, status)
          ->RangeMultiplier(4)
          ->Range(1'024, 65'536)
          ->Complexity(benchmark::oN)
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

void json_answer(benchmark::State& state) {
  FetchReport report =
      report_with(R"({"items":[{"id":41,"name":"a"},{"id":42,"name":"b"}],"next":null})", 200);
  report.headers[1].value = "application/json";
  const SignatureTable& table = SignatureTable::built_in();
  for (auto _ : state) benchmark::DoNotOptimize(classify(report, table));
}
BENCHMARK(json_answer)->Unit(benchmark::kMicrosecond);

void empty_answer(benchmark::State& state) {
  const FetchReport report = report_with("", 304);
  const SignatureTable& table = SignatureTable::built_in();
  for (auto _ : state) benchmark::DoNotOptimize(classify(report, table));
}
BENCHMARK(empty_answer)->Unit(benchmark::kMicrosecond);

}  // namespace

void register_long_bodies() {
  register_bodies();
}
}  // namespace frontierd

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  frontierd::register_long_bodies();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
