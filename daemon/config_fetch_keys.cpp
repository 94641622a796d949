// Keys of fetching, resolving and the harvest.
#include "base/text.h"
#include "daemon/config_tables.h"
#include "daemon/config_values.h"
#include "rules/url.h"

namespace frontierd {
namespace {

std::optional<std::string> check_contact(const std::string& text) {
  if (text.empty() || Url::parse(text)) return check_field_value(text);
  return "is " + quoted(for_message(text)) + ", but wants an http or https URL, or nothing";
}

// It becomes a part of file names.
std::optional<std::string> check_host_name(const std::string& text) {
  std::string letters = text;
  std::erase(letters, '.');
  if (text.empty() || (text.size() <= 255 && text.front() != '.' && !check_token(letters))) {
    return std::nullopt;
  }
  return "is " + quoted(for_message(text)) + ", but wants letters, digits, dots, - and _";
}

void fetch_keys_1(std::vector<ConfigKey>& keys) {
  keys.push_back(integer_key(
      {"fetch", "workers", "Threads that fetch", false},
      [](Config& c) -> int& { return c.fetch.workers; }, 1, 64));
  keys.push_back(integer_key(
      {"fetch", "shards", "Connection pools side by side in a worker", false},
      [](Config& c) -> int& { return c.fetch.shards; }, 1, 64));
  keys.push_back(count_key(
      {"fetch", "connections_max", "Connections kept alive", false},
      [](Config& c) -> std::size_t& { return c.fetch.connections_max; }, 1, 1000000));
  keys.push_back(duration_key(
      {"fetch", "connection_idle_max", "An idle connection is closed after this", false},
      [](Config& c) -> Millis& { return c.fetch.connection_idle_max; }, kSecond, kHour));
  keys.push_back(duration_key(
      {"fetch", "connection_age_max", "A connection is not reused after this", false},
      [](Config& c) -> Millis& { return c.fetch.connection_age_max; }, kSecond, kDay));
  keys.push_back(text_key(
      {"fetch", "user_agent", "User-Agent; empty for frontierd/VERSION (+contact_url)", false},
      [](Config& c) -> std::string& { return c.fetch.user_agent; }, "a text",
      check_field_value));
  keys.push_back(text_key(
      {"fetch", "contact_url", "Page that tells site owners who you are", false},
      [](Config& c) -> std::string& { return c.fetch.contact_url; }, "a URL, or empty",
      check_contact));
  keys.push_back(text_key(
      {"fetch", "from", "From header: how a site owner can reach you", false},
      [](Config& c) -> std::string& { return c.fetch.from; }, "a mail address, or empty",
      check_field_value));
  keys.push_back(text_key(
      {"fetch", "accept", "Accept header", false},
      [](Config& c) -> std::string& { return c.fetch.accept; }, "a text",
      check_field_value));
  keys.push_back(boolean_key({"fetch", "http2", "Use HTTP/2 where the origin offers it", false},
                             [](Config& c) -> bool& { return c.fetch.http2; }));
  keys.push_back(text_key(
      {"fetch", "ca_file", "Certificates trusted, as a PEM file; empty for the system's", false},
      [](Config& c) -> std::string& { return c.fetch.ca_file; }, "a path, or empty"));
  keys.push_back(list_key(
      {"fetch", "allow_addresses",
       "Address ranges that may be connected to though they are not public", false},
      [](Config& c) -> std::vector<std::string>& { return c.fetch.allow_addresses; },
      "a list of \"10.0.0.0/8\", \"::1/128\" ..."));
}

void fetch_keys_2(std::vector<ConfigKey>& keys) {
  keys.push_back(bytes_key(
      {"fetch", "memory_max", "Bodies in memory, all flights together", false},
      [](Config& c) -> std::uint64_t& { return c.fetch.memory_max; }, 1048576u, 1099511627776ull));
  keys.push_back(bytes_key(
      {"fetch", "spool_max",
       "Bodies that do not fit in memory go to files of at most this, together", false},
      [](Config& c) -> std::uint64_t& { return c.fetch.spool_max; }, 0u, 17592186044416ull));
  keys.push_back(duration_key(
      {"fetch", "connect_timeout", "For TCP and TLS together", false},
      [](Config& c) -> Millis& { return c.fetch.limits.connect_timeout; }, Millis{10},
      10 * kMinute));
  keys.push_back(duration_key(
      {"fetch", "first_byte_timeout", "Until the first line of the answer", false},
      [](Config& c) -> Millis& { return c.fetch.limits.first_byte_timeout; }, Millis{10}, kHour));
  keys.push_back(duration_key(
      {"fetch", "total_timeout", "For one request from start to end", false},
      [](Config& c) -> Millis& { return c.fetch.limits.total_timeout; }, Millis{10}, kDay));
  keys.push_back(bytes_key(
      {"fetch", "min_speed", "Bytes per second below which a transfer ends", false},
      [](Config& c) -> std::uint64_t& { return c.fetch.limits.min_speed; }, 0u, 1073741824u));
  keys.push_back(duration_key(
      {"fetch", "min_speed_window", "... averaged over this time", false},
      [](Config& c) -> Millis& { return c.fetch.limits.min_speed_window; }, kSecond, kHour));
  keys.push_back(bytes_key(
      {"fetch", "received_max", "Body bytes on the wire", false},
      [](Config& c) -> std::uint64_t& { return c.fetch.limits.received_max; }, 1024u,
      1099511627776ull));
  keys.push_back(bytes_key(
      {"fetch", "decoded_max", "Body bytes after gzip, brotli or zstd", false},
      [](Config& c) -> std::uint64_t& { return c.fetch.limits.decoded_max; }, 1024u,
      1099511627776ull));
  keys.push_back(bytes_key(
      {"fetch", "header_bytes_max", "Headers of one answer", false},
      [](Config& c) -> std::uint64_t& { return c.fetch.limits.header_bytes_max; }, 1024u,
      1048576u));
  keys.push_back(count_key(
      {"fetch", "header_fields_max", "Number of header lines, folded ones too", false},
      [](Config& c) -> std::size_t& { return c.fetch.limits.header_fields_max; }, 16, 100000));
}

void dns_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(list_key(
      {"dns", "servers", "Resolvers; empty for the system's", false},
      [](Config& c) -> std::vector<std::string>& { return c.fetch.dns.servers; },
      "a list of \"192.0.2.1\" or \"192.0.2.1:5353\""));
  keys.push_back(duration_key(
      {"dns", "timeout", "First wait for an answer; doubles with each try", false},
      [](Config& c) -> Millis& { return c.fetch.dns.timeout; }, Millis{10}, kMinute));
  keys.push_back(integer_key(
      {"dns", "tries", "Times a name is asked for", false},
      [](Config& c) -> int& { return c.fetch.dns.tries; }, 1, 10));
  keys.push_back(count_key(
      {"dns", "in_flight_max", "Names asked for at once", false},
      [](Config& c) -> std::size_t& { return c.fetch.dns.in_flight_max; }, 1, 65536));
  keys.push_back(count_key(
      {"dns", "cache_max", "Names remembered", false},
      [](Config& c) -> std::size_t& { return c.fetch.dns.cache_max; }, 1, 100000000));
  keys.push_back(duration_key(
      {"dns", "ttl_min", "An answer is kept at least this long", false},
      [](Config& c) -> Millis& { return c.fetch.dns.ttl_min; }, Millis{0}, kDay));
  keys.push_back(duration_key(
      {"dns", "ttl_max", "... and at most this long", false},
      [](Config& c) -> Millis& { return c.fetch.dns.ttl_max; }, kSecond, 30 * kDay));
  keys.push_back(duration_key(
      {"dns", "negative_ttl", "\"No such name\" is kept this long", false},
      [](Config& c) -> Millis& { return c.fetch.dns.negative_ttl; }, Millis{0}, kDay));
  keys.push_back(duration_key(
      {"dns", "failure_ttl", "\"Nobody answered\" is kept this long", false},
      [](Config& c) -> Millis& { return c.fetch.dns.failure_ttl; }, Millis{0}, kDay));
}

void harvest_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(list_key(
      {"harvest", "keep", "Which responses are archived", false},
      [](Config& c) -> std::vector<std::string>& { return c.harvest.keep; },
      "a list of \"2xx\", \"refusals\", \"redirects\", \"errors\", \"all\", or only \"none\""));
  keys.push_back(text_key(
      {"harvest", "directory", "Where the WARC files go; empty for warc in the state directory",
       false},
      [](Config& c) -> std::string& { return c.harvest.directory; }, "a path, or empty"));
  keys.push_back(text_key(
      {"harvest", "prefix", "Begins the names of the WARC files", false},
      [](Config& c) -> std::string& { return c.harvest.prefix; },
      "1 to 64 letters, digits, - and _", check_token));
  keys.push_back(text_key(
      {"harvest", "host_name", "Stands in the names of the WARC files; empty for this machine's",
       false},
      [](Config& c) -> std::string& { return c.harvest.host_name; }, "a host name, or empty",
      check_host_name));
  keys.push_back(bytes_key(
      {"harvest", "rotate_bytes", "A new file is begun at this size", false},
      [](Config& c) -> std::uint64_t& { return c.harvest.rotate_bytes; }, 1048576u,
      1099511627776ull));
  keys.push_back(duration_key(
      {"harvest", "rotate_after", "... or at this age; 0 for whatever age", false},
      [](Config& c) -> Millis& { return c.harvest.rotate_after; }, Millis{0}, 365 * kDay));
  keys.push_back(integer_key(
      {"harvest", "gzip_level", "1 fastest, 9 smallest", false},
      [](Config& c) -> int& { return c.harvest.gzip_level; }, 1, 9));
  keys.push_back(duration_key(
      {"harvest", "revisit_max_age",
       "A page that is the same as its archived copy, or that the server says is, is recorded as a "
       "WARC revisit of that copy up to this age of it; 0: never, always whole",
       false},
      [](Config& c) -> Millis& { return c.harvest.revisit_max_age; }, Millis{0}, 3650 * kDay));
  keys.push_back(choice_key(
      {"harvest", "sync",
       "batch: on disk before a page counts as done; rotate: when a file is closed", false},
      [](Config& c) -> std::string& { return c.harvest.sync; }, {"batch", "rotate"}));
  keys.push_back(text_key(
      {"harvest", "operator", "Who runs this crawl, for the warcinfo record", false},
      [](Config& c) -> std::string& { return c.harvest.operator_name; }, "a text"));
  keys.push_back(text_key(
      {"harvest", "description", "What this crawl is, for the warcinfo record", false},
      [](Config& c) -> std::string& { return c.harvest.description; }, "a text"));
}

}  // namespace

void add_fetch_keys(std::vector<ConfigKey>& keys) {
  fetch_keys_1(keys);
  fetch_keys_2(keys);
  dns_keys(keys);
  harvest_keys(keys);
}

}  // namespace frontierd
