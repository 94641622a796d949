// A name server on loopback, UDP and TCP, that answers from a table. Names it does not know do not
// exist.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace frontierd::test {

struct DnsRecord {
  int rcode = 0;               // 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN
  std::vector<std::string> a;  // IPv4 addresses
  std::vector<std::string> aaaa;
  std::uint32_t ttl = 300;
  bool silent = false;  // never answers
};

class FakeDns {
 public:
  explicit FakeDns(std::map<std::string, DnsRecord> table);
  ~FakeDns();
  FakeDns(const FakeDns&) = delete;
  FakeDns& operator=(const FakeDns&) = delete;

  std::string server() const { return "127.0.0.1:" + std::to_string(port_); }
  void set(const std::string& name, DnsRecord record);
  int queries_for(const std::string& name) const;  // A queries only

 private:
  void run();
  void over_udp();
  void over_tcp();
  // Empty: no answer. `size_max` cuts the answer and sets TC, as UDP needs it.
  std::string answer(const std::string& query, std::size_t size_max);

  int udp_ = -1;
  int tcp_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::map<std::string, DnsRecord> table_;
  std::map<std::string, int> asked_;
  std::jthread thread_;
};

}  // namespace frontierd::test
