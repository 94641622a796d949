#include "contract/show.h"

#include <sstream>

#include "rules/host_state.h"

namespace frontierd {

std::string show(std::optional<Instant> at) {
  return at ? std::to_string(to_unix_ms(*at)) : "-";
}

std::string show(const Lease& l) {
  std::ostringstream out;
  out << raw(l.id) << ' ' << to_string(l.purpose) << ' ' << raw(l.host) << ' ' << raw(l.url_id)
      << ' ' << l.url << ' ' << l.host_key << ' ' << l.priority << ' ' << l.attempts << ' '
      << l.tries << ' ' << l.redirects << ' ' << l.past_cache << ' ' << l.etag << ' '
      << l.last_modified << ' ' << l.fence << ' ' << show(l.leased_at) << ' ' << show(l.expires_at);
  return out.str();
}

std::string show(const HostState& s) {
  std::ostringstream out;
  out << to_string(s.breaker) << ' ' << show(s.rest_until) << ' ' << to_string(s.rest_cls) << ' '
      << s.why << ' ' << s.incidents << ' ' << s.walls << ' ' << s.exhausted << ' '
      << s.latency.count() << ' ' << to_text(s.history);
  return out.str();
}

std::string show(const HostEntry& e) {
  std::ostringstream out;
  out << raw(e.id) << ' ' << e.key << ' ' << show(e.state) << ' ' << e.wishes.paused << ' '
      << e.wishes.note << ' ' << show(e.robots_until) << ' ' << show(e.next_due) << ' '
      << e.has_queue;
  for (const EgressBlock& b : e.egress_blocks) {
    out << " [" << b.egress << ' ' << b.vendor << ' ' << b.refusals << ' ' << show(b.refused_at)
        << ' ' << show(b.until) << ' ' << b.why << ']';
  }
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
