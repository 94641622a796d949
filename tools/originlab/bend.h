// The last step of a reply: its parts put together as the answer's fault wants them. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "originlab/reply.h"

namespace frontierd::originlab {

struct Draft {
  int status = 200;
  std::string head;  // status line and fields, without the empty line
  Source body;
  std::uint64_t size = 0;  // of the body; kEndless without an end
  Framing framing = Framing::Length;
  bool bodiless = false;   // the status allows no body
  bool head_only = false;  // bodiless, or an answer to HEAD
};

Reply bend(Draft draft, const Answer& answer);
// How many bytes more than it sends a long-length answer promises.
std::uint64_t extra_length(const Answer& answer);

}  // namespace frontierd::originlab
