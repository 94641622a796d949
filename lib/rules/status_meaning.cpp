#include "rules/status_meaning.h"

#include <algorithm>
#include <array>

#include "rules/answer_facts.h"

namespace frontierd {
namespace {

struct Choice {
  int status;
  OutcomeClass cls;
  Scope scope;
  std::string_view why;
};
using C = OutcomeClass;

constexpr std::array kChoices{
    Choice{401, C::Refused, Scope::Host, "credentials are asked for"},
    Choice{402, C::Refused, Scope::Host, "payment is asked for"},
    Choice{403, C::Refused, Scope::Url, "a plain permission answer"},
    Choice{407, C::Unreachable, Scope::Egress, "our own proxy asks for credentials"},
    Choice{408, C::Overloaded, Scope::Url, "the server gave up waiting"},
    Choice{418, C::BotWalled, Scope::Egress, "418 is in use as a refusal of automation"},
    Choice{419, C::Refused, Scope::Url, "a session is asked for"},
    Choice{420, C::RateLimited, Scope::Egress, "420 is in use for too many requests"},
    Choice{421, C::Unreachable, Scope::Url, "sent to a server that does not serve this host"},
    Choice{423, C::Refused, Scope::Url, "locked"},
    Choice{425, C::Overloaded, Scope::Url, "too early: the server asks for another try"},
    Choice{428, C::Refused, Scope::Url, "a precondition is asked for"},
    Choice{429, C::RateLimited, Scope::Egress, "too many requests (RFC 6585)"},
    Choice{430, C::RateLimited, Scope::Egress, "430 is in use for clients that ask too much"},
    Choice{431, C::Broken, Scope::Url, "our header is too large for the server"},
    Choice{440, C::Refused, Scope::Url, "a session is asked for"},
    Choice{444, C::BotWalled, Scope::Egress, "444 is a refusal without an answer"},
    Choice{449, C::BotWalled, Scope::Egress, "449 is in use by request firewalls"},
    Choice{450, C::Refused, Scope::Url, "blocked by a policy"},
    Choice{451, C::Refused, Scope::Url, "withheld for legal reasons (RFC 7725)"},
    Choice{460, C::UpstreamFailed, Scope::Url, "the balancer lost the connection"},
    Choice{463, C::Broken, Scope::Url, "the balancer does not accept our request"},
    Choice{464, C::Broken, Scope::Url, "the balancer does not accept our protocol"},
    Choice{493, C::BotWalled, Scope::Egress, "493 is in use by request firewalls"},
    Choice{494, C::Broken, Scope::Url, "our header is too large for the server"},
    Choice{495, C::Refused, Scope::Host, "a client certificate is asked for"},
    Choice{496, C::Refused, Scope::Host, "a client certificate is asked for"},
    Choice{498, C::Refused, Scope::Url, "a token is asked for"},
    Choice{499, C::UpstreamFailed, Scope::Url, "a gateway gave up on its own request"},
    Choice{500, C::Overloaded, Scope::Url, "the server failed on this request"},
    Choice{501, C::Gone, Scope::Url, "not implemented"},
    Choice{502, C::UpstreamFailed, Scope::Host, "a gateway got no valid answer"},
    Choice{503, C::Overloaded, Scope::Host,
           "unavailable, without a reason: overload is the safe reading"},
    Choice{504, C::UpstreamFailed, Scope::Url, "a gateway got no answer in time"},
    Choice{505, C::Gone, Scope::Url, "the server does not speak our HTTP"},
    Choice{506, C::Gone, Scope::Url, "a fault in the server's negotiation"},
    Choice{509, C::Overloaded, Scope::Host, "the site's bandwidth is used up"},
    Choice{510, C::Gone, Scope::Url, "an extension is asked for"},
    Choice{511, C::Unreachable, Scope::Egress, "a captive portal: our network asks for a login"},
    Choice{520, C::UpstreamFailed, Scope::Url, "the edge got a bad answer from the origin"},
    Choice{521, C::UpstreamFailed, Scope::Host, "the origin refuses the edge"},
    Choice{522, C::UpstreamFailed, Scope::Host, "the edge cannot connect to the origin"},
    Choice{523, C::UpstreamFailed, Scope::Host, "the edge cannot reach the origin"},
    Choice{524, C::UpstreamFailed, Scope::Url, "the origin took too long for this request"},
    Choice{525, C::UpstreamFailed, Scope::Host, "no TLS between edge and origin"},
    Choice{526, C::UpstreamFailed, Scope::Host, "the origin's certificate is invalid"},
    Choice{527, C::UpstreamFailed, Scope::Host, "the edge cannot connect to the origin"},
    Choice{529, C::Overloaded, Scope::Host, "overloaded"},
    Choice{530, C::UpstreamFailed, Scope::Host, "the edge cannot find the origin"},
    Choice{540, C::Maintenance, Scope::Host, "540 is in use for a site switched off for a while"},
    Choice{561, C::Refused, Scope::Host, "the balancer asks for credentials"},
    Choice{598, C::UpstreamFailed, Scope::Url, "a proxy's read timed out"},
    Choice{599, C::UpstreamFailed, Scope::Host, "a proxy's connect timed out"},
};

Meaning meaning_of_redirect(const FetchReport& report) {
  if (confirms_nothing(report)) {
    return {C::Broken, Scope::Url, "\"not modified\" to a request without validators"};
  }
  if (report.status == 304) return {C::Unchanged, Scope::Url, "the stored copy is current"};
  if (!header(report, "location").empty()) return {C::Moved, Scope::Url, "redirected"};
  if (report.status == 300) return {C::Fetched, Scope::Url, "a list of choices is a page"};
  return {C::Broken, Scope::Url, "a redirect without a Location"};
}

Meaning meaning_by_class(const FetchReport& report) {
  if (report.status >= 600) {
    return {C::BotWalled, Scope::Egress,
            "a code outside HTTP is in use as a refusal of automation"};
  }
  if (report.status >= 500)
    return {C::Overloaded, Scope::Host, "an unknown server error counts as 500"};
  if (report.status >= 400) return {C::Gone, Scope::Url, "the request cannot be answered"};
  if (report.status >= 300) return meaning_of_redirect(report);
  if (report.status >= 200) return {C::Fetched, Scope::Url, "a page"};
  return {C::Broken, Scope::Url, "no final status"};
}

}  // namespace

Meaning meaning_of_status(const FetchReport& report) {
  const auto* found = std::find_if(kChoices.begin(), kChoices.end(),
                                   [&](const Choice& c) { return c.status == report.status; });
  Meaning meaning = found != kChoices.end()
                        ? Meaning{found->cls, found->scope, std::string(found->why)}
                        : meaning_by_class(report);
  meaning.what = "status " + std::to_string(report.status) + ": " + meaning.what;
  return meaning;
}

Meaning meaning_of_transport(const FetchReport& report) {
  switch (report.transport) {
    case Transport::Ok:
      break;
    case Transport::DnsFailed:
      return {C::Unreachable, Scope::Host, "the name has no address"};
    case Transport::DnsTimeout:
      return {C::Unreachable, Scope::Host, "no resolver answered"};
    case Transport::AddressBarred:
      return {C::Barred, Scope::Host, "the address is one that we do not connect to"};
    case Transport::ConnectRefused:
      return {C::Unreachable, Scope::Host, "the connection was refused"};
    case Transport::ConnectTimeout:
      return {C::Unreachable, Scope::Host, "no answer to our connection"};
    case Transport::ConnectFailed:
      return {C::Unreachable, Scope::Host, "the host cannot be reached"};
    case Transport::TlsFailed:
      return {C::Unreachable, Scope::Host, "no TLS with the host"};
    // Before the first byte a whole host may be at fault; after it, one page.
    case Transport::Reset:
      return {C::Unreachable, report.status == 0 ? Scope::Host : Scope::Url,
              "the connection was reset"};
    case Transport::EmptyReply:
      return {C::Unreachable, Scope::Host, "closed without an answer"};
    case Transport::Timeout:
      return {C::Unreachable, Scope::Url, "over the time limit"};
    case Transport::TooSlow:
      return {C::Unreachable, Scope::Url, "slower than the minimum speed"};
    case Transport::BodyTooLarge:
      return {C::Broken, Scope::Url, "the body is over the limit"};
    case Transport::HeadersTooLarge:
      return {C::Broken, Scope::Url, "the header is over the limit"};
    case Transport::BadEncoding:
      return {C::Broken, Scope::Url, "the content encoding cannot be undone"};
    case Transport::ProtocolError:
      return {C::Broken, Scope::Url, "the answer is not HTTP"};
    case Transport::NotProcessed:
      return {C::Unreachable, Scope::Egress, "the server did not process the request"};
    case Transport::EgressFailed:
      return {C::Unreachable, Scope::Egress, "our egress failed: this says nothing about the host"};
    case Transport::LocalFailure:
      return {C::Unreachable, Scope::Egress, "we failed: this says nothing about the host"};
    case Transport::Aborted:
      return {C::Unreachable, Scope::Egress, "we stopped it: this says nothing about the host"};
  }
  return {C::Broken, Scope::Url, "no complete answer"};
}

}  // namespace frontierd
