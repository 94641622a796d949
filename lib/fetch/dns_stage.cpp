#include "fetch/dns_stage.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "base/text.h"

namespace frontierd {
namespace {

bool is_localhost(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return iequals(name, "localhost") ||
         (name.size() > 10 && iequals(name.substr(name.size() - 10), ".localhost"));
}

}  // namespace

DnsStage::DnsStage(boost::asio::io_context& context, const DnsOptions& options,
                   const AddressGuard& guard, const Clock& clock)
    : context_(context),
      options_(options),
      guard_(guard),
      clock_(clock),
      cache_(options.cache_max),
      queue_(options.in_flight_max, options.queue_max),
      channel_(context, options) {}

void DnsStage::lookup(std::string name, Reply reply) {
  const std::lock_guard lock(mutex_);
  inbox_.push_back({std::move(name), std::move(reply)});
  if (inbox_.size() == 1) boost::asio::post(context_, [this] { drain(); });
}

void DnsStage::drain() {
  std::vector<Asked> asked;
  {
    const std::lock_guard lock(mutex_);
    asked.swap(inbox_);
  }
  for (Asked& one : asked) take(std::move(one));
  launch_queued();
}

void DnsStage::take(Asked asked) {
  if (const auto literal = parse_address(asked.name)) {
    DnsAnswer answer = judged({{*literal}, Seconds{0}, Transport::Ok, ""});
    answer.expires_at = kNever;
    return asked.reply(answer);
  }
  if (is_localhost(asked.name)) {
    return asked.reply(judged(
        {{*parse_address("127.0.0.1"), *parse_address("::1")}, Seconds{0}, Transport::Ok, ""}));
  }
  if (const DnsAnswer* known = cache_.find(asked.name, clock_.now())) return asked.reply(*known);
  if (const auto found = waiting_.find(asked.name); found != waiting_.end()) {
    found->second.push_back(std::move(asked.reply));
    return;
  }
  if (!queue_.has_room(asked.name)) {
    return asked.reply({{},
                        Transport::LocalFailure,
                        "our own queue of look-ups is full; raise dns.queue_max or "
                        "dns.in_flight_max",
                        clock_.now() + options_.failure_ttl});
  }
  waiting_[asked.name].push_back(std::move(asked.reply));
  const bool known = cache_.answered(asked.name);
  queue_.push({std::move(asked.name), known});
  queued_ = queue_.waiting();
}

void DnsStage::launch_queued() {
  while (const auto turn = queue_.next()) {
    queued_ = queue_.waiting();
    in_flight_ = queue_.in_flight();
    channel_.query(turn->name,
                   [this, turn = *turn](DnsReply reply) { landed(turn, std::move(reply)); });
  }
}

void DnsStage::landed(const LookupQueue::Turn& turn, DnsReply reply) {
  queue_.ended(turn);
  in_flight_ = queue_.in_flight();
  const std::string& name = turn.name;
  const DnsAnswer answer = judged(std::move(reply));
  cache_.put(name, answer);
  const auto found = waiting_.find(name);
  const std::vector<Reply> replies = std::move(found->second);
  waiting_.erase(found);
  for (const Reply& tell : replies) tell(answer);
  // Not from here: a query may be answered before query() returns, which would nest.
  if (queue_.waiting() > 0) boost::asio::post(context_, [this] { launch_queued(); });
}

// Both families get their turn within the bound.
std::vector<IpAddress> DnsStage::chosen(std::vector<IpAddress> addresses) const {
  const auto first_v6 = std::stable_partition(addresses.begin(), addresses.end(),
                                              [](const IpAddress& ip) { return !ip.v6; });
  const auto v4 = static_cast<std::size_t>(first_v6 - addresses.begin());
  const std::size_t v6 = addresses.size() - v4;
  const std::size_t max = std::max<std::size_t>(options_.addresses_max, 1);
  const std::size_t keep_v4 = std::min(v4, max - std::min(v6, max / 2));
  const std::size_t keep_v6 = std::min(v6, max - keep_v4);
  addresses.erase(first_v6 + static_cast<std::ptrdiff_t>(keep_v6), addresses.end());
  addresses.erase(addresses.begin() + static_cast<std::ptrdiff_t>(keep_v4),
                  addresses.begin() + static_cast<std::ptrdiff_t>(v4));
  if (options_.ipv6_first) {
    std::rotate(addresses.begin(), addresses.begin() + static_cast<std::ptrdiff_t>(keep_v4),
                addresses.end());
  }
  return addresses;
}

DnsAnswer DnsStage::judged(DnsReply reply) const {
  DnsAnswer answer{{}, reply.transport, std::move(reply.detail), expiry(reply)};
  std::vector<IpAddress> allowed;
  for (const IpAddress& ip : reply.addresses) {
    if (auto refusal = guard_.refusal(ip)) {
      if (answer.detail.empty()) answer.detail = std::move(*refusal);
    } else {
      allowed.push_back(ip);
    }
  }
  for (const IpAddress& ip : chosen(std::move(allowed))) answer.addresses.push_back(to_text(ip));
  if (!answer.addresses.empty()) {
    answer.detail.clear();
  } else if (answer.transport == Transport::Ok) {
    answer.transport = Transport::AddressBarred;
  }
  return answer;
}

Instant DnsStage::expiry(const DnsReply& reply) const {
  Millis length = options_.failure_ttl;
  if (reply.transport == Transport::DnsFailed) length = options_.negative_ttl;
  if (reply.transport == Transport::Ok) {
    length = std::clamp<Millis>(reply.ttl, options_.ttl_min,
                                std::max(options_.ttl_min, options_.ttl_max));
  }
  return clock_.now() + length;
}

}  // namespace frontierd
