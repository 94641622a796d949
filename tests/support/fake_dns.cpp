#include "support/fake_dns.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace frontierd::test {
namespace {

constexpr std::size_t kUdpMax = 1'232;
constexpr int kTypeA = 1;
constexpr int kTypeAaaa = 28;

std::string u16(std::size_t value) {
  return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}

// The name in the question, and where the question ends.
std::string question_name(const std::string& query, std::size_t& end) {
  std::string name;
  end = 12;
  while (end < query.size() && query[end] != 0) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(query[end]));
    name += (name.empty() ? "" : ".") + query.substr(end + 1, length);
    end += length + 1;
  }
  end += 5;
  return name;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

FakeDns::FakeDns(std::map<std::string, DnsRecord> table) : table_(std::move(table)) {
  // The same port for both: a few tries, as another program may hold the second.
  for (int i = 0; i < 20; ++i) {
    udp_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    tcp_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    ::bind(udp_, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(udp_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (::bind(tcp_, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(tcp_, 16) == 0) {
      thread_ = std::jthread([this] { run(); });
      return;
    }
    ::close(udp_);
    ::close(tcp_);
  }
  throw std::runtime_error("no free port for the name server");
}

FakeDns::~FakeDns() {
  stopping_ = true;
  thread_.join();
  ::close(udp_);
  ::close(tcp_);
}

void FakeDns::set(const std::string& name, DnsRecord record) {
  const std::lock_guard lock(mutex_);
  table_[name] = std::move(record);
}

int FakeDns::queries_for(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = asked_.find(name);
  return found == asked_.end() ? 0 : found->second;
}

void FakeDns::run() {
  while (!stopping_) {
    pollfd both[] = {{udp_, POLLIN, 0}, {tcp_, POLLIN, 0}};
    if (::poll(both, 2, 20) <= 0) continue;
    if ((both[0].revents & POLLIN) != 0) over_udp();
    if ((both[1].revents & POLLIN) != 0) over_tcp();
  }
}

void FakeDns::over_udp() {
  char buffer[2'048];
  sockaddr_in from{};
  socklen_t size = sizeof(from);
  const ssize_t count =
      ::recvfrom(udp_, buffer, sizeof(buffer), 0, reinterpret_cast<sockaddr*>(&from), &size);
  if (count <= 12) return;
  const std::string reply = answer({buffer, static_cast<std::size_t>(count)}, kUdpMax);
  if (reply.empty()) return;
  ::sendto(udp_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
}

void FakeDns::over_tcp() {
  const int fd = ::accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
  char buffer[2'048];
  std::string pending;
  for (;;) {
    pollfd one{fd, POLLIN, 0};
    if (::poll(&one, 1, 500) <= 0) break;
    const ssize_t count = ::recv(fd, buffer, sizeof(buffer), 0);
    if (count <= 0) break;
    pending.append(buffer, static_cast<std::size_t>(count));
    if (pending.size() < 14) continue;
    const std::string reply = answer(pending.substr(2), 65'000);
    const std::string framed = u16(reply.size()) + reply;
    ::send(fd, framed.data(), framed.size(), MSG_NOSIGNAL);
    pending.clear();
  }
  ::close(fd);
}

std::string FakeDns::answer(const std::string& query, std::size_t size_max) {
  std::size_t end = 0;
  const std::string name = question_name(query, end);
  const int type = static_cast<unsigned char>(query[end - 3]);
  const std::lock_guard lock(mutex_);
  if (type == kTypeA) ++asked_[name];
  const auto found = table_.find(name);
  const DnsRecord record = found == table_.end() ? DnsRecord{3, {}, {}, 60, false} : found->second;
  if (record.silent) return {};
  const auto& addresses = type == kTypeAaaa ? record.aaaa : record.a;
  std::string records;
  std::size_t count = 0;
  for (const std::string& text : addresses) {
    char bytes[16];
    ::inet_pton(type == kTypeAaaa ? AF_INET6 : AF_INET, text.c_str(), bytes);
    const std::size_t length = type == kTypeAaaa ? 16 : 4;
    const std::string one = "\xc0\x0c" + u16(static_cast<std::size_t>(type)) + u16(1) +
                            u16(record.ttl >> 16) + u16(record.ttl & 0xffff) + u16(length) +
                            std::string(bytes, length);
    records += one;
    ++count;
  }
  const bool cut = end + records.size() > size_max;
  if (cut) {
    records.clear();
    count = 0;
  }
  std::string reply = query.substr(0, 2);
  reply += static_cast<char>(cut ? 0x86 : 0x84);
  reply += static_cast<char>(0x80 | record.rcode);
  return reply + u16(1) + u16(count) + u16(0) + u16(0) + query.substr(12, end - 12) + records;
}

}  // namespace frontierd::test
