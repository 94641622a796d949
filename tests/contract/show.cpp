#include "contract/show.h"

#include <sstream>

#include "rules/host_state.h"

namespace frontierd {

std::string show(std::optional<Instant> at) {
  return at ? std::to_string(to_unix_ms(*at)) : "-";
}

std::string show(const ArchivedCopy& copy) {
  return copy.record + '@' + show(copy.at) + '=' + copy.digest;
}

std::string show(const Lease& l) {
  std::ostringstream out;
  out << raw(l.id) << ' ' << to_string(l.purpose) << ' ' << raw(l.host) << ' ' << raw(l.url_id)
      << ' ' << l.url << ' ' << l.host_key << ' ' << l.priority << ' ' << l.attempts << ' '
      << l.tries << ' ' << l.redirects << ' ' << (l.last_class ? to_string(*l.last_class) : "-") << ' ' << l.past_cache << ' ' << l.etag << ' '
      << l.last_modified << ' ' << show(l.copy) << ' ' << l.fence << ' ' << show(l.leased_at) << ' ' << show(l.expires_at);
  return out.str();
}

std::string show(const HostState& s) {
  std::ostringstream out;
  out << to_string(s.breaker) << ' ' << show(s.rest_until) << ' ' << to_string(s.rest_cls)
      << " why=" << s.why << ' ' << s.incidents << ' ' << s.walls << ' ' << s.url_troubles << ' '
      << show(s.trouble_since) << ' ' << show(s.incident_at) << ' ' << s.resume_step << ' '
      << s.exhausted << " good " << s.good_gap.count() << ' ' << show(s.slowed_at) << " quota "
      << s.quota_gap.count() << ' ' << show(s.quota_at) << " delay " << s.crawl_delay.count()
      << " latency " << s.latency.count() << ' ' << to_text(s.history);
  return out.str();
}

std::string show(const HostWishes& w) {
  return std::to_string(w.paused) + " gap " + (w.gap ? std::to_string(w.gap->count()) : "-") +
         " flights " + (w.flights ? std::to_string(*w.flights) : "-") + " note=" + w.note;
}

std::string show(const EgressBlock& b) {
  return "[" + b.egress + " " + b.vendor + " " + std::to_string(b.refusals) + " " +
         show(b.refused_at) + " " + show(b.until) + " " + b.why + "]";
}

std::string show(const ProviderBlock& b) {
  return "[" + b.egress + " " + b.vendor + " " + std::to_string(b.hosts) + " " + show(b.since) +
         " " + show(b.until) + " " + b.why + "]";
}

std::string show(const HostBlock& b) {
  return std::to_string(raw(b.host)) + " " + b.host_key + " " + show(b.block);
}

std::string show(const HostEntry& e) {
  std::ostringstream out;
  out << raw(e.id) << ' ' << e.key << ' ' << show(e.state) << ' ' << show(e.wishes) << ' '
      << show(e.robots_until) << ' ' << show(e.next_due) << ' ' << e.has_queue;
  for (const EgressBlock& block : e.egress_blocks) out << ' ' << show(block);
  return out.str();
}

std::string show(const Incident& i) {
  std::ostringstream out;
  out << show(i.at) << ' ' << to_string(i.cls) << ' ' << to_string(i.scope) << ' ' << i.vendor
      << ' ' << i.status << ' ' << i.url << " until " << show(i.rest_until) << ' ' << i.why;
  return out.str();
}

std::string show(const std::optional<RobotsRecord>& r) {
  if (!r) return "no robots";
  std::ostringstream out;
  out << static_cast<int>(r->state) << ' ' << show(r->fetched_at) << ' ' << show(r->expires_at)
      << ' ' << show(r->unreachable_since) << ' ' << r->status << ' ' << r->why << ' ' << r->body;
  return out.str();
}

std::string show(const UrlRecord& r) {
  std::ostringstream out;
  out << raw(r.id) << ' ' << r.url << ' ' << r.host_key << ' ' << raw(r.host) << ' '
      << to_string(r.state) << ' '
      << (r.dropped_because ? to_string(*r.dropped_because) : std::string_view("-"))
      << " why=" << r.why << ' ' << r.priority << ' ' << r.attempts << ' ' << r.tries << ' '
      << r.redirects << ' ' << r.crashes << ' ' << show(r.admitted_at) << ' ' << show(r.changed_at)
      << ' ' << show(r.not_before) << ' ' << show(r.revisit_at) << ' ' << r.via << ' ' << r.metadata
      << ' ' << r.status << ' ' << (r.last_class ? to_string(*r.last_class) : std::string_view("-"))
      << ' ' << r.content_type << ' ' << r.body_bytes << ' ' << r.archive.file << '@'
      << r.archive.offset << ' ' << show(r.leased_at);
  return out.str();
}

std::string show(const AttemptRecord& r) {
  std::ostringstream out;
  out << r.number << ' ' << to_string(r.purpose) << ' ' << r.url << ' ' << to_string(r.cls) << ' '
      << to_string(r.scope) << ' ' << r.vendor << ' ' << r.evidence << ' ' << r.runner_up << ' '
      << (r.asked_wait ? r.asked_wait->count() : -1) << ' ' << r.burnt << ' ' << r.verdict << ' '
      << show(r.not_before) << ' ' << r.why << ' ' << show(r.facts.started_at) << ' '
      << show(r.facts.landed_at) << ' ' << r.facts.status << ' ' << to_string(r.facts.transport)
      << ' ' << r.facts.peer << ' ' << r.facts.egress << ' ' << r.facts.etag << ' '
      << r.facts.archive.file << '@' << r.facts.archive.offset;
  return out.str();
}

std::string show(const LeaseAnswer& answer) {
  std::string out = show_all(answer.leases);
  for (const auto& idle : answer.idle) {
    out += "\n  idle " + std::to_string(raw(idle.host)) + " " + show(idle.next_due);
  }
  return out;
}

}  // namespace frontierd
