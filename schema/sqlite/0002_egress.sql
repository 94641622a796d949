-- Version 2: which ways out hosts refuse. What the columns mean: schema/README.md.

-- One way and one host. The row goes with the first good page by that way.
CREATE TABLE egress_block (
  host_id       INTEGER NOT NULL REFERENCES host (id),
  egress        TEXT NOT NULL CHECK (egress <> ''),
  vendor        TEXT NOT NULL,
  refusals      INTEGER NOT NULL CHECK (refusals > 0),
  refused_at    INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  why           TEXT NOT NULL CHECK (why <> ''),
  PRIMARY KEY (host_id, egress)
) STRICT, WITHOUT ROWID;

CREATE INDEX egress_block_until ON egress_block (egress, blocked_until);

-- One way and all hosts that one vendor guards.
CREATE TABLE egress_provider (
  egress        TEXT NOT NULL CHECK (egress <> ''),
  vendor        TEXT NOT NULL CHECK (vendor <> ''),
  hosts         INTEGER NOT NULL CHECK (hosts > 0),
  since         INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  why           TEXT NOT NULL CHECK (why <> ''),
  PRIMARY KEY (egress, vendor)
) STRICT, WITHOUT ROWID;

-- For people: both, with `host` NULL where a vendor's hosts are meant.
CREATE VIEW egress_blocks AS
SELECT b.egress,
       h.key AS host,
       b.vendor,
       b.refusals,
       strftime('%Y-%m-%dT%H:%M:%fZ', b.refused_at / 1000.0, 'unixepoch') AS refused_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', nullif(b.blocked_until, 0) / 1000.0, 'unixepoch')
         AS blocked_until,
       b.why,
       b.host_id,
       b.blocked_until AS blocked_until_ms
FROM egress_block AS b
JOIN host AS h ON h.id = b.host_id
UNION ALL
SELECT p.egress,
       NULL,
       p.vendor,
       p.hosts,
       strftime('%Y-%m-%dT%H:%M:%fZ', p.since / 1000.0, 'unixepoch'),
       strftime('%Y-%m-%dT%H:%M:%fZ', p.blocked_until / 1000.0, 'unixepoch'),
       p.why,
       NULL,
       p.blocked_until
FROM egress_provider AS p;
