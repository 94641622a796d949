#include "store/sqlite/prepared.h"

#include <utility>

#include "base/check.h"
#include "store/sqlite/queries.h"

namespace frontierd {
namespace {

using Entry = std::pair<std::string_view, Statement Prepared::*>;

constexpr Entry kEntries[] = {
    {"host_find", &Prepared::host_find},
    {"host_add", &Prepared::host_add},
    {"host_key", &Prepared::host_key},
    {"host_entry", &Prepared::host_entry},
    {"host_name_rest", &Prepared::host_name_rest},
    {"host_learn", &Prepared::host_learn},
    {"host_wish", &Prepared::host_wish},
    {"incident_add", &Prepared::incident_add},
    {"robots_put", &Prepared::robots_put},
    {"robots_get", &Prepared::robots_get},
    {"egress_put", &Prepared::egress_put},
    {"egress_forget", &Prepared::egress_forget},
    {"egress_of_host", &Prepared::egress_of_host},
    {"egress_clear", &Prepared::egress_clear},
    {"provider_put", &Prepared::provider_put},
    {"provider_all", &Prepared::provider_all},
    {"known_urls", &Prepared::known_urls},
    {"url_add", &Prepared::url_add},
    {"key_add", &Prepared::key_add},
    {"queue_next", &Prepared::queue_next},
    {"queue_head", &Prepared::queue_head},
    {"queue_host", &Prepared::queue_host},
    {"good_copy", &Prepared::good_copy},
    {"flight_add", &Prepared::flight_add},
    {"flight_end", &Prepared::flight_end},
    {"flights_before", &Prepared::flights_before},
    {"flights_by_state", &Prepared::flights_by_state},
    {"flights_of_host", &Prepared::flights_of_host},
    {"fresh_of_host", &Prepared::fresh_of_host},
    {"url_before", &Prepared::url_before},
    {"url_settle", &Prepared::url_settle},
    {"crashes_known", &Prepared::crashes_known},
    {"crashes_forget", &Prepared::crashes_forget},
    {"url_crashed", &Prepared::url_crashed},
    {"attempt_add", &Prepared::attempt_add},
    {"archive_find", &Prepared::archive_find},
    {"archive_add", &Prepared::archive_add},
    {"url_drop", &Prepared::url_drop},
    {"url_no_revisit", &Prepared::url_no_revisit},
    {"url_again", &Prepared::url_again},
    {"reason_of", &Prepared::reason_of},
    {"pick_url", &Prepared::pick_url},
    {"pick_queue", &Prepared::pick_queue},
    {"pick_part", &Prepared::pick_part},
    {"pick_waiting", &Prepared::pick_waiting},
    {"pick_class", &Prepared::pick_class},
    {"pick_class_dropped", &Prepared::pick_class_dropped},
    {"pick_dropped", &Prepared::pick_dropped},
    {"pick_dropped_host", &Prepared::pick_dropped_host},
    {"pick_exhausted", &Prepared::pick_exhausted},
    {"tally_all", &Prepared::tally_all},
    {"tally_put", &Prepared::tally_put},
    {"host_tally_add", &Prepared::host_tally_add},
    {"host_tally_change", &Prepared::host_tally_change},
    {"note_put", &Prepared::note_put},
    {"note_get", &Prepared::note_get},
};

}  // namespace

Result<Prepared> Prepared::load(Db& db) {
  const auto texts = parse_queries(writer_queries());
  CHECK(texts.size() == std::size(kEntries));
  Prepared prepared;
  for (const auto& [name, member] : kEntries) {
    const auto text = texts.find(name);
    CHECK(text != texts.end());
    TRY_ASSIGN(prepared.*member, db.prepare(text->second));
  }
  return prepared;
}

}  // namespace frontierd
