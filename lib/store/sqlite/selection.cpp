// SqliteStore: the verbs that act on many URLs: retry, drop, and giving up a host's queue.
// Each takes its targets along an index, at most `limit` of them, so that a caller may go on in
// small steps until fewer than `limit` changed.
#include <set>

#include "base/text.h"
#include "store/shared.h"
#include "store/sqlite/host_row.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {
namespace {

std::optional<std::string_view> class_name(const UrlSelection& which) {
  if (!which.last_class) return std::nullopt;
  return to_string(*which.last_class);
}

}  // namespace

// Reads "id, host_id, state" of a statement that is bound.
Result<std::vector<SqliteStore::Target>> SqliteStore::targets(Statement& statement) {
  std::vector<Target> found;
  for (;;) {
    auto row = statement.step();
    if (!row) return fail(std::move(row).error());
    if (!*row) break;
    found.push_back(
        {UrlId{statement.number(0)}, HostId{statement.number(1)}, parse_stored(statement.view(2))});
  }
  statement.reset();
  return found;
}

Result<std::optional<SqliteStore::Target>> SqliteStore::pick_one(const UrlSelection& which,
                                                                 bool again, Instant now) {
  const std::string key(host_key_of(*which.url));
  if (which.host_key && *which.host_key != key) return std::nullopt;
  Rows rows(sql_.pick_url, key, stable_hash(*which.url), *which.url);
  TRY_ASSIGN(const bool row, rows.next());
  if (!row) return std::nullopt;
  const Target target{UrlId{rows->number(0)}, HostId{rows->number(1)}, parse_stored(rows->view(2))};
  const auto due = rows->instant_or_null(3);
  if (which.last_class && rows->view(4) != to_string(*which.last_class)) return std::nullopt;
  if (which.because && rows->view(5) != to_string(*which.because)) return std::nullopt;
  const bool waits = due && (!again || *due > now);
  const bool over = target.state == Stored::Dropped || (target.state == Stored::Done && !due);
  if (!waits && !(again && over)) return std::nullopt;
  return target;
}

Result<std::vector<SqliteStore::Target>> SqliteStore::pick_again(const UrlSelection& which,
                                                                 std::size_t limit, Instant now) {
  const auto cls = class_name(which);
  std::optional<HostId> host;
  if (which.host_key) {
    Rows rows(sql_.host_find, *which.host_key);
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return std::vector<Target>{};
    host = HostId{rows->number(0)};
  }
  if (which.because && host) {
    sql_.pick_dropped_host.bind_all(to_string(*which.because), *host, cls, limit);
    return targets(sql_.pick_dropped_host);
  }
  if (which.because) {
    sql_.pick_dropped.bind_all(to_string(*which.because), cls, limit);
    return targets(sql_.pick_dropped);
  }
  if (host) return pick_again_of_host(*host, cls, limit, now);
  sql_.pick_class_dropped.bind_all(cls, limit);
  TRY_ASSIGN(std::vector<Target> found, targets(sql_.pick_class_dropped));
  sql_.pick_class.bind_all(cls, now, limit - found.size());
  TRY_ASSIGN(const std::vector<Target> waiting, targets(sql_.pick_class));
  found.insert(found.end(), waiting.begin(), waiting.end());
  return found;
}

Result<std::vector<SqliteStore::Target>> SqliteStore::pick_again_of_host(
    HostId host, const std::optional<std::string_view>& cls, std::size_t limit, Instant now) {
  std::vector<Target> found;
  const auto take = [&](Statement& statement) -> Result<void> {
    TRY_ASSIGN(const std::vector<Target> more, targets(statement));
    found.insert(found.end(), more.begin(), more.end());
    return {};
  };
  for (int reason = 0; reason < kDropReasons && found.size() < limit; ++reason) {
    const auto because = to_string(static_cast<DropReason>(reason));
    sql_.pick_dropped_host.bind_all(because, host, cls, limit - found.size());
    TRY(take(sql_.pick_dropped_host));
  }
  for (int p = kPriorityHighest; p <= kPriorityLowest && found.size() < limit; ++p) {
    sql_.pick_waiting.bind_all(host, p, now, cls, limit - found.size());
    TRY(take(sql_.pick_waiting));
  }
  return found;
}

Result<std::vector<SqliteStore::Target>> SqliteStore::pick_queued(const UrlSelection& which,
                                                                  std::size_t limit) {
  const auto cls = class_name(which);
  if (which.because) return std::vector<Target>{};
  if (!which.host_key) {
    sql_.pick_class.bind_all(cls, Instant::min(), limit);
    return targets(sql_.pick_class);
  }
  HostId host = HostId::None;
  {
    Rows rows(sql_.host_find, *which.host_key);
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return std::vector<Target>{};
    host = HostId{rows->number(0)};
  }
  sql_.pick_queue.bind_all(host, cls, limit);
  return targets(sql_.pick_queue);
}

Result<Retried> SqliteStore::retry(const UrlSelection& which, std::size_t limit, Instant now) {
  TRY(check_selection(which));
  return change([&]() -> Result<Retried> {
    Retried done;
    std::vector<Target> picked;
    if (which.url) {
      TRY_ASSIGN(const auto one, pick_one(which, true, now));
      if (one && limit > 0) picked.push_back(*one);
    } else {
      TRY_ASSIGN(picked, pick_again(which, limit, now));
    }
    done.urls = picked.size();
    std::set<HostId> hosts;
    for (const Target& target : picked) {
      TRY(again(target, now));
      hosts.insert(target.host);
    }
    const bool whole_host = which.host_key && !which.url;
    if (whole_host) {
      Rows rows(sql_.host_find, *which.host_key);
      TRY_ASSIGN(const bool row, rows.next());
      if (row) hosts.insert(HostId{rows->number(0)});
    }
    for (const HostId host : hosts) TRY(start_anew(host, whole_host, done, now));
    if (revives_hosts(which) && picked.size() < limit) {
      TRY(start_anew_all(which, limit, done, now));
    }
    return done;
  });
}

Result<std::uint64_t> SqliteStore::drop(const UrlSelection& which, std::size_t limit, Instant now) {
  TRY(check_selection(which));
  return change([&]() -> Result<std::uint64_t> {
    std::vector<Target> picked;
    if (which.url) {
      TRY_ASSIGN(const auto one, pick_one(which, false, now));
      if (one && limit > 0) picked.push_back(*one);
    } else {
      TRY_ASSIGN(picked, pick_queued(which, limit));
    }
    for (const Target& target : picked) {
      TRY(drop_target(target, DropReason::Operator, kWhyDropped, now));
    }
    return picked.size();
  });
}

Result<DroppedPart> SqliteStore::drop_queue(HostId id, const QueuePlace& from, DropReason because,
                                            const std::string& why, std::size_t limit,
                                            Instant now) {
  return change([&]() -> Result<DroppedPart> {
    DroppedPart part{0, from};
    std::vector<Target> picked;
    bool ended = false;
    {
      Rows rows(sql_.pick_part, id, from.priority, from.due, from.id, limit + 1);
      for (std::size_t seen = 0; seen <= limit; ++seen) {
        TRY_ASSIGN(const bool row, rows.next());
        ended = !row;
        if (ended || seen == limit) break;
        part.rest = {rows->small(2), rows->instant(3), UrlId{rows->number(0)}};
        const Target target{UrlId{rows->number(0)}, id, parse_stored(rows->view(1))};
        if (target.state == Stored::Queued) picked.push_back(target);
      }
    }
    if (ended) part.rest.reset();
    for (const Target& target : picked) TRY(drop_target(target, because, why, now));
    part.dropped = picked.size();
    return part;
  });
}

Result<void> SqliteStore::again(const Target& target, Instant now) {
  const Stored to = target.state == Stored::Dropped ? Stored::Queued : target.state;
  if (target.state == Stored::Dropped) {
    Rows rows(sql_.reason_of, target.id);
    TRY_ASSIGN(const bool row, rows.next());
    const auto because = row ? parse_drop_reason(rows->view(0)) : std::nullopt;
    if (!because) return fail(foreign_value("url.dropped_because", row ? rows->view(0) : ""));
    books_.dropped_for(*because, -1);
  }
  books_.url_moved(target.host, target.state, to);
  return sql_.url_again.run(target.id, to_string(to), now, kWhyRetried);
}

// A page that is done keeps its state; only its next visit is struck out.
Result<void> SqliteStore::drop_target(const Target& target, DropReason because,
                                      std::string_view why, Instant now) {
  if (target.state == Stored::Done) return sql_.url_no_revisit.run(target.id);
  books_.url_moved(target.host, target.state, Stored::Dropped);
  books_.dropped_for(because, 1);
  return sql_.url_drop.run(target.id, to_string(because), why, now);
}

Result<void> SqliteStore::start_anew(HostId host, bool ends_rest, Retried& done, Instant now) {
  TRY(clear_egress(host));
  TRY_ASSIGN(const auto entry, read_host(host));
  if (!entry) return {};
  if (entry->state.exhausted) {
    ++done.new_starts;
    return write_host(host, new_start(entry->state, now));
  }
  if (!ends_rest || entry->state.rest_until <= now) return {};
  ++done.rests_ended;
  return write_host(host, rest_ended(entry->state, now));
}

// Those of which no URL was dropped have pages that were to be visited again.
Result<void> SqliteStore::start_anew_all(const UrlSelection& which, std::size_t limit,
                                         Retried& done, Instant now) {
  std::vector<HostId> hosts;
  {
    Rows rows(sql_.pick_exhausted);
    while (done.new_starts + hosts.size() < limit) {
      TRY_ASSIGN(const bool row, rows.next());
      if (!row) break;
      const auto cls = parse_outcome_class(rows->view(1));
      if (!cls) return fail(foreign_value("host.rest_class", rows->view(1)));
      if (given_up_as(*cls) == which.because) hosts.push_back(HostId{rows->number(0)});
    }
  }
  for (const HostId host : hosts) TRY(start_anew(host, false, done, now));
  return {};
}

}  // namespace frontierd
