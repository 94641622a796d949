-- The frontier, version 1. What every table, column and state means: schema/README.md.
--
-- Tables have singular names and belong to the daemon; the views at the end have plural names and
-- belong to people. Times are milliseconds since 1970 UTC, 0 is "not yet"; lengths end in _ms.
-- Names are held by chains of OR: SQLite would build a table in memory for IN at every insert.
-- Once released, this file never changes: a later version adds a file with the next number.

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (name, value) VALUES ('fence', 0);

CREATE TABLE note (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE host (
  id             INTEGER PRIMARY KEY,
  key            TEXT NOT NULL UNIQUE CHECK (key <> ''),
  bucket         INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  added_at       INTEGER NOT NULL,
  -- Learned: written when something must outlive the process.
  breaker        TEXT NOT NULL DEFAULT 'closed'
                 CHECK (breaker = 'closed' OR breaker = 'open' OR breaker = 'probing' OR
                        breaker = 'recovering'),
  rest_until     INTEGER NOT NULL DEFAULT 0,
  rest_class     TEXT NOT NULL DEFAULT 'fetched'
                 CHECK (rest_class = 'fetched' OR rest_class = 'unchanged' OR
                        rest_class = 'moved' OR rest_class = 'gone' OR rest_class = 'refused' OR
                        rest_class = 'rate_limited' OR rest_class = 'overloaded' OR
                        rest_class = 'maintenance' OR rest_class = 'upstream_failed' OR
                        rest_class = 'bot_walled' OR rest_class = 'stale_copy' OR
                        rest_class = 'unreachable' OR rest_class = 'barred' OR
                        rest_class = 'broken'),
  why            TEXT NOT NULL DEFAULT '',
  incidents      INTEGER NOT NULL DEFAULT 0 CHECK (incidents >= 0),
  walls          INTEGER NOT NULL DEFAULT 0 CHECK (walls >= 0),
  url_troubles   INTEGER NOT NULL DEFAULT 0 CHECK (url_troubles >= 0),
  trouble_since  INTEGER NOT NULL DEFAULT 0,
  incident_at    INTEGER NOT NULL DEFAULT 0,
  resume_step    INTEGER NOT NULL DEFAULT 0 CHECK (resume_step >= 0),
  exhausted      INTEGER NOT NULL DEFAULT 0 CHECK (exhausted IN (0, 1)),
  good_gap_ms    INTEGER NOT NULL DEFAULT 0,
  slowed_at      INTEGER NOT NULL DEFAULT 0,
  quota_gap_ms   INTEGER NOT NULL DEFAULT 0,
  quota_at       INTEGER NOT NULL DEFAULT 0,
  crawl_delay_ms INTEGER NOT NULL DEFAULT 0,
  latency_ms     INTEGER NOT NULL DEFAULT 0,
  history        TEXT NOT NULL DEFAULT '',
  -- The operator's wishes: never written by learning.
  paused         INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
  wish_gap_ms    INTEGER CHECK (wish_gap_ms >= 0),
  wish_flights   INTEGER CHECK (wish_flights >= 0),
  note           TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX host_open ON host (id) WHERE breaker = 'open';
CREATE INDEX host_rest ON host (rest_class) WHERE breaker = 'open';
CREATE INDEX host_exhausted  ON host (id) WHERE exhausted = 1;
CREATE INDEX host_paused ON host (id) WHERE paused = 1;

-- How many URLs of a host are in each stored state; a URL in flight counts in the state it left.
CREATE TABLE host_tally (
  host_id INTEGER PRIMARY KEY REFERENCES host (id),
  queued  INTEGER NOT NULL CHECK (queued >= 0),
  done    INTEGER NOT NULL CHECK (done >= 0),
  dropped INTEGER NOT NULL CHECK (dropped >= 0)
) STRICT;

-- The same over all hosts: 'queued', 'done', 'dropped', 'hosts', and 'dropped.<reason>'.
CREATE TABLE tally (
  name  TEXT PRIMARY KEY,
  count INTEGER NOT NULL CHECK (count >= 0)
) STRICT, WITHOUT ROWID;

-- One fetch that landed and was weighed. Append-only; `previous` chains the attempts of one URL.
CREATE TABLE attempt (
  id             INTEGER PRIMARY KEY,
  url_id         INTEGER REFERENCES url (id),
  host_id        INTEGER NOT NULL REFERENCES host (id),
  previous       INTEGER,
  number         INTEGER NOT NULL,
  purpose        TEXT NOT NULL CHECK (purpose = 'page' OR purpose = 'robots' OR purpose = 'probe'),
  errand_url     TEXT,
  started_at     INTEGER NOT NULL,
  landed_at      INTEGER NOT NULL,
  status         INTEGER NOT NULL,
  transport      TEXT NOT NULL,
  class          TEXT NOT NULL
                 CHECK (class = 'fetched' OR class = 'unchanged' OR class = 'moved' OR
                        class = 'gone' OR class = 'refused' OR class = 'rate_limited' OR
                        class = 'overloaded' OR class = 'maintenance' OR
                        class = 'upstream_failed' OR class = 'bot_walled' OR class = 'stale_copy' OR
                        class = 'unreachable' OR class = 'barred' OR class = 'broken'),
  scope          TEXT NOT NULL CHECK (scope = 'url' OR scope = 'host' OR scope = 'egress'),
  vendor         TEXT,
  verdict        TEXT NOT NULL
                 CHECK (verdict = 'done' OR verdict = 'retry' OR verdict = 'follow' OR
                        verdict = 'drop'),
  not_before     INTEGER,
  burnt          INTEGER NOT NULL CHECK (burnt IN (0, 1)),
  asked_wait_ms  INTEGER,
  why            TEXT,
  evidence       TEXT,
  runner_up      TEXT,
  peer           TEXT,
  egress         TEXT,
  body_bytes     INTEGER NOT NULL,
  elapsed_ms     INTEGER NOT NULL,
  content_type   TEXT,
  etag           TEXT,
  last_modified  TEXT,
  archive_id     INTEGER REFERENCES archive (id),
  archive_offset INTEGER,
  -- The complete response in the archive that has this payload: its own record, or the one that its
  -- revisit record refers to. UUID and SHA-1 as bytes.
  copy_record    BLOB,
  copy_at        INTEGER,
  copy_digest    BLOB,
  CHECK ((copy_record IS NULL) = (copy_at IS NULL) AND (copy_at IS NULL) = (copy_digest IS NULL)),
  CHECK ((purpose = 'page') = (url_id IS NOT NULL)),
  CHECK ((archive_id IS NULL) = (archive_offset IS NULL))
) STRICT;

-- What did not go well, by time: a small part of all attempts.
CREATE INDEX attempt_trouble ON attempt (landed_at, status, class)
  WHERE class <> 'fetched' AND class <> 'unchanged' AND class <> 'moved';

-- Names of archive files, once each.
CREATE TABLE archive (
  id   INTEGER PRIMARY KEY,
  file TEXT NOT NULL UNIQUE CHECK (file <> '')
) STRICT;

CREATE TABLE url (
  id              INTEGER PRIMARY KEY,
  host_id         INTEGER NOT NULL REFERENCES host (id),
  bucket          INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  url             TEXT NOT NULL CHECK (url <> ''),
  state           TEXT NOT NULL CHECK (state = 'queued' OR state = 'done' OR state = 'dropped'),
  due_at          INTEGER,
  priority        INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9),
  attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  tries           INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  redirects       INTEGER NOT NULL CHECK (redirects >= 0),
  crashes         INTEGER NOT NULL DEFAULT 0 CHECK (crashes >= 0),
  past_cache      INTEGER NOT NULL DEFAULT 0 CHECK (past_cache IN (0, 1)),
  admitted_at     INTEGER NOT NULL,
  changed_at      INTEGER NOT NULL,
  last_class      TEXT
                  CHECK (last_class = 'fetched' OR last_class = 'unchanged' OR
                         last_class = 'moved' OR last_class = 'gone' OR last_class = 'refused' OR
                         last_class = 'rate_limited' OR last_class = 'overloaded' OR
                         last_class = 'maintenance' OR last_class = 'upstream_failed' OR
                         last_class = 'bot_walled' OR last_class = 'stale_copy' OR
                         last_class = 'unreachable' OR last_class = 'barred' OR
                         last_class = 'broken'),
  last_attempt    INTEGER REFERENCES attempt (id),
  good_attempt    INTEGER REFERENCES attempt (id),
  dropped_because TEXT
                  CHECK (dropped_because = 'gone' OR dropped_because = 'refused' OR
                         dropped_because = 'barred_by_robots' OR dropped_because = 'out_of_scope' OR
                         dropped_because = 'address_barred' OR dropped_because = 'attempts_spent' OR
                         dropped_because = 'host_exhausted' OR dropped_because = 'walled' OR
                         dropped_because = 'redirect_limit' OR dropped_because = 'bad_redirect' OR
                         dropped_because = 'broken' OR dropped_because = 'quarantined' OR
                         dropped_because = 'operator'),
  why             TEXT,
  via             TEXT,
  metadata        TEXT,
  CHECK ((state = 'dropped') = (dropped_because IS NOT NULL)),
  CHECK (state <> 'queued' OR due_at IS NOT NULL),
  CHECK (state <> 'dropped' OR due_at IS NULL)
) STRICT;

-- The queues, host by host. A URL in flight keeps its place here and is skipped by its flight row.
CREATE INDEX url_queue ON url (host_id, priority, due_at) WHERE due_at IS NOT NULL;
-- In flight in our last crashes: few at any time.
CREATE INDEX url_crashes ON url (id) WHERE crashes > 0;
-- The given-up, by reason.
CREATE INDEX url_dropped ON url (dropped_because, host_id) WHERE dropped_because IS NOT NULL;
-- What was tried and is not finished, by what happened last.
CREATE INDEX url_class ON url (last_class, due_at)
  WHERE last_class IS NOT NULL AND (state <> 'done' OR due_at IS NOT NULL);

-- Finds a URL by the hash of its text, apart from the payload. Hashes may collide: the text decides.
CREATE TABLE url_key (
  host_id INTEGER NOT NULL,
  hash    INTEGER NOT NULL,
  url_id  INTEGER NOT NULL REFERENCES url (id),
  PRIMARY KEY (host_id, hash, url_id)
) STRICT, WITHOUT ROWID;

-- What is being fetched right now: a row at lease, gone at settle. A page's row has the number of
-- its URL, so that no URL can be in flight twice; an errand's has its lease's, negative.
CREATE TABLE flight (
  id         INTEGER PRIMARY KEY,
  lease      INTEGER NOT NULL CHECK (lease > 0),
  purpose    TEXT NOT NULL CHECK (purpose = 'page' OR purpose = 'robots' OR purpose = 'probe'),
  host_id    INTEGER NOT NULL REFERENCES host (id),
  errand_url TEXT,
  revisit    INTEGER NOT NULL CHECK (revisit IN (0, 1)),
  fence      INTEGER NOT NULL,
  leased_at  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  CHECK ((purpose = 'page') = (id > 0)),
  CHECK ((purpose = 'page') = (errand_url IS NULL))
) STRICT;

-- A host refused us, or we gave up on it.
CREATE TABLE incident (
  id         INTEGER PRIMARY KEY,
  host_id    INTEGER NOT NULL REFERENCES host (id),
  at         INTEGER NOT NULL,
  class      TEXT NOT NULL
             CHECK (class = 'fetched' OR class = 'unchanged' OR class = 'moved' OR class = 'gone' OR
                    class = 'refused' OR class = 'rate_limited' OR class = 'overloaded' OR
                    class = 'maintenance' OR class = 'upstream_failed' OR class = 'bot_walled' OR
                    class = 'stale_copy' OR class = 'unreachable' OR class = 'barred' OR
                    class = 'broken'),
  scope      TEXT NOT NULL CHECK (scope = 'url' OR scope = 'host' OR scope = 'egress'),
  vendor     TEXT NOT NULL,
  status     INTEGER NOT NULL,
  url        TEXT NOT NULL,
  rest_until INTEGER NOT NULL,
  why        TEXT NOT NULL
) STRICT;

CREATE INDEX incident_host ON incident (host_id, id);

CREATE TABLE robots (
  host_id           INTEGER PRIMARY KEY REFERENCES host (id),
  state             TEXT NOT NULL
                    CHECK (state = 'allow_all' OR state = 'rules' OR state = 'disallow_all'),
  fetched_at        INTEGER NOT NULL,
  expires_at        INTEGER NOT NULL,
  unreachable_since INTEGER,
  status            INTEGER NOT NULL,
  why               TEXT NOT NULL,
  body              TEXT NOT NULL
) STRICT;

-- For people.

CREATE VIEW urls AS
SELECT u.id,
       u.url,
       h.key AS host,
       CASE WHEN f.id IS NOT NULL THEN 'leased' ELSE u.state END AS state,
       u.dropped_because,
       strftime('%Y-%m-%dT%H:%M:%fZ', nullif(u.due_at, 0) / 1000.0, 'unixepoch') AS due_at,
       coalesce(u.why, a.why) AS why,
       u.last_class,
       a.status,
       u.priority,
       u.attempts,
       u.tries,
       u.crashes,
       u.redirects,
       strftime('%Y-%m-%dT%H:%M:%fZ', u.admitted_at / 1000.0, 'unixepoch') AS admitted_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', u.changed_at / 1000.0, 'unixepoch') AS changed_at,
       a.content_type,
       a.body_bytes,
       w.file AS archive_file,
       a.archive_offset,
       u.via,
       u.metadata,
       u.bucket,
       u.host_id,
       u.due_at AS due_ms,
       u.changed_at AS changed_ms
FROM url AS u
JOIN host AS h ON h.id = u.host_id
LEFT JOIN flight AS f ON f.id = u.id
LEFT JOIN attempt AS a ON a.id = u.last_attempt
LEFT JOIN archive AS w ON w.id = a.archive_id;

CREATE VIEW hosts AS
SELECT h.id,
       h.key AS host,
       CASE WHEN h.exhausted THEN 'exhausted'
            WHEN h.paused THEN 'paused'
            WHEN h.breaker = 'open' AND h.rest_until > unixepoch() * 1000 THEN 'resting'
            WHEN h.breaker IN ('open', 'probing') THEN 'probing'
            WHEN t.queued > 0 AND r.state = 'disallow_all' THEN 'waiting'
            WHEN h.breaker = 'recovering' THEN 'recovering'
            WHEN t.queued > 0 THEN 'working'
            ELSE 'idle' END AS condition,
       CASE WHEN h.breaker <> 'closed' OR h.exhausted THEN h.rest_class END AS class,
       CASE WHEN h.breaker = 'open'
            THEN strftime('%Y-%m-%dT%H:%M:%fZ', h.rest_until / 1000.0, 'unixepoch')
            END AS rest_until,
       h.why,
       coalesce(t.queued, 0) AS queued,
       coalesce(t.done, 0) AS done,
       coalesce(t.dropped, 0) AS dropped,
       h.incidents,
       h.walls,
       h.latency_ms,
       max(h.crawl_delay_ms, h.quota_gap_ms, coalesce(h.wish_gap_ms, 0)) AS known_gap_ms,
       h.crawl_delay_ms,
       h.quota_gap_ms,
       h.wish_gap_ms,
       h.wish_flights,
       h.note,
       r.state AS robots,
       r.status AS robots_status,
       strftime('%Y-%m-%dT%H:%M:%fZ', r.expires_at / 1000.0, 'unixepoch') AS robots_until,
       r.why AS robots_why,
       strftime('%Y-%m-%dT%H:%M:%fZ', h.added_at / 1000.0, 'unixepoch') AS added_at,
       h.bucket,
       h.rest_until AS rest_until_ms
FROM host AS h
LEFT JOIN host_tally AS t ON t.host_id = h.id
LEFT JOIN robots AS r ON r.host_id = h.id;

CREATE VIEW attempts AS
SELECT a.id,
       coalesce(a.errand_url, u.url) AS url,
       h.key AS host,
       a.number,
       a.purpose,
       strftime('%Y-%m-%dT%H:%M:%fZ', a.landed_at / 1000.0, 'unixepoch') AS landed_at,
       a.status,
       a.transport,
       a.class,
       a.scope,
       a.vendor,
       a.verdict,
       strftime('%Y-%m-%dT%H:%M:%fZ', nullif(a.not_before, 0) / 1000.0, 'unixepoch') AS not_before,
       a.burnt,
       a.asked_wait_ms,
       a.why,
       a.evidence,
       a.runner_up,
       a.peer,
       a.egress,
       a.body_bytes,
       a.elapsed_ms,
       a.content_type,
       w.file AS archive_file,
       a.archive_offset,
       a.previous,
       a.url_id,
       a.host_id,
       a.landed_at AS landed_ms
FROM attempt AS a
JOIN host AS h ON h.id = a.host_id
LEFT JOIN url AS u ON u.id = a.url_id
LEFT JOIN archive AS w ON w.id = a.archive_id;

-- Attempts that did not go well; queries by time on this view are fast.
CREATE VIEW troubles AS
SELECT *
FROM attempts
WHERE class <> 'fetched' AND class <> 'unchanged' AND class <> 'moved';

CREATE VIEW incidents AS
SELECT i.id,
       h.key AS host,
       strftime('%Y-%m-%dT%H:%M:%fZ', i.at / 1000.0, 'unixepoch') AS at,
       i.class,
       i.scope,
       i.vendor,
       i.status,
       i.url,
       strftime('%Y-%m-%dT%H:%M:%fZ', i.rest_until / 1000.0, 'unixepoch') AS rest_until,
       i.why,
       i.host_id,
       i.at AS at_ms
FROM incident AS i
JOIN host AS h ON h.id = i.host_id;

CREATE VIEW flights AS
SELECT f.lease AS id,
       coalesce(f.errand_url, u.url) AS url,
       h.key AS host,
       f.purpose,
       strftime('%Y-%m-%dT%H:%M:%fZ', f.leased_at / 1000.0, 'unixepoch') AS leased_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', f.expires_at / 1000.0, 'unixepoch') AS expires_at,
       f.fence,
       f.leased_at AS leased_ms
FROM flight AS f
JOIN host AS h ON h.id = f.host_id
LEFT JOIN url AS u ON u.id = f.id;

CREATE VIEW give_ups AS
SELECT substr(name, length('dropped.') + 1) AS dropped_because, count
FROM tally
WHERE name > 'dropped.' AND name < 'dropped/';
