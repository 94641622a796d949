"""What each hostile origin does and what must be on record about it afterwards.

A row: name, what it does, the state and drop reason it must end in ("dropped broken", "done",
"queued"), and words that the stored reason must have (of a page that is done: its class). A row is
one host, so its name is also the host's: `NAME.localhost`, or `NAME.hostile.test` for the rows of
the name server. To add a case, add a row; a case that needs bytes no server would send gets its
handler in hostile_origins.py or hostile_h2.py.
"""

# Served by originlab: the keys of a route (tools/originlab/README.md), separated by " ; ".
LAB = [
    ("bomb-gzip", 'size = "256M" ; fill = "zeros" ; encoding = "gzip"', "dropped broken", "fetch.decoded_max"),
    ("bomb-deflate", 'size = "64M" ; fill = "zeros" ; encoding = "deflate"', "dropped broken", "fetch.decoded_max"),
    ("bomb-br", 'size = "256M" ; fill = "zeros" ; encoding = "br"', "dropped broken", "fetch.decoded_max"),
    ("bomb-zstd", 'size = "256M" ; fill = "zeros" ; encoding = "zstd"', "dropped broken", "fetch.decoded_max"),
    ("bomb-stacked", 'size = "512M" ; fill = "zeros" ; encoding = ["gzip", "gzip"]', "dropped broken", "fetch.decoded_max"),
    ("bomb-mixed", 'size = "256M" ; fill = "zeros" ; encoding = ["zstd", "br"]', "dropped broken", "fetch.decoded_max"),
    ("bomb-deep", 'size = "64M" ; fill = "zeros" ; encoding = ["gzip", "br", "zstd"]', "done", "fetch.encodings_max"),
    ("encoding-unknown", 'headers = ["Content-Encoding: sdch"]', "done", "fetched"),
    ("encoding-lie", 'headers = ["Content-Encoding: gzip"] ; text = "plain all along"', "done", "fetched"),
    ("head-endless", 'fault = "endless-head"', "dropped broken", "headers_too_large"),
    ("head-flood", 'fault = "header-flood" ; count = 20000', "dropped broken", "headers_too_large"),
    ("head-huge", 'fault = "huge-header" ; flood_size = "5M"', "dropped broken", "headers_too_large"),
    ("head-slow", 'head_rate = 20', "dropped attempts_spent", "fetch.min_speed|fetch.first_byte_timeout"),
    ("interim-endless", 'fault = "endless-1xx"', "dropped broken", "interim"),
    ("body-endless", 'fault = "endless-body"', "dropped broken", "fetch.received_max"),
    ("body-endless-close", 'fault = "endless-body" ; framing = "close"', "dropped broken", "fetch.received_max"),
    ("body-announced", 'size = "1T"', "dropped broken", "fetch.received_max"),
    ("body-minute", 'size = "4K" ; body_rate = 0.0167', "dropped attempts_spent", "fetch.min_speed"),
    ("body-stops", 'size = "64K" ; fault = "silent-in-body"', "done", "kept as far as it came"),
    ("answer-never", 'fault = "silent"', "dropped attempts_spent", "fetch.first_byte_timeout"),
    ("chunk-extensions", 'size = "1G" ; fault = "chunk-extensions" ; flood_size = "8K"', "dropped broken", "fetch.framing_ratio_max"),
    ("chunk-bad", 'size = "8K" ; fault = "bad-chunk"', "dropped broken", "protocol_error"),
    ("length-long", 'size = "8K" ; fault = "long-length" ; flood_size = "64K"', "done", "kept as far as it came"),
    ("length-short", 'size = "8K" ; fault = "short-length"', "done", "fetched"),
    ("length-overflow", 'headers = ["Content-Length: 99999999999999999999"] ; size = "1K"', "done", "kept as far as it came"),
    ("reset-request", 'fault = "reset"', "dropped host_exhausted", "reset"),
    ("reset-head", 'fault = "reset-in-head"', "dropped", "reset"),
    ("reset-body", 'size = "64K" ; fault = "reset-in-body"', "done", "kept as far as it came"),
    ("close-head", 'fault = "close-in-head"', "dropped", "reset|empty"),
    ("close-body", 'size = "64K" ; fault = "close-in-body"', "done", "kept as far as it came"),
    ("close-empty", 'fault = "empty"', "dropped host_exhausted", "empty_reply"),
    ("garbage", 'fault = "garbage"', "dropped", "broken|protocol_error"),
    ("http-0-9", 'fault = "http-0.9"', "dropped", "broken|protocol_error"),
    ("cookies", 'cookies = 5000', "dropped broken", "headers_too_large"),
    ("cookies-some", 'cookies = 900', "done", "fetched"),
    ("loop-self", 'redirect = "{path}"', "dropped redirect_limit", "itself"),
    ("loop-web", 'redirect = "/web/{hash}/{n}"', "done", "moved"),  # and its end: see check_loops
    ("ping", 'redirect = "http://pong.localhost:{port}/{n}"', "done", "moved"),  # likewise
    # With the page's own scheme and no slashes it is a path of the same host (RFC 3986 5.2.2, URL Standard).
    ("to-no-slashes", 'redirect = "http:127.0.1.1:80/../no-slashes"', "done", "moved"),  # likewise
    ("to-file", 'redirect = "file:///etc/passwd"', "dropped bad_redirect", "Location"),
    ("to-gopher", 'redirect = "gopher://127.0.1.1:70/_x"', "dropped bad_redirect", "Location"),
    ("to-javascript", 'redirect = "javascript:alert(1)"', "dropped bad_redirect", "Location"),
    ("to-data", 'redirect = "data:text/html,x"', "dropped bad_redirect", "Location"),
    ("to-nowhere", 'status = 302', "dropped", "bad_redirect|Location"),
    ("to-userinfo", 'redirect = "http://root:toor@to-good.localhost:{port}/"', "dropped bad_redirect", "Location"),
    ("to-userinfo-at", 'redirect = "http://to-good.localhost@127.0.1.1:{port}/"', "dropped bad_redirect", "Location"),
    ("wait-huge", 'status = 503 ; headers = ["Retry-After: 99999999999999999999"]', "queued", "overloaded|maintenance"),
    ("wait-long", 'status = 429 ; headers = ["Retry-After: 1000000000"]', "queued", "rate_limited"),
    ("wait-year-9999", 'status = 503 ; headers = ["Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"]', "queued", "overloaded|maintenance"),
    ("date-9999", 'status = 429 ; headers = ["Date: Fri, 31 Dec 9999 23:59:59 GMT", "Retry-After: Sat, 01 Jan 2000 00:00:00 GMT"]', "dropped host_exhausted", "rate_limited"),
    ("date-garbage", 'headers = ["Date: 32 Foo 99999999999 25:61:61", "Last-Modified: yesterday", "Expires: -1"]', "done", "fetched"),
    ("wait-negative", 'status = 503 ; headers = ["Retry-After: -5"]', "dropped", "overloaded"),
    ("wait-words", 'status = 429 ; headers = ["Retry-After: as long as it takes"]', "dropped", "rate_limited"),
]

# Waits may not go beyond rest.*.asked_max and its share of jitter, whatever was asked for.
WAITS = [row[0] for row in LAB if row[2] == "queued"]

# Redirects to addresses that the guard must refuse: name, Location, the target as it must be on record (each
# trick has a path of its own: most of them name the same host), and words of the reason. The source is done,
# the target dropped. PORT is where a witness listens on 127.0.1.1 and counts connections: none may come.
BARRED_TARGETS = [
    ("metadata", "http://169.254.169.254/latest/meta-data/", "http://169.254.169.254/latest/meta-data/", "metadata"),
    ("plain", "http://127.0.1.1:PORT/plain", "http://127.0.1.1:PORT/plain", "loopback"),
    ("mapped", "http://[::ffff:127.0.1.1]:PORT/mapped", "http://[::ffff:7f00:101]:PORT/mapped", "loopback"),
    ("mapped-hex", "http://[::ffff:7f00:101]:PORT/mapped-hex", "http://[::ffff:7f00:101]:PORT/mapped-hex", "loopback"),
    ("nat64", "http://[64:ff9b::7f00:101]:PORT/nat64", "http://[64:ff9b::7f00:101]:PORT/nat64", "loopback"),
    ("six-to-four", "http://[2002:7f00:101::]:PORT/6to4", "http://[2002:7f00:101::]:PORT/6to4", "loopback"),
    ("loopback-6", "http://[::1]:PORT/loopback-6", "http://[::1]:PORT/loopback-6", "loopback"),
    ("unspecified", "http://0.0.0.0:PORT/unspecified", "http://0.0.0.0:PORT/unspecified", "unspecified"),
    ("hexadecimal", "http://0x7f000101:PORT/hexadecimal", "http://127.0.1.1:PORT/hexadecimal", "loopback"),
    ("decimal", "http://2130706689:PORT/decimal", "http://127.0.1.1:PORT/decimal", "loopback"),
    ("octal", "http://0177.0.1.1:PORT/octal", "http://127.0.1.1:PORT/octal", "loopback"),
    ("short", "http://127.257:PORT/short", "http://127.0.1.1:PORT/short", "loopback"),
    ("last-dot", "http://127.0.1.1.:PORT/last-dot", "http://127.0.1.1:PORT/last-dot", "loopback"),
    ("percent", "http://%31%32%37.0.1.1:PORT/percent", "http://127.0.1.1:PORT/percent", "loopback"),
    ("full-width", "http://１２７.0.1.1:PORT/full-width", "http://127.0.1.1:PORT/full-width", "loopback"),
    ("backslashes", "http:\\\\127.0.1.1:PORT\\backslashes", "http://127.0.1.1:PORT/backslashes", "loopback"),
    ("other-scheme", "https:127.0.1.1:PORT/other-scheme", "https://127.0.1.1:PORT/other-scheme", "loopback"),
    ("tabs", "ht\ttp://127.0.\t1.1:PORT/tabs", "http://127.0.1.1:PORT/tabs", "loopback"),
]

# Served by hostile_origins.py, which has a handler for each name.
RAW = [
    ("lengths-differ", "dropped broken", "differ"),
    ("lengths-listed", "dropped broken", "differ"),
    ("length-negative", "dropped", "broken|attempts|done"),
    ("length-and-chunks", "done", "fetched"),
    ("chunk-overflow", "dropped", "broken|attempts"),
    ("trailers-endless", "dropped broken", "headers_too_large"),
    ("folds-endless", "dropped broken", "headers_too_large"),
    ("coded-transfer", "dropped broken", "Transfer-Encoding"),
    ("coded-transfer-damaged", "dropped broken", "Transfer-Encoding"),
    ("ssh-banner", "dropped", "broken|protocol_error"),
    ("status-words", "dropped", "broken"),
    ("switching", "dropped", "broken|attempts|host_exhausted"),
    ("interim-only", "dropped", "broken|attempts|host_exhausted"),
    ("nul-bytes", "dropped", "broken|done"),
    ("wait-digits", "queued", "overloaded|maintenance|rate_limited"),
    ("unasked-answer", "done", "fetched"),
    ("robots-endless", "done", "fetched"),
    ("robots-ring", "queued", "circle"),  # a circle is no permission: no page before robots.txt answers
]

# Served by hostile_h2.py over TLS; each has a port of its own.
H2 = [
    ("h2-goaway", "dropped", "host_exhausted|attempts_spent|broken"),
    ("h2-reset-stream", "dropped", "host_exhausted|attempts_spent|broken"),
    ("h2-continuation", "dropped", "host_exhausted|attempts_spent|broken"),
    ("h2-settings-flood", "dropped", "host_exhausted|attempts_spent|broken"),
    ("h2-ping-flood", "dropped", "host_exhausted|attempts_spent|broken"),
    ("h2-empty-data", "dropped", "host_exhausted|attempts_spent|broken"),
    ("h2-stall", "dropped attempts_spent", "fetch.min_speed|fetch.first_byte_timeout"),
    ("h2-silent", "dropped attempts_spent", "fetch.first_byte_timeout"),
    ("h2-field-bomb", "dropped", "headers_too_large|attempts_spent|host_exhausted"),
    ("h2-bomb", "dropped broken", "fetch.decoded_max"),
    ("h2-large", "done", "fetched"),  # much once decoded, and all of it allowed
    ("h2-push", "dropped", "host_exhausted|attempts_spent|broken"),
    ("h2-window-overflow", "dropped", "host_exhausted|attempts_spent|broken"),
    ("h2-garbage", "dropped", "host_exhausted|attempts_spent|broken"),
]

# Listeners of originlab: the transport is what is wrong.
LISTENERS = [
    ("accept-reset", "reset_on_accept = true", "http", "dropped host_exhausted", "reset|empty"),
    ("accept-silent", "silent = true", "http", "dropped", "fetch.first_byte_timeout|host_exhausted"),
    ("tls-silent", "silent = true", "https", "dropped host_exhausted", "connect_timeout|timeout"),
    ("tls-self-signed", 'tls = "self-signed"', "https", "dropped host_exhausted", "tls_failed"),
    ("tls-expired", 'tls = "expired" ; save_certificate = "expired.pem"', "https", "dropped host_exhausted", "tls_failed"),
    ("tls-not-yet", 'tls = "not-yet" ; save_certificate = "not-yet.pem"', "https", "dropped host_exhausted", "tls_failed"),
    ("tls-wrong-host", 'tls = "wrong-host" ; save_certificate = "wrong-host.pem"', "https", "dropped host_exhausted", "tls_failed"),
    ("tls-of-plain", "", "https", "dropped host_exhausted", "tls_failed|timeout"),
]

# Names whose answers are the trouble (hostile_origins.NameServer).
NAMES = [
    ("thousands", "done", "fetched"),  # 3,000 addresses, of which the last few may be connected to
    ("thousands-barred", "dropped address_barred", "127.0.1."),
    ("mixed", "done", "fetched"),  # a barred address first, a good one behind it
    ("mapped-answer", "dropped address_barred", "ffff:127.0.1.1|ffff:7f00:101"),
    ("alias-loop", "dropped host_exhausted", "dns_failed|dns_timeout"),
    ("alias-to-barred", "dropped address_barred", "127.0.1.1"),
    ("nonsense", "dropped host_exhausted", "dns_failed|dns_timeout"),
]

# Fetched again and again by many hosts while the good hosts are watched: what costs most.
CROWD = ["bomb-gzip", "bomb-br", "bomb-zstd", "bomb-stacked", "body-endless", "head-flood", "chunk-extensions",
         "body-stops", "interim-endless", "reset-body"]
CROWD_HOSTS = 2
