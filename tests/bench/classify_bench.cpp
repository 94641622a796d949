// What classifying costs: at most 20 us for a typical page, linear in its bytes.
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
}  // namespace frontierd

BENCHMARK_MAIN();
