#include "fetch/transport_table.h"

#include <curl/curl.h>

#include <cerrno>

namespace frontierd {
namespace {

struct Row {
  CURLcode code;
  Transport transport;
};

constexpr Row kTable[] = {
    {CURLE_OK, Transport::Ok},
    {CURLE_COULDNT_RESOLVE_HOST, Transport::DnsFailed},
    {CURLE_COULDNT_RESOLVE_PROXY, Transport::EgressFailed},
    {CURLE_PROXY, Transport::EgressFailed},
    {CURLE_INTERFACE_FAILED, Transport::EgressFailed},
    {CURLE_URL_MALFORMAT, Transport::ProtocolError},
    {CURLE_UNSUPPORTED_PROTOCOL, Transport::ProtocolError},  // HTTP/0.9 among others
    {CURLE_WEIRD_SERVER_REPLY, Transport::ProtocolError},
    {CURLE_HTTP2, Transport::ProtocolError},
    {CURLE_HTTP3, Transport::ProtocolError},
    {CURLE_BAD_CONTENT_ENCODING, Transport::BadEncoding},
    // Our callbacks end a transfer with a reason of their own: this is libcurl's own decoder, at a
    // Transfer-Encoding that we did not ask for.
    {CURLE_WRITE_ERROR, Transport::BadEncoding},
    {CURLE_FILESIZE_EXCEEDED, Transport::BodyTooLarge},
    {CURLE_GOT_NOTHING, Transport::EmptyReply},
    {CURLE_PARTIAL_FILE, Transport::Reset},
    {CURLE_HTTP2_STREAM, Transport::Reset},
    {CURLE_SEND_ERROR, Transport::Reset},
    {CURLE_RECV_ERROR, Transport::Reset},
    {CURLE_SSL_CONNECT_ERROR, Transport::TlsFailed},
    {CURLE_PEER_FAILED_VERIFICATION, Transport::TlsFailed},
    {CURLE_SSL_CERTPROBLEM, Transport::TlsFailed},
    {CURLE_SSL_CIPHER, Transport::TlsFailed},
    {CURLE_SSL_ISSUER_ERROR, Transport::TlsFailed},
    {CURLE_SSL_SHUTDOWN_FAILED, Transport::TlsFailed},
    {CURLE_SSL_INVALIDCERTSTATUS, Transport::TlsFailed},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, Transport::TlsFailed},
    {CURLE_SSL_CLIENTCERT, Transport::TlsFailed},
    {CURLE_USE_SSL_FAILED, Transport::TlsFailed},
};

Transport connect_failure(int os_error) {
  switch (os_error) {
    case ECONNREFUSED:
      return Transport::ConnectRefused;
    case ETIMEDOUT:
      return Transport::ConnectTimeout;
    case ECONNRESET:
      return Transport::Reset;
    default:
      return is_local_shortage(os_error) ? Transport::LocalFailure : Transport::ConnectFailed;
  }
}

}  // namespace

std::optional<Transport> proxy_failure(int code, const ProxyFacts& facts) {
  if (code == CURLE_COULDNT_RESOLVE_PROXY || !facts.reached) return Transport::EgressFailed;
  if (code == CURLE_PROXY) {
    switch (facts.socks_error) {
      case CURLPX_REPLY_CONNECTION_REFUSED:
        return Transport::ConnectRefused;
      case CURLPX_REPLY_TTL_EXPIRED:
        return Transport::ConnectTimeout;
      case CURLPX_REPLY_GENERAL_SERVER_FAILURE:
      case CURLPX_REPLY_HOST_UNREACHABLE:
      case CURLPX_REPLY_NETWORK_UNREACHABLE:
      case CURLPX_REPLY_NOT_ALLOWED:
        return Transport::ConnectFailed;
      default:
        return Transport::EgressFailed;
    }
  }
  const bool tunnelled = facts.connect_code >= 200 && facts.connect_code < 300;
  if (facts.connect_code == 0 || tunnelled) return std::nullopt;
  if (facts.connect_code == 407) return Transport::EgressFailed;
  return facts.connect_code == 504 ? Transport::ConnectTimeout : Transport::ConnectFailed;
}

bool is_local_shortage(int os_error) {
  return os_error == EMFILE || os_error == ENFILE || os_error == ENOBUFS || os_error == ENOMEM;
}

Transport transport_of(int code, const TransferFacts& facts) {
  if (code == CURLE_COULDNT_CONNECT) return connect_failure(facts.os_error);
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return facts.connected ? Transport::Timeout : Transport::ConnectTimeout;
  }
  // A stream above the last one of a GOAWAY, a refused stream: never processed (RFC 9113 §8.7). Of a
  // connection that ended with no word about the stream, libcurl tells no more than CURLE_HTTP2.
  if (!facts.answered && (facts.refused || code == CURLE_HTTP2)) return Transport::NotProcessed;
  if (code == CURLE_RECV_ERROR && facts.bad_chunks) return Transport::ProtocolError;
  // libcurl's own bound for one header line is reported as a lack of memory.
  if (code == CURLE_OUT_OF_MEMORY && facts.connected && !facts.body_begun) {
    return Transport::HeadersTooLarge;
  }
  for (const Row& row : kTable) {
    if (row.code == code) return row.transport;
  }
  return Transport::LocalFailure;
}

}  // namespace frontierd
