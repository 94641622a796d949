#include "support/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace frontierd::test {
namespace {

constexpr int kTick = 20;  // ms: how soon a waiting script sees the server stop

bool wait_for(int fd, short events, const ScriptedServer& server) {
  while (!server.stopping()) {
    pollfd one{fd, events, 0};
    if (::poll(&one, 1, kTick) > 0) return true;
  }
  return false;
}

int listen_on(const std::string& address, std::uint16_t& port) {
  const bool v6 = address.find(':') != std::string::npos;
  const int fd = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_storage bound{};
  socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (v6) {
    auto* to = reinterpret_cast<sockaddr_in6*>(&bound);
    to->sin6_family = AF_INET6;
    inet_pton(AF_INET6, address.c_str(), &to->sin6_addr);
  } else {
    auto* to = reinterpret_cast<sockaddr_in*>(&bound);
    to->sin_family = AF_INET;
    inet_pton(AF_INET, address.c_str(), &to->sin_addr);
  }
  if (::bind(fd, reinterpret_cast<sockaddr*>(&bound), size) != 0 || ::listen(fd, 128) != 0) {
    throw std::runtime_error("cannot listen on " + address);
  }
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
  port = ntohs(v6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
                  : reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
  return fd;
}

}  // namespace

std::string Peer::request() {
  for (;;) {
    if (const std::size_t end = pending_.find("\r\n\r\n"); end != std::string::npos) {
      std::string head = pending_.substr(0, end + 4);
      pending_.erase(0, end + 4);
      server_.note(head);
      return head;
    }
    if ((tls_ == nullptr || SSL_pending(tls_) == 0) && !wait_for(fd_, POLLIN, server_)) return {};
    char piece[4'096];
    const auto count = tls_ != nullptr ? SSL_read(tls_, piece, sizeof(piece))
                                       : static_cast<int>(::recv(fd_, piece, sizeof(piece), 0));
    if (count <= 0) return {};
    pending_.append(piece, static_cast<std::size_t>(count));
  }
}

bool Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_for(fd_, POLLOUT, server_)) return false;
    const std::size_t size = std::min<std::size_t>(bytes.size(), 16'384);
    const auto count =
        tls_ != nullptr
            ? SSL_write(tls_, bytes.data(), static_cast<int>(size))
            : static_cast<int>(::send(fd_, bytes.data(), size, MSG_NOSIGNAL | MSG_DONTWAIT));
    if (count < 0 && tls_ == nullptr && errno == EAGAIN) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Peer::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

bool Peer::pause(Millis length) {
  const auto until = std::chrono::steady_clock::now() + length;
  while (!server_.stopping() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(
        Millis{kTick}, until - std::chrono::steady_clock::now()));
  }
  return !server_.stopping();
}

void Peer::hold() {
  char piece[1'024];
  while (wait_for(fd_, POLLIN, server_) && ::recv(fd_, piece, sizeof(piece), 0) > 0) {
  }
}

ScriptedServer::ScriptedServer(Script script, ServerOptions options)
    : script_(std::move(script)), options_(std::move(options)) {
  listener_ = listen_on(options_.address, port_);
  if (options_.tls) make_certificate();
  acceptor_ = std::jthread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  stopping_ = true;
  acceptor_.join();
  threads_.clear();
  ::close(listener_);
  if (tls_ != nullptr) SSL_CTX_free(tls_);
}

void ScriptedServer::make_certificate() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(options_.certificate_name.c_str());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  const std::string alternative = "DNS:" + options_.certificate_name;
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate, key, EVP_sha256());

  tls_ = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(tls_, certificate);
  SSL_CTX_use_PrivateKey(tls_, key);
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  certificate_pem_.assign(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

void ScriptedServer::accept_all() {
  while (wait_for(listener_, POLLIN, *this)) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int number = ++connections_;
    threads_.emplace_back([this, fd, number] { serve(fd, number); });
  }
}

void ScriptedServer::serve(int fd, int number) {
  // OpenSSL writes without MSG_NOSIGNAL.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  ssl_st* tls = nullptr;
  if (tls_ != nullptr) {
    tls = SSL_new(tls_);
    SSL_set_fd(tls, fd);
  }
  if (tls == nullptr || (wait_for(fd, POLLIN, *this) && SSL_accept(tls) == 1)) {
    Peer peer(*this, fd, tls);
    peer.number_ = number;
    script_(peer);
  }
  if (tls != nullptr) SSL_free(tls);
  ::close(fd);
}

void ScriptedServer::note(std::string request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(request));
}

std::vector<std::string> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::string ScriptedServer::url(std::string_view path, std::string_view host) const {
  const bool v6 = options_.address.find(':') != std::string::npos;
  const std::string address = v6 ? "[" + options_.address + "]" : options_.address;
  return (options_.tls ? "https://" : "http://") + (host.empty() ? address : std::string(host)) +
         ":" + std::to_string(port_) + std::string(path);
}

ScriptedServer::Script always(std::string answer) {
  return [answer = std::move(answer)](Peer& peer) {
    while (!peer.request().empty() && peer.send(answer)) {
    }
  };
}

std::string page(std::string_view body, std::string_view fields) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}

std::string chunked_page(std::string_view body, std::string_view fields, std::size_t piece) {
  std::string answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + std::string(fields) + "\r\n";
  char size[32];
  while (!body.empty()) {
    const std::string_view part = body.substr(0, piece);
    std::snprintf(size, sizeof(size), "%zx\r\n", part.size());
    answer.append(size).append(part).append("\r\n");
    body.remove_prefix(part.size());
  }
  return answer += "0\r\n\r\n";
}

}  // namespace frontierd::test
