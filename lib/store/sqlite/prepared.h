// The writer's statements, prepared once. One member per name in schema/sqlite/queries.sql.
#pragma once

#include "base/result.h"
#include "store/sqlite/db.h"

namespace frontierd {

struct Prepared {
  Statement host_find;
  Statement host_add;
  Statement host_key;
  Statement host_entry;
  Statement host_name_rest;
  Statement host_learn;
  Statement host_wish;
  Statement incident_add;
  Statement robots_put;
  Statement robots_get;
  Statement egress_put;
  Statement egress_forget;
  Statement egress_of_host;
  Statement egress_clear;
  Statement provider_put;
  Statement provider_all;
  Statement known_urls;
  Statement url_add;
  Statement key_add;
  Statement queue_next;
  Statement queue_head;
  Statement queue_host;
  Statement good_copy;
  Statement flight_add;
  Statement flight_end;
  Statement flights_before;
  Statement flights_by_state;
  Statement flights_of_host;
  Statement fresh_of_host;
  Statement url_before;
  Statement url_settle;
  Statement crashes_known;
  Statement crashes_forget;
  Statement url_crashed;
  Statement attempt_add;
  Statement archive_find;
  Statement archive_add;
  Statement url_drop;
  Statement url_no_revisit;
  Statement url_again;
  Statement reason_of;
  Statement pick_url;
  Statement pick_queue;
  Statement pick_part;
  Statement pick_waiting;
  Statement pick_class;
  Statement pick_class_dropped;
  Statement pick_dropped;
  Statement pick_dropped_host;
  Statement pick_exhausted;
  Statement tally_all;
  Statement tally_put;
  Statement host_tally_add;
  Statement host_tally_change;
  Statement note_put;
  Statement note_get;

  static Result<Prepared> load(Db& db);
};

}  // namespace frontierd
