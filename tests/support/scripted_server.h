// A server on loopback that says exactly what a test wants, byte by byte: each connection runs the
// script on a thread of its own. Optionally behind TLS with a certificate made on the spot. Stops,
// and wakes every script, when it goes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/time.h"

struct ssl_ctx_st;
struct ssl_st;

namespace frontierd::test {

class ScriptedServer;

// One connection, as its script sees it.
class Peer {
 public:
  Peer(ScriptedServer& server, int fd, ssl_st* tls) : server_(server), fd_(fd), tls_(tls) {}

  // Reads a request head; empty when the client has gone. It is noted in the server's requests().
  std::string request();
  bool send(std::string_view bytes);      // false: the client has gone, or the server stops
  void reset();                           // RST instead of FIN
  bool pause(Millis length);              // false: the server stops
  void hold();                            // until the client or the server goes
  int number() const { return number_; }  // of this connection, from 1

 private:
  friend class ScriptedServer;
  ScriptedServer& server_;
  int fd_;
  ssl_st* tls_;
  int number_ = 0;
  std::string pending_;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  bool tls = false;
  std::string certificate_name = "localhost";  // the subject, and its alternative name
};

class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit ScriptedServer(Script script, ServerOptions options = {});
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  // "http://127.0.0.1:1234/path"; `host` replaces the address.
  std::string url(std::string_view path = "/", std::string_view host = {}) const;
  int connections() const { return connections_; }
  std::vector<std::string> requests() const;
  const std::string& certificate_pem() const { return certificate_pem_; }
  bool stopping() const { return stopping_; }

 private:
  friend class Peer;
  void make_certificate();
  void accept_all();
  void serve(int fd, int number);
  void note(std::string request);

  const Script script_;
  const ServerOptions options_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  ssl_ctx_st* tls_ = nullptr;
  std::string certificate_pem_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

// Answers every request of a connection with the same bytes.
ScriptedServer::Script always(std::string answer);
// "HTTP/1.1 200 OK" with a length, the given fields ("A: b\r\n") and body.
std::string page(std::string_view body, std::string_view fields = {});
std::string chunked_page(std::string_view body, std::string_view fields = {},
                         std::size_t piece = 1'000);

}  // namespace frontierd::test
