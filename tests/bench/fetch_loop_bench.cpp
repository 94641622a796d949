// bare_curl_loop LIST [IN_FLIGHT]: the yardstick for `tools/bench fetch`. One thread, one curl
// multi handle, kept-alive connections, bodies counted and thrown away; nothing is stored, judged
// or waited for. Reads one URL a line. Prints pages, failures, wall and CPU seconds, and
// microseconds of CPU a page.
#include <curl/curl.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "bench/usage.h"

namespace {

struct Tally {
  std::uint64_t pages = 0;
  std::uint64_t failures = 0;
  std::uint64_t bytes = 0;
};

std::size_t count_bytes(char*, std::size_t size, std::size_t count, void* tally) {
  static_cast<Tally*>(tally)->bytes += size * count;
  return size * count;
}

CURL* make_easy(Tally& tally) {
  CURL* easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &count_bytes);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &tally);
  return easy;
}

void reap(CURLM* multi, const std::vector<std::string>& urls, std::size_t& next, Tally& tally) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    CURL* easy = message->easy_handle;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    ++(message->data.result == CURLE_OK && status == 200 ? tally.pages : tally.failures);
    curl_multi_remove_handle(multi, easy);
    if (next == urls.size()) {
      curl_easy_cleanup(easy);
      continue;
    }
    curl_easy_setopt(easy, CURLOPT_URL, urls[next++].c_str());
    curl_multi_add_handle(multi, easy);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return frontierd::bench::usage("bare_curl_loop LIST [IN_FLIGHT]");
  const std::vector<std::string> urls = frontierd::bench::read_lines(argv[1]);
  const std::size_t in_flight = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 8'192L);
  const frontierd::bench::Usage usage;
  Tally tally;
  std::size_t next = 0;
  while (next < urls.size() && next < in_flight) {
    CURL* easy = make_easy(tally);
    curl_easy_setopt(easy, CURLOPT_URL, urls[next++].c_str());
    curl_multi_add_handle(multi, easy);
  }
  int running = 1;
  while (running > 0) {
    curl_multi_perform(multi, &running);
    reap(multi, urls, next, tally);
    if (tally.pages + tally.failures == urls.size()) break;
    running = 1;
    curl_multi_poll(multi, nullptr, 0, 1'000, nullptr);
  }
  usage.print("bare_curl_loop", tally.pages, tally.failures);
  curl_multi_cleanup(multi);
  curl_global_cleanup();
  return tally.failures == 0 ? 0 : 1;
}
