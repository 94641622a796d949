#include "rules/answer_facts.h"

namespace frontierd {
namespace {

enum class Body { Whole, TooLarge, Cut, Undecoded, None };

// None: the transfer did not end in an answer's body, or it is none of the origin's doing.
Body body_of(Transport transport) {
  switch (transport) {
    case Transport::Ok:
      return Body::Whole;
    case Transport::BodyTooLarge:
    case Transport::HeadersTooLarge:  // trailers, behind a whole head
      return Body::TooLarge;
    case Transport::BadEncoding:
      return Body::Undecoded;
    case Transport::Reset:
    case Transport::EmptyReply:
    case Transport::Timeout:
    case Transport::TooSlow:
    case Transport::ProtocolError:
    case Transport::LocalFailure:
      return Body::Cut;
    default:
      return Body::None;
  }
}

bool only_makes_us_wait(int status) {
  return status == 429 || (status >= 500 && status < 600);
}

}  // namespace

Believed believed(const FetchReport& report) {
  const Body body = body_of(report.transport);
  if (body == Body::None || report.status == 0) return {};
  if (!report.head_whole) return {only_makes_us_wait(report.status), false, false};
  return {true, body == Body::Whole, body == Body::Whole || body == Body::TooLarge};
}

bool came_in_part(const FetchReport& report) {
  const Body body = body_of(report.transport);
  return report.head_whole && report.status / 100 == 2 && report.body_bytes > 0 &&
         (body == Body::Cut || body == Body::Undecoded) &&
         report.transport != Transport::LocalFailure;
}

bool confirms_nothing(const FetchReport& report) {
  return report.status == 304 && report.unconditional;
}

}  // namespace frontierd
