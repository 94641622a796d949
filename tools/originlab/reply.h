// From an Answer and the request it answers to the bytes, with all that is wrong about them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "originlab/fill_in.h"
#include "originlab/lab.h"
#include "originlab/request.h"
#include "originlab/stream.h"

namespace frontierd::originlab {

// A body made for this request, and what conditional requests compare.
struct Content {
  std::string body;
  std::string etag;  // with its quotes
  std::int64_t modified = 0;
};

struct Reply {
  Source source;
  Ending ending = Ending::Keep;
  int status = 200;  // 0 where no status line is sent
};

struct ReplyTo {
  const Answer& answer;
  const Request& request;
  Facts facts;
  std::vector<std::string> headers;  // that a gate adds
  std::optional<Content> content;
};

Reply make_reply(ReplyTo to);
std::string_view usual_reason(int status);

}  // namespace frontierd::originlab
