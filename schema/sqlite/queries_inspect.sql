-- What those who only look say to the store, over a connection of their own.
-- Form: see queries.sql.

-- part: host_columns
h.id, h.key, h.breaker, h.rest_until, h.rest_class, h.why, h.incidents, h.walls, h.url_troubles,
h.trouble_since, h.incident_at, h.resume_step, h.exhausted, h.good_gap_ms, h.slowed_at,
h.quota_gap_ms, h.quota_at, h.crawl_delay_ms, h.latency_ms, h.history, h.paused, h.wish_gap_ms,
h.wish_flights, h.note, coalesce(r.expires_at, 0)

-- part: url_columns
u.id, u.url, h.key, u.host_id, u.state, u.dropped_because, coalesce(u.why, a.why), u.priority,
u.attempts, u.tries, u.redirects, u.crashes, u.admitted_at, u.changed_at, u.due_at, u.via,
u.metadata, a.status, u.last_class, a.content_type, a.body_bytes, w.file, a.archive_offset,
f.leased_at

-- part: url_with
JOIN host AS h ON h.id = u.host_id
LEFT JOIN attempt AS a ON a.id = u.last_attempt
LEFT JOIN archive AS w ON w.id = a.archive_id
LEFT JOIN flight AS f ON f.id = u.id

-- name: look_url
SELECT {url_columns}
FROM url_key AS k CROSS JOIN url AS u ON u.id = k.url_id
{url_with}
WHERE k.host_id = (SELECT id FROM host WHERE key = ?1) AND k.hash = ?2 AND u.url = ?3

-- name: look_host_keys
SELECT key FROM host WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3

-- name: list_urls
SELECT {url_columns}
FROM url AS u
{url_with}
WHERE u.id > ?1
ORDER BY u.id
LIMIT ?2

-- name: list_urls_in
SELECT {url_columns}
FROM url AS u
{url_with}
WHERE u.id > ?1 AND u.state = ?2 AND f.id IS NULL
ORDER BY u.id
LIMIT ?3

-- name: list_urls_leased
SELECT {url_columns}
FROM flight AS f CROSS JOIN url AS u ON u.id = f.id
JOIN host AS h ON h.id = u.host_id
LEFT JOIN attempt AS a ON a.id = u.last_attempt
LEFT JOIN archive AS w ON w.id = a.archive_id
WHERE f.id > max(?1, 0)
ORDER BY f.id
LIMIT ?2

-- The newest attempts of a URL, along the chain.
-- name: look_attempts
WITH RECURSIVE chain (id, previous, depth) AS (
  SELECT a.id, a.previous, 1
  FROM url AS u JOIN attempt AS a ON a.id = u.last_attempt
  WHERE u.id = ?1
  UNION ALL
  SELECT a.id, a.previous, c.depth + 1
  FROM chain AS c CROSS JOIN attempt AS a ON a.id = c.previous
  WHERE c.depth < ?2
)
SELECT a.number, a.purpose, coalesce(a.errand_url, u.url), a.started_at, a.landed_at, a.status,
       a.transport, a.peer, a.egress, a.body_bytes, a.elapsed_ms, a.etag, a.last_modified,
       a.content_type, w.file, a.archive_offset, a.class, a.scope, a.vendor, a.evidence, a.runner_up, a.asked_wait_ms,
       a.burnt, a.verdict, a.not_before, a.why
FROM chain AS c
JOIN attempt AS a ON a.id = c.id
JOIN url AS u ON u.id = a.url_id
LEFT JOIN archive AS w ON w.id = a.archive_id
ORDER BY a.id

-- name: look_host
SELECT {host_columns} FROM host AS h LEFT JOIN robots AS r ON r.host_id = h.id WHERE h.key = ?1

-- name: look_host_tally
SELECT queued, done, dropped FROM host_tally WHERE host_id = ?1

-- name: look_host_flights
SELECT sum(revisit = 0), sum(revisit = 1) FROM flight WHERE host_id = ?1 AND id > 0

-- name: look_robots
SELECT state, fetched_at, expires_at, unreachable_since, status, why, body
FROM robots WHERE host_id = ?1

-- name: look_queue_head
SELECT u.priority, u.due_at
FROM url AS u
WHERE u.host_id = ?1 AND u.priority >= ?2 AND u.due_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM flight AS f WHERE f.id = u.id)
ORDER BY u.priority, u.due_at, u.id
LIMIT 1

-- name: list_incidents
SELECT at, class, scope, vendor, status, url, rest_until, why
FROM incident WHERE host_id = ?1
ORDER BY id DESC
LIMIT ?2

-- part: host_filter
h.id > ?1 AND instr(h.key, ?2) > 0 AND (?3 = 0 OR h.paused = 1) AND (?4 = 0 OR h.exhausted = 1)

-- name: list_hosts
SELECT {host_columns} FROM host AS h LEFT JOIN robots AS r ON r.host_id = h.id
WHERE {host_filter}
ORDER BY h.id
LIMIT ?5

-- name: list_hosts_paused
SELECT {host_columns} FROM host AS h LEFT JOIN robots AS r ON r.host_id = h.id
WHERE {host_filter} AND paused = 1
ORDER BY h.id
LIMIT ?5

-- name: list_hosts_exhausted
SELECT {host_columns} FROM host AS h LEFT JOIN robots AS r ON r.host_id = h.id
WHERE {host_filter} AND exhausted = 1
ORDER BY h.id
LIMIT ?5

-- name: list_hosts_resting
SELECT {host_columns} FROM host AS h LEFT JOIN robots AS r ON r.host_id = h.id
WHERE {host_filter} AND breaker = 'open'
ORDER BY h.id
LIMIT ?5

-- name: list_hosts_resting_for
SELECT {host_columns} FROM host AS h LEFT JOIN robots AS r ON r.host_id = h.id
WHERE {host_filter} AND breaker = 'open' AND rest_class = ?6
ORDER BY h.id
LIMIT ?5

-- name: look_drops
SELECT dropped_because, count FROM give_ups WHERE count > 0 ORDER BY count DESC, dropped_because

-- name: look_egress_blocks
SELECT egress, vendor, refusals, refused_at, blocked_until, why
FROM egress_block WHERE host_id = ?1 ORDER BY egress

-- name: list_egress_blocks
SELECT b.egress, b.vendor, b.refusals, b.refused_at, b.blocked_until, b.why, b.host_id, h.key
FROM egress_block AS b JOIN host AS h ON h.id = b.host_id
WHERE b.host_id IN (SELECT DISTINCT host_id FROM egress_block WHERE host_id > ?1
                    ORDER BY host_id LIMIT ?2)
ORDER BY b.host_id, b.egress

-- name: count_blocked_hosts
SELECT count(*) FROM egress_block WHERE egress = ?1 AND blocked_until > ?2
