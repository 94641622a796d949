#include "originlab/bend.h"

#include <algorithm>

#include "originlab/content.h"

namespace frontierd::originlab {
namespace {

constexpr std::uint64_t kGarbageBytes = 512;
constexpr std::uint64_t kHugeHeader = 5 * 1024 * 1024;
constexpr std::uint64_t kExtension = 1'024;
constexpr std::uint64_t kExtraLength = 1'000;
constexpr std::uint64_t kHalfOfEndless = 64 * 1024;

std::uint64_t flood_size(const Answer& answer, std::uint64_t usual) {
  return answer.flood_size == 0 ? usual : answer.flood_size;
}

Source filler_headers(std::uint64_t count) {
  return each(count, [](std::uint64_t i) {
    return "X-Filler-" + std::to_string(i) + ": " + std::string(40, 'f') + "\r\n";
  });
}

Source interim_answers() {
  return each(kEndless, [](std::uint64_t i) -> std::string {
    return i % 2 == 0 ? "HTTP/1.1 100 Continue\r\n\r\n"
                      : "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n";
  });
}

Source framed(Draft& draft, const Answer& answer) {
  if (draft.head_only) return none();
  if (answer.fault == Fault::BadChunk) return just("not-a-size\r\nhello\r\n0\r\n\r\n");
  if (answer.fault == Fault::ChunkExtensions) {
    return chunk_extensions(std::move(draft.body), flood_size(answer, kExtension));
  }
  if (draft.framing == Framing::Chunked) return chunked(std::move(draft.body));
  return std::move(draft.body);
}

// The head, with what a fault puts into it, up to and with the empty line.
Source head_source(Draft& draft, const Answer& answer) {
  switch (answer.fault) {
    case Fault::EndlessHead:
      return then(just(draft.head), filler_headers(kEndless));
    case Fault::HeaderFlood:
      return then(then(just(draft.head), filler_headers(answer.count)), just("\r\n"));
    case Fault::HugeHeader: {
      const std::uint64_t size = flood_size(answer, kHugeHeader);
      Source line = then(just(draft.head + "X-Huge: "), repeat(std::string(4'096, 'h'), size));
      return then(std::move(line), just("\r\n\r\n"));
    }
    case Fault::Endless1xx:
      return interim_answers();
    default:
      return just(draft.head + "\r\n");
  }
}

Source paced(Source source, double rate) {
  return rate > 0 ? slowly(std::move(source), rate) : source;
}

}  // namespace

std::uint64_t extra_length(const Answer& answer) {
  return flood_size(answer, kExtraLength);
}

Reply bend(Draft draft, const Answer& answer) {
  const std::uint64_t half =
      draft.size == kEndless ? kHalfOfEndless : std::max<std::uint64_t>(1, draft.size / 2);
  const std::uint64_t half_head = draft.head.size() / 2;
  Reply reply{none(), answer.ending, draft.status};
  const auto closed = answer.ending == Ending::Keep ? Ending::Close : answer.ending;
  switch (answer.fault) {
    case Fault::Reset:
      return {none(), Ending::Reset, 0};
    case Fault::Empty:
      return {none(), Ending::Close, 0};
    case Fault::Silent:
      return {none(), Ending::Hold, 0};
    case Fault::Garbage:
      return {generated(Fill::Random, kGarbageBytes, answer.seed), closed, 0};
    case Fault::Http09:
      return {paced(std::move(draft.body), answer.body_rate), closed, 0};
    default:
      break;
  }
  Source head = paced(head_source(draft, answer), answer.head_rate);
  Source body = paced(framed(draft, answer), answer.body_rate);
  switch (answer.fault) {
    case Fault::ResetInHead:
      return {cut(std::move(head), half_head), Ending::Reset, draft.status};
    case Fault::CloseInHead:
      return {cut(std::move(head), half_head), Ending::Close, draft.status};
    case Fault::ResetInBody:
      body = cut(std::move(body), half);
      reply.ending = Ending::Reset;
      break;
    case Fault::CloseInBody:
      body = cut(std::move(body), half);
      reply.ending = Ending::Close;
      break;
    case Fault::SilentInBody:
      body = cut(std::move(body), half);
      reply.ending = Ending::Hold;
      break;
    case Fault::BadChunk:
    case Fault::LongLength:
      reply.ending = closed;
      break;
    default:
      break;
  }
  reply.source = then(std::move(head), std::move(body));
  return reply;
}

}  // namespace frontierd::originlab
