#include "sim/virtual_fetcher.h"

#include <algorithm>

namespace frontierd::sim {

VirtualFetcher::VirtualFetcher(int daemon, std::size_t slots, World& world, Referee& referee,
                               const Clock& truth, const Clock& clock, WireFigures& figures)
    : daemon_(daemon),
      slots_(slots),
      world_(world),
      referee_(referee),
      truth_(truth),
      clock_(clock),
      figures_(figures) {}

void VirtualFetcher::start(Lease lease) {
  const Instant now = truth_.now();
  Away flight;
  flight.started = now;
  const LookUp found = address_of(lease.host_key);
  if (!found.addresses.empty()) flight.address = found.addresses.front();
  if (!lease.address.empty()) flight.address = lease.address;
  referee_.started(daemon_, lease, flight.address);
  ++figures_.requests;
  if (world_.egresses_gone.contains(lease.egress)) {
    referee_.held();  // nobody can be asked by this way, and that is no unfairness
    flight.answer = silence(Transport::EgressFailed, Millis{50});
    flight.answer.meaning.scope = Scope::Egress;
  } else if (flight.address.empty()) {
    flight.answer = silence(found.transport, found.takes);
  } else {
    Request request;
    request.host_key = lease.host_key;
    request.path = lease.url.substr(lease.host_key.size());
    request.client = "daemon " + std::to_string(daemon_);
    if (!lease.egress.empty()) request.client += " by " + lease.egress;
    request.egress = lease.egress;
    request.past_cache = lease.past_cache;
    request.etag = lease.etag;
    flight.answer = world_.ask(request, now);
  }
  ++figures_.by_habit[static_cast<std::size_t>(flight.answer.habit)];
  if (flight.answer.takes > kTimeLimit) flight.answer = silence(Transport::Timeout, kTimeLimit);
  const Instant end = now + flight.answer.takes;
  flight.lease = std::move(lease);
  away_.emplace(end, std::move(flight));
}

LookUp VirtualFetcher::address_of(const std::string& host_key) {
  const auto known = book_.find(host_key);
  if (known != book_.end() && known->second.until > truth_.now()) {
    LookUp out;
    out.addresses = {known->second.address};
    return out;
  }
  return world_.look_up(host_key, truth_.now());
}

std::vector<Landing> VirtualFetcher::landed() {
  std::vector<Landing> home;
  while (!away_.empty() && away_.begin()->first <= truth_.now()) {
    auto first = away_.extract(away_.begin());
    Away& flight = first.mapped();
    const bool stopped = flight.answer.transport == Transport::Aborted;
    if (world_.network_gone && !stopped) {  // what was said on the way is lost
      flight.answer = silence(Transport::Timeout, flight.answer.takes);
      // From here nobody can tell one lost answer from one hanging page: it may cost an attempt.
      flight.answer.meaning.scope = Scope::Url;
    }
    referee_.landed(daemon_, flight.lease.id, flight.answer, first.key());
    if (flight.answer.status == 0) ++figures_.lost;
    ++figures_.by_class[static_cast<std::size_t>(flight.answer.meaning.cls)];
    Landing landing;
    if (flight.lease.purpose == Purpose::Robots) landing.robots_body = flight.answer.body;
    landing.report = report_of(flight, first.key());
    landing.lease = std::move(flight.lease);
    home.push_back(std::move(landing));
  }
  return home;
}

FetchReport VirtualFetcher::report_of(Away& flight, Instant ended) const {
  Answer& answer = flight.answer;
  FetchReport report;
  report.url = flight.lease.url;
  report.transport = answer.transport;
  report.status = answer.status;
  report.headers = std::move(answer.headers);
  report.body_bytes = answer.body.size() + answer.more_bytes;
  report.received_bytes = report.body_bytes + 200;
  if (answer.body.size() > kBodyHeadMax) answer.body.resize(kBodyHeadMax);
  report.body_head = std::move(answer.body);
  report.peer = flight.address;
  report.egress = flight.lease.egress;
  if (report.transport == Transport::EgressFailed) {
    report.detail = "egress " + report.egress + ": connection refused";
  }
  report.elapsed = ended - flight.started;
  if (answer.status != 0) report.first_byte_after = report.elapsed;
  report.received_at = clock_.now() - (truth_.now() - ended);
  return report;
}

void VirtualFetcher::resolve(HostId host, const std::string& host_key) {
  LookUp found = world_.look_up(host_key, truth_.now());
  if (found.habit != Habit::None) ++figures_.by_habit[static_cast<std::size_t>(found.habit)];
  Resolution answer;
  answer.host = host;
  answer.transport = found.transport;
  answer.detail = std::move(found.detail);
  const Instant end = truth_.now() + found.takes;
  answer.expires_at = clock_.now() + found.takes + found.ttl;
  if (!found.addresses.empty()) {
    book_[host_key] = {found.addresses.front(), end + found.ttl};
  }
  answer.addresses = std::move(found.addresses);
  asked_names_.insert(host_key);
  look_ups_.emplace(end, std::pair(host_key, std::move(answer)));
}

std::vector<Resolution> VirtualFetcher::resolved() {
  std::vector<Resolution> out;
  while (!look_ups_.empty() && look_ups_.begin()->first <= truth_.now()) {
    auto [key, answer] = std::move(look_ups_.extract(look_ups_.begin()).mapped());
    asked_names_.erase(key);
    out.push_back(std::move(answer));
  }
  return out;
}

void VirtualFetcher::abort_all() {
  std::multimap<Instant, Away> stopped;
  for (auto& [end, flight] : away_) {
    flight.answer = silence(Transport::Aborted, truth_.now() - flight.started);
    flight.answer.meaning = Meaning{OutcomeClass::Unreachable, Scope::Egress};
    stopped.emplace(truth_.now(), std::move(flight));
  }
  away_.swap(stopped);
}

Instant VirtualFetcher::next_event() const {
  Instant next = away_.empty() ? kNever : away_.begin()->first;
  if (!look_ups_.empty()) next = std::min(next, look_ups_.begin()->first);
  return next;
}

}  // namespace frontierd::sim
