// Any bytes: parsing and resolving end well, and what they accept is canonical.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "rules/url.h"
#include "rules/url_canon.h"

namespace {

using frontierd::Url;

void check_canonical(const Url& url) {
  const std::string& text = url.text();
  CHECK(text.size() <= frontierd::kUrlLengthMax);
  CHECK(std::all_of(text.begin(), text.end(),
                    [](char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '#'; }));
  CHECK(!url.host().empty() && url.port() != 0 && url.path().starts_with('/'));
  CHECK(std::string(url.host_key()) + std::string(url.path_and_query()) == text);
  const auto again = Url::parse(text);
  CHECK(again && *again == url && again->host_key() == url.host_key());
  CHECK(again->path() == url.path() && again->port() == url.port());
  CHECK(frontierd::bucket_of(url.host()) < frontierd::kBuckets);
  CHECK(url.host().ends_with('.') ||
        url.host().ends_with(frontierd::registrable_domain(url.host())));
}

}  // namespace

// The first line is a base, the rest a reference; the whole is a URL of its own too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const auto whole = Url::parse(text);
  if (whole) check_canonical(*whole);
  CHECK(frontierd::canon_line(text).starts_with(whole ? whole->text() : "!"));

  static const Url kDefault = *Url::parse("https://example.com:8443/a/b%/c?d=e");
  const Url base = Url::parse(text.substr(0, line)).value_or(kDefault);
  if (const auto resolved = base.resolve(text.substr(line))) check_canonical(*resolved);
  return 0;
}
