#include "fetch/authority.h"

#include <curl/curl.h>

#include "base/check.h"
#include "base/text.h"

namespace frontierd {

std::optional<Authority> split_authority(std::string_view url) {
  Authority found;
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  found.scheme = url.substr(0, colon);
  if (found.scheme != "http" && found.scheme != "https") return std::nullopt;
  found.port = found.scheme == "https" ? 443 : 80;
  const std::size_t start = colon + 3;
  const std::size_t end = std::min(url.find_first_of("/?#\\", start), url.size());
  found.origin = url.substr(0, end);
  found.host_port = url.substr(start, end - start);
  found.target = end == url.size() ? std::string_view("/") : url.substr(end);
  if (found.target.front() != '/') return std::nullopt;
  if (found.host_port.find('@') != std::string_view::npos) return std::nullopt;

  std::string_view rest = found.host_port;
  if (rest.starts_with('[')) {
    const std::size_t bracket = rest.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    found.literal_v6 = true;
    found.host = rest.substr(1, bracket - 1);
    rest.remove_prefix(bracket + 1);
  } else {
    found.host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(found.host.size());
  }
  if (found.host.empty()) return std::nullopt;
  if (rest.empty()) return found;
  const auto port = parse_int<std::uint16_t>(rest.substr(1));
  if (rest.front() != ':' || !port || *port == 0) return std::nullopt;
  found.port = *port;
  return found;
}

UrlCrossCheck::UrlCrossCheck() : handle_(curl_url()) {
  CHECK(handle_ != nullptr);
}
UrlCrossCheck::~UrlCrossCheck() {
  curl_url_cleanup(static_cast<CURLU*>(handle_));
}

std::optional<std::string> UrlCrossCheck::part(int which) {
  char* text = nullptr;
  const auto part = static_cast<CURLUPart>(which);
  if (curl_url_get(static_cast<CURLU*>(handle_), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) {
    return std::nullopt;
  }
  std::string found(text);
  curl_free(text);
  return found;
}

std::optional<std::string> UrlCrossCheck::difference(const std::string& url,
                                                     const Authority& ours) {
  const CURLUcode code = curl_url_set(static_cast<CURLU*>(handle_), CURLUPART_URL, url.c_str(),
                                      CURLU_PATH_AS_IS | CURLU_DISALLOW_USER);
  if (code != CURLUE_OK) {
    return "libcurl does not accept the URL (" + std::string(curl_url_strerror(code)) + ")";
  }
  std::string host = part(CURLUPART_HOST).value_or("");
  if (host.size() > 1 && host.front() == '[') host = host.substr(1, host.size() - 2);
  if (host != ours.host) {
    return "libcurl reads the host as '" + for_message(host) + "', we as '" +
           for_message(ours.host) + "'";
  }
  if (part(CURLUPART_SCHEME).value_or("") != ours.scheme ||
      part(CURLUPART_PORT).value_or("") != std::to_string(ours.port)) {
    return "libcurl reads another scheme or port";
  }
  return std::nullopt;
}

}  // namespace frontierd
