#include "rules/report.h"

#include "base/text.h"

namespace frontierd {

std::string_view to_string(Transport transport) {
  switch (transport) {
    case Transport::Ok:
      return "ok";
    case Transport::DnsFailed:
      return "dns_failed";
    case Transport::DnsTimeout:
      return "dns_timeout";
    case Transport::AddressBarred:
      return "address_barred";
    case Transport::ConnectRefused:
      return "connect_refused";
    case Transport::ConnectTimeout:
      return "connect_timeout";
    case Transport::ConnectFailed:
      return "connect_failed";
    case Transport::TlsFailed:
      return "tls_failed";
    case Transport::Reset:
      return "reset";
    case Transport::EmptyReply:
      return "empty_reply";
    case Transport::Timeout:
      return "timeout";
    case Transport::TooSlow:
      return "too_slow";
    case Transport::BodyTooLarge:
      return "body_too_large";
    case Transport::HeadersTooLarge:
      return "headers_too_large";
    case Transport::BadEncoding:
      return "bad_encoding";
    case Transport::ProtocolError:
      return "protocol_error";
    case Transport::NotProcessed:
      return "not_processed";
    case Transport::EgressFailed:
      return "egress_failed";
    case Transport::LocalFailure:
      return "local_failure";
    case Transport::Aborted:
      return "aborted";
  }
  return "unknown";
}

std::string_view header(const FetchReport& report, std::string_view name) {
  for (const Header& field : report.headers) {
    if (iequals(field.name, name)) return field.value;
  }
  return {};
}

bool has_header(const FetchReport& report, std::string_view name) {
  for (const Header& field : report.headers) {
    if (iequals(field.name, name)) return true;
  }
  return false;
}

}  // namespace frontierd
