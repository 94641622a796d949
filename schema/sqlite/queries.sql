-- What the daemon's one writer says to the store. Each statement is prepared once, at open.
-- "-- name: x" begins a statement, "-- part: x" a text that "{x}" stands for.
-- The plans are kept in tests/golden/query_plans.txt: a SCAN of a big table shows there.

-- part: host_columns
h.id, h.key, h.breaker, h.rest_until, h.rest_class, h.why, h.incidents, h.walls, h.url_troubles,
h.trouble_since, h.incident_at, h.resume_step, h.exhausted, h.good_gap_ms, h.slowed_at,
h.quota_gap_ms, h.quota_at, h.crawl_delay_ms, h.latency_ms, h.history, h.paused, h.wish_gap_ms,
h.wish_flights, h.note, coalesce(r.expires_at, 0)

-- part: on_the_ground
NOT EXISTS (SELECT 1 FROM flight AS f WHERE f.id = u.id)

-- Hosts

-- name: host_find
SELECT id, bucket FROM host WHERE key = ?1

-- name: host_add
INSERT INTO host (id, key, bucket, added_at) VALUES (?1, ?2, ?3, ?4)

-- name: host_key
SELECT key, bucket FROM host WHERE id = ?1

-- name: host_entry
SELECT {host_columns} FROM host AS h LEFT JOIN robots AS r ON r.host_id = h.id WHERE h.id = ?1

-- name: host_name_rest
SELECT max(rest_until)
FROM host
WHERE (key = ?1 OR key = ?2 OR (key > ?3 AND key < ?4) OR (key > ?5 AND key < ?6)) AND
      (rest_class = 'rate_limited' OR rest_class = 'overloaded' OR rest_class = 'maintenance' OR
       rest_class = 'upstream_failed' OR rest_class = 'bot_walled')

-- name: host_learn
UPDATE host
SET breaker = ?2, rest_until = ?3, rest_class = ?4, why = ?5, incidents = ?6, walls = ?7,
    url_troubles = ?8, trouble_since = ?9, incident_at = ?10, resume_step = ?11, exhausted = ?12,
    good_gap_ms = ?13, slowed_at = ?14, quota_gap_ms = ?15, quota_at = ?16, crawl_delay_ms = ?17,
    latency_ms = ?18, history = ?19
WHERE id = ?1

-- name: host_wish
UPDATE host SET paused = ?2, wish_gap_ms = ?3, wish_flights = ?4, note = ?5 WHERE id = ?1

-- name: incident_add
INSERT INTO incident (host_id, at, class, scope, vendor, status, url, rest_until, why)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)

-- name: robots_put
INSERT INTO robots (host_id, state, fetched_at, expires_at, unreachable_since, status, why, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (host_id) DO UPDATE
SET state = excluded.state, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at,
    unreachable_since = excluded.unreachable_since, status = excluded.status, why = excluded.why,
    body = excluded.body

-- name: robots_get
SELECT state, fetched_at, expires_at, unreachable_since, status, why, body
FROM robots WHERE host_id = ?1

-- Blocks of egresses

-- name: egress_put
INSERT INTO egress_block (host_id, egress, vendor, refusals, refused_at, blocked_until, why)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (host_id, egress) DO UPDATE
SET vendor = excluded.vendor, refusals = excluded.refusals, refused_at = excluded.refused_at,
    blocked_until = excluded.blocked_until, why = excluded.why

-- name: egress_forget
DELETE FROM egress_block WHERE host_id = ?1 AND egress = ?2

-- name: egress_of_host
SELECT egress, vendor, refusals, refused_at, blocked_until, why
FROM egress_block WHERE host_id = ?1 ORDER BY egress

-- name: egress_clear
DELETE FROM egress_block WHERE host_id = ?1

-- name: provider_put
INSERT INTO egress_provider (egress, vendor, hosts, since, blocked_until, why)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (egress, vendor) DO UPDATE
SET hosts = excluded.hosts, since = excluded.since, blocked_until = excluded.blocked_until,
    why = excluded.why

-- name: provider_all
SELECT egress, vendor, hosts, since, blocked_until, why FROM egress_provider

-- Admission

-- name: known_urls
SELECT u.id, u.url
FROM url_key AS k JOIN url AS u ON u.id = k.url_id
WHERE k.host_id = ?1 AND k.hash = ?2

-- name: url_add
INSERT INTO url (id, host_id, bucket, url, state, due_at, priority, redirects, admitted_at,
                 changed_at, via, metadata)
VALUES (?1, ?2, ?3, ?4, 'queued', ?5, ?6, ?7, ?8, ?8, ?9, ?10)

-- name: key_add
INSERT INTO url_key (host_id, hash, url_id) VALUES (?1, ?2, ?3)

-- The queue. A reader goes from the head of one priority to the head of the next, never through the
-- rows that wait behind a head.

-- name: queue_next
SELECT u.id, u.priority, u.due_at, u.url, u.attempts, u.tries, u.redirects, u.past_cache,
       u.good_attempt, u.state, u.last_class, u.last_attempt
FROM url AS u
WHERE u.host_id = ?1 AND u.priority >= ?2 AND u.due_at IS NOT NULL AND {on_the_ground}
ORDER BY u.priority, u.due_at, u.id
LIMIT 1

-- name: queue_head
SELECT u.priority, u.due_at
FROM url AS u
WHERE u.host_id = ?1 AND u.priority >= ?2 AND u.due_at IS NOT NULL AND {on_the_ground}
ORDER BY u.priority, u.due_at, u.id
LIMIT 1

-- name: queue_host
SELECT u.host_id
FROM url AS u
WHERE u.host_id > ?1 AND u.due_at IS NOT NULL AND {on_the_ground}
ORDER BY u.host_id
LIMIT 1

-- name: good_copy
SELECT etag, last_modified, copy_record, copy_at, copy_digest FROM attempt WHERE id = ?1

-- Flights

-- name: flight_add
INSERT INTO flight (id, lease, purpose, host_id, errand_url, revisit, fence, leased_at, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)

-- name: flight_end
DELETE FROM flight WHERE id = ?1 AND lease = ?2 AND fence = ?3

-- name: flights_before
SELECT id, host_id, lease, fence, revisit FROM flight WHERE expires_at <= ?1 ORDER BY id

-- name: flights_by_state
SELECT revisit, count(*) FROM flight WHERE id > 0 GROUP BY revisit

-- name: flights_of_host
SELECT count(*) FROM flight WHERE host_id = ?1 AND id > 0 AND revisit = 0

-- What it has queued, in flight or not.
-- name: fresh_of_host
SELECT queued FROM host_tally WHERE host_id = ?1

-- Settlement

-- name: url_before
SELECT state, attempts, tries, last_class, last_attempt, good_attempt
FROM url WHERE id = ?1

-- name: url_settle
UPDATE url
SET state = ?2, due_at = ?3, attempts = ?4, tries = ?5, past_cache = ?6,
    changed_at = coalesce(?7, changed_at),
    last_class = ?8, last_attempt = ?9, good_attempt = ?10, dropped_because = ?11, why = ?12,
    crashes = CASE WHEN ?13 THEN 0 ELSE crashes END
WHERE id = ?1

-- name: crashes_known
SELECT id, crashes FROM url WHERE crashes > 0

-- name: crashes_forget
UPDATE url SET crashes = 0 WHERE crashes > 0

-- name: url_crashed
UPDATE url
SET crashes = ?2, due_at = CASE WHEN ?3 IS NULL THEN due_at ELSE max(due_at, ?3) END,
    why = coalesce(?4, why)
WHERE id = ?1

-- name: attempt_add
INSERT INTO attempt (id, url_id, host_id, previous, number, purpose, errand_url, started_at,
                     landed_at, status, transport, class, scope, vendor, verdict, not_before, burnt,
                     asked_wait_ms, why, evidence, runner_up, peer, egress, body_bytes, elapsed_ms,
                     content_type, etag, last_modified, archive_id, archive_offset, copy_record,
                     copy_at, copy_digest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
        ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33)

-- name: archive_find
SELECT id FROM archive WHERE file = ?1

-- name: archive_add
INSERT INTO archive (file) VALUES (?1) RETURNING id

-- Giving up and starting again

-- name: url_drop
UPDATE url
SET state = 'dropped', due_at = NULL, dropped_because = ?2, why = ?3, changed_at = ?4
WHERE id = ?1

-- name: url_no_revisit
UPDATE url SET due_at = NULL WHERE id = ?1

-- name: url_again
UPDATE url
SET state = ?2, due_at = ?3, dropped_because = NULL, attempts = 0, crashes = 0, past_cache = 0,
    changed_at = CASE WHEN state = 'done' THEN changed_at ELSE ?3 END, why = ?4
WHERE id = ?1

-- name: reason_of
SELECT dropped_because FROM url WHERE id = ?1

-- name: pick_url
SELECT u.id, u.host_id, u.state, u.due_at, u.last_class, u.dropped_because
FROM host AS h
JOIN url_key AS k ON k.host_id = h.id
JOIN url AS u ON u.id = k.url_id
WHERE h.key = ?1 AND k.hash = ?2 AND u.url = ?3 AND {on_the_ground}

-- name: pick_queue
SELECT u.id, u.host_id, u.state
FROM url AS u
WHERE u.host_id = ?1 AND u.due_at IS NOT NULL AND (?2 IS NULL OR u.last_class = ?2)
  AND {on_the_ground}
ORDER BY u.priority, u.due_at, u.id
LIMIT ?3

-- A part of a queue, from a place on.
-- name: pick_part
SELECT u.id, u.state, u.priority, u.due_at
FROM url AS u
WHERE u.host_id = ?1 AND u.due_at IS NOT NULL AND (u.priority, u.due_at, u.id) > (?2, ?3, ?4)
  AND {on_the_ground}
ORDER BY u.priority, u.due_at, u.id
LIMIT ?5

-- name: pick_waiting
SELECT u.id, u.host_id, u.state
FROM url AS u
WHERE u.host_id = ?1 AND u.priority = ?2 AND u.due_at > ?3 AND (?4 IS NULL OR u.last_class = ?4)
  AND {on_the_ground}
ORDER BY u.due_at, u.id
LIMIT ?5

-- name: pick_class
SELECT u.id, u.host_id, u.state
FROM url AS u
WHERE u.last_class = ?1 AND u.due_at > ?2 AND (state <> 'done' OR due_at IS NOT NULL)
  AND {on_the_ground}
ORDER BY u.due_at, u.id
LIMIT ?3

-- name: pick_class_dropped
SELECT u.id, u.host_id, u.state
FROM url AS u
WHERE u.last_class = ?1 AND u.due_at IS NULL AND (state <> 'done' OR due_at IS NOT NULL)
ORDER BY u.id
LIMIT ?2

-- name: pick_dropped
SELECT u.id, u.host_id, u.state
FROM url AS u
WHERE u.dropped_because = ?1 AND (?2 IS NULL OR u.last_class = ?2)
ORDER BY u.host_id, u.id
LIMIT ?3

-- name: pick_dropped_host
SELECT u.id, u.host_id, u.state
FROM url AS u
WHERE u.dropped_because = ?1 AND u.host_id = ?2 AND (?3 IS NULL OR u.last_class = ?3)
ORDER BY u.id
LIMIT ?4

-- name: pick_exhausted
SELECT id, rest_class FROM host WHERE exhausted = 1 ORDER BY id

-- Books

-- name: tally_all
SELECT name, count FROM tally

-- name: tally_put
INSERT INTO tally (name, count) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET count = excluded.count

-- name: host_tally_add
INSERT INTO host_tally (host_id, queued, done, dropped) VALUES (?1, ?2, ?3, ?4)

-- name: host_tally_change
UPDATE host_tally SET queued = max(0, min(queued, 1 << 62) + ?2), done = max(0, min(done, 1 << 62) + ?3),
       dropped = max(0, min(dropped, 1 << 62) + ?4)
WHERE host_id = ?1

-- name: note_put
INSERT INTO note (name, value) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: note_get
SELECT value FROM note WHERE name = ?1
