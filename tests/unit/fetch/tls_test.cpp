// TLS: verified, and trusted only through the configured authorities.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "support/fetch_box.h"
#include "support/scripted_server.h"

namespace frontierd {
namespace {

using test::FetchBox;
using test::ScriptedServer;

class PemFile {
 public:
  explicit PemFile(const std::string& pem) {
    ::close(::mkstemp(name_));
    std::ofstream(name_) << pem;
  }
  ~PemFile() { ::unlink(name_); }
  PemFile(const PemFile&) = delete;
  PemFile& operator=(const PemFile&) = delete;
  std::string name() const { return name_; }

 private:
  char name_[32] = "/tmp/frontierd-pem-XXXXXX";
};

TEST(Tls, ATrustedCertificateIsFetchedOverOneConnection) {
  ScriptedServer server(test::always(test::page("secret")), {.tls = true});
  const PemFile pem(server.certificate_pem());
  FetchOptions options = test::test_options();
  options.ca_file = pem.name();
  FetchBox box(options);
  for (int i = 0; i < 5; ++i) {
    const FetchReport report = box.fetch(server.url("/", "localhost")).report;
    EXPECT_EQ(report.transport, Transport::Ok) << report.detail;
    EXPECT_EQ(report.body_head, "secret");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(Tls, AnUnknownAuthorityOrAnotherNameIsRefused) {
  ScriptedServer unknown(test::always(test::page("x")), {.tls = true});
  FetchBox box;
  const FetchReport report = box.fetch(unknown.url("/", "localhost")).report;
  EXPECT_EQ(report.transport, Transport::TlsFailed) << report.detail;
  EXPECT_EQ(report.status, 0);

  ScriptedServer other(test::always(test::page("x")),
                       {.tls = true, .certificate_name = "other.example"});
  const PemFile pem(other.certificate_pem());
  FetchOptions options = test::test_options();
  options.ca_file = pem.name();
  FetchBox trusting(options);
  EXPECT_EQ(trusting.fetch(other.url("/", "localhost")).report.transport, Transport::TlsFailed);
  EXPECT_TRUE(unknown.requests().empty());
  EXPECT_TRUE(other.requests().empty());
}

TEST(Tls, AServerThatDoesNotSpeakItFailsTheHandshake) {
  ScriptedServer server([](test::Peer& peer) {
    peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    peer.hold();
  });
  FetchBox box;
  const FetchReport report = box.fetch("https" + server.url("/").substr(4)).report;
  EXPECT_EQ(report.transport, Transport::TlsFailed) << report.detail;
}

}  // namespace
}  // namespace frontierd
