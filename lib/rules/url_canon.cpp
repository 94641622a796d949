#include "rules/url_canon.h"

#include "rules/url.h"

namespace frontierd {

std::string canon_line(std::string_view line) {
  std::string out;
  if (const auto url = Url::parse(line)) {
    out.append(url->text()).append(1, '\t').append(url->host_key());
  } else {
    out.append(1, '!').append(to_string(url.error())).append(1, '\t').append(reason(url.error()));
  }
  return out;
}

}  // namespace frontierd
