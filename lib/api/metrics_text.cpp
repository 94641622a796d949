#include "api/metrics_text.h"

#include <charconv>
#include <cmath>

#include "api/metrics.h"
#include "api/process_stats.h"

namespace frontierd {
namespace {

std::string number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return std::string(text, end);
}

double unix_seconds(Instant at) {
  return static_cast<double>(to_unix_ms(at)) / 1000.0;
}

template <class Enum>
std::string_view name_at(std::size_t i) {
  return to_string(static_cast<Enum>(i));
}

void write_waits(MetricsText& text, const WaitFigures& waits) {
  text.family("frontierd_hosts", "gauge", "Hosts in the schedule, by condition.");
  for (std::size_t i = 0; i < waits.conditions.size(); ++i) {
    text.sample(label("condition", name_at<HostCondition>(i)),
                static_cast<double>(waits.conditions[i]));
  }
  text.family("frontierd_waiting_hosts", "gauge",
              "Hosts in the schedule, by the reason why they are not asked now.");
  for (std::size_t i = 0; i < waits.by_reason.size(); ++i) {
    text.sample(label("reason", name_at<WaitReason>(i)),
                static_cast<double>(waits.by_reason[i].hosts));
  }
  text.family("frontierd_oldest_due_seconds", "gauge",
              "How long the URL that has been due longest has waited, by what its host waits for.");
  for (std::size_t i = 0; i < waits.by_reason.size(); ++i) {
    text.sample(label("reason", name_at<WaitReason>(i)),
                static_cast<double>(waits.by_reason[i].oldest.count()) / 1000.0);
  }
  text.family("frontierd_due_hosts", "gauge",
              "Hosts with a due URL, by what they wait for and how late it is, at most le seconds.");
  for (std::size_t i = 0; i < waits.by_reason.size(); ++i) {
    const std::string reason = label("reason", name_at<WaitReason>(i)) + ",";
    std::uint64_t count = 0;
    for (std::size_t bin = 0; bin <= WaitFigures::kBounds.size(); ++bin) {
      count += waits.by_reason[i].due[bin];
      const bool last = bin == WaitFigures::kBounds.size();
      text.sample(reason + label("le", last ? "+Inf" : number(WaitFigures::kBounds[bin])),
                  static_cast<double>(count));
    }
  }
}

void write_gauges(MetricsText& text, const StatusSnapshot& status) {
  text.family("frontierd_build_info", "gauge", "The version that runs; always 1.");
  text.sample(label("version", status.version), 1);
  text.family("frontierd_urls", "gauge", "URLs on record, by state.");
  text.sample("state=\"queued\"", static_cast<double>(status.tally.queued));
  text.sample("state=\"leased\"", static_cast<double>(status.tally.leased));
  text.sample("state=\"done\"", static_cast<double>(status.tally.done));
  text.sample("state=\"dropped\"", static_cast<double>(status.tally.dropped));
  text.gauge("frontierd_hosts_known", "Hosts on record.", static_cast<double>(status.tally.hosts));
  write_waits(text, status.waits);
  text.gauge("frontierd_flights", "Flights in hand.", static_cast<double>(status.flights));
  text.gauge("frontierd_flights_max", "Most flights at once.",
             static_cast<double>(status.flights_max));
  text.gauge("frontierd_paused", "1 while an operator has paused all fetching.",
             status.frontier.paused);
  text.gauge("frontierd_draining", "1 while the daemon drains.", status.frontier.draining);
  text.counter("frontierd_archive_bytes_total", "Bytes written to the archive.",
               static_cast<double>(status.archive.bytes));
  text.counter("frontierd_archive_records_total", "Records written to the archive.",
               static_cast<double>(status.archive.records));
  text.counter("frontierd_log_lines_dropped_total",
               "Lines of the log that nobody took from standard error.",
               static_cast<double>(status.log_lines_dropped));
  text.gauge("frontierd_config_last_reload_successful", "1 if the last reload was accepted.",
             status.reload.ok);
  text.gauge("frontierd_config_last_reload_timestamp_seconds", "When the last reload was tried.",
             unix_seconds(status.reload.at));
  text.gauge("frontierd_start_timestamp_seconds", "When the daemon began its work.",
             unix_seconds(status.started_at));
}

void write_queues(MetricsText& text, const StatusSnapshot& status) {
  const auto family = [&](const std::string& name, const std::string& help,
                          const std::vector<QueueNow>& queues, std::uint64_t QueueNow::*value) {
    text.family(name, "gauge", help);
    for (const QueueNow& queue : queues) {
      text.sample(label("queue", queue.name), static_cast<double>(queue.*value));
    }
  };
  family("frontierd_queue_length", "Items that wait, by queue.", status.queues, &QueueNow::length);
  family("frontierd_queue_length_max", "Where a queue is full.", status.queues, &QueueNow::max);
  family("frontierd_queue_bytes", "Bytes held, by queue.", status.stores, &QueueNow::length);
  family("frontierd_queue_bytes_max", "Where a queue is full.", status.stores, &QueueNow::max);
}

void write_egresses(MetricsText& text, const StatusSnapshot& status) {
  if (status.egresses.empty()) return;
  const auto family = [&](std::string_view name, std::string_view type, std::string_view help,
                          auto value) {
    text.family(name, type, help);
    for (const EgressNow& way : status.egresses) {
      text.sample(label("egress", way.rule.name), static_cast<double>(value(way)));
    }
  };
  family("frontierd_egress_flights_total", "counter", "Flights landed, by egress.",
         [](const EgressNow& way) { return way.flights; });
  family("frontierd_egress_refusals_total", "counter", "Bot walls met, by egress.",
         [](const EgressNow& way) { return way.refusals; });
  family("frontierd_egress_failures_total", "counter", "Flights the egress could not carry.",
         [](const EgressNow& way) { return way.failures; });
  family(
      "frontierd_egress_up", "gauge", "0 while the egress rests after a failure.",
      [&](const EgressNow& way) { return way.health.rest_until <= status.frontier.now ? 1 : 0; });
  family("frontierd_egress_blocked_hosts", "gauge", "Hosts the egress is blocked for now.",
         [](const EgressNow& way) { return way.blocked_hosts; });
}

void write_process(MetricsText& text) {
  const ProcessStats stats = read_process_stats();
  text.counter("process_cpu_seconds_total", "CPU time, user and system.", stats.cpu_seconds);
  text.gauge("process_resident_memory_bytes", "Resident memory.",
             static_cast<double>(stats.resident_bytes));
  text.gauge("process_memory_max_bytes",
             "Most memory the kernel allows: the least of the cgroup's limit and RLIMIT_DATA; "
             "+Inf without one.",
             stats.memory_max_bytes);
  text.gauge("process_virtual_memory_bytes", "Virtual memory.",
             static_cast<double>(stats.virtual_bytes));
  text.gauge("process_open_fds", "Open descriptors.", static_cast<double>(stats.open_fds));
  text.gauge("process_max_fds", "Most descriptors.", static_cast<double>(stats.max_fds));
  text.gauge("process_threads", "Threads.", static_cast<double>(stats.threads));
  text.gauge("process_start_time_seconds", "When the process started, Unix time.",
             stats.start_time_seconds);
}

}  // namespace

std::string label(std::string_view name, std::string_view value) {
  std::string out = std::string(name) + "=\"";
  for (char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  out_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " +
          std::string(type) + "\n";
}

void MetricsText::line(std::string_view suffix, std::string_view labels, double value) {
  out_ += name_;
  out_ += suffix;
  if (!labels.empty()) out_ += "{" + std::string(labels) + "}";
  out_ += " " + number(value) + "\n";
}

void MetricsText::sample(std::string_view labels, double value) {
  line("", labels, value);
}

void MetricsText::histogram(std::string_view labels, const Histogram& histogram) {
  const std::string prefix = labels.empty() ? "" : std::string(labels) + ",";
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < Histogram::kBounds.size(); ++i) {
    count += histogram.in_bucket(i);
    line("_bucket", prefix + label("le", number(Histogram::kBounds[i])),
         static_cast<double>(count));
  }
  count += histogram.in_bucket(Histogram::kBounds.size());
  line("_bucket", prefix + "le=\"+Inf\"", static_cast<double>(count));
  line("_sum", labels, histogram.sum());
  line("_count", labels, static_cast<double>(count));
}

void MetricsText::gauge(std::string_view name, std::string_view help, double value) {
  family(name, "gauge", help);
  sample("", value);
}

void MetricsText::counter(std::string_view name, std::string_view help, double value) {
  family(name, "counter", help);
  sample("", value);
}

std::string MetricsJournal::flight_text() const {
  MetricsText text;
  text.family("frontierd_outcomes_total", "counter", "Landings, by outcome class and scope.");
  for (std::size_t cls = 0; cls < outcomes_.size(); ++cls) {
    for (std::size_t scope = 0; scope < kScopes; ++scope) {
      text.sample(
          label("class", name_at<OutcomeClass>(cls)) + "," + label("scope", name_at<Scope>(scope)),
          static_cast<double>(outcomes_[cls][scope]));
    }
  }
  text.family("frontierd_leases_total", "counter", "Flights begun, by purpose.");
  for (std::size_t i = 0; i < leases_.size(); ++i) {
    text.sample(label("purpose", name_at<Purpose>(i)), static_cast<double>(leases_[i]));
  }
  text.family("frontierd_drops_total", "counter", "URLs given up, by reason.");
  for (std::size_t i = 0; i < drops_.size(); ++i) {
    text.sample(label("reason", name_at<DropReason>(i)), static_cast<double>(drops_[i]));
  }
  text.family("frontierd_dns_lookups_total", "counter", "Look-ups ended, by result.");
  for (Transport result :
       {Transport::Ok, Transport::DnsFailed, Transport::DnsTimeout, Transport::AddressBarred}) {
    text.sample(label("result", to_string(result)),
                static_cast<double>(lookups_[static_cast<std::size_t>(result)]));
  }
  text.family("frontierd_seeds_total", "counter", "Seed lines answered, by verdict.");
  text.sample("verdict=\"new\"", static_cast<double>(seeds_[0]));
  text.sample("verdict=\"known\"", static_cast<double>(seeds_[1]));
  text.sample("verdict=\"rejected\"", static_cast<double>(seeds_[2]));
  text.counter("frontierd_body_bytes_total", "Body bytes fetched, decoded.",
               static_cast<double>(body_bytes_));
  text.family("frontierd_fetch_duration_seconds", "histogram", "Time of page flights.");
  text.histogram("", fetches_);
  text.family("frontierd_commit_duration_seconds", "histogram", "Time of store commits.");
  text.histogram("", commits_);
  return text.take();
}

std::string MetricsJournal::trouble_text() const {
  MetricsText text;
  const auto of_troubles = [](auto&& write) {
    for (std::size_t i = 0; i < kOutcomeClasses; ++i) {
      if (is_trouble(static_cast<OutcomeClass>(i)))
        write(i, label("class", name_at<OutcomeClass>(i)));
    }
  };
  text.family("frontierd_incidents_total", "counter", "Incidents of hosts, by class.");
  of_troubles([&](std::size_t i, const std::string& cls) {
    text.sample(cls, static_cast<double>(incidents_[i]));
  });
  text.family("frontierd_rest_seconds_total", "counter", "Rest that incidents set, by class.");
  of_troubles([&](std::size_t i, const std::string& cls) { text.sample(cls, rest_seconds_[i]); });
  text.family("frontierd_recovery_duration_seconds", "histogram",
              "From the first incident of a row to full recovery, by class.");
  of_troubles([&](std::size_t i, const std::string& cls) { text.histogram(cls, recoveries_[i]); });
  text.family("frontierd_probes_total", "counter", "Probes landed, by result.");
  text.sample("result=\"failed\"", static_cast<double>(probes_[0]));
  text.sample("result=\"good\"", static_cast<double>(probes_[1]));
  text.counter("frontierd_hosts_given_up_total", "Hosts whose incident budget was spent.",
               static_cast<double>(hosts_given_up_));
  text.counter("frontierd_hosts_reclaimed_total", "Hosts with flights of a dead holder taken back.",
               static_cast<double>(hosts_reclaimed_));
  text.counter("frontierd_our_troubles_total", "Times leasing paused because the trouble was ours.",
               static_cast<double>(our_troubles_));
  text.counter("frontierd_api_refused_total", "API requests refused for want of room.",
               static_cast<double>(refused_requests_));
  return text.take();
}

std::string MetricsJournal::text(const StatusSnapshot& status) const {
  MetricsText gauges;
  write_gauges(gauges, status);
  write_egresses(gauges, status);
  write_queues(gauges, status);
  write_process(gauges);
  return gauges.take() + flight_text() + trouble_text();
}

}  // namespace frontierd
