#include "originlab/stats.h"

#include <algorithm>

namespace frontierd::originlab {
namespace {

// Host names come from the lab file; only quotes, backslashes and controls need care.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  }
  return out + "\"";
}

std::string field(const char* name, const std::string& value) {
  return std::string("\"") + name + "\":" + value;
}

}  // namespace

void Stats::began(const std::string& host, std::int64_t start_us, std::uint64_t in_flight) {
  Tally& tally = hosts_[host];
  if (tally.requests++ > 0) {
    const std::int64_t gap = start_us - tally.last_start_us;
    tally.gap_us_min = tally.gap_us_min < 0 ? gap : std::min(tally.gap_us_min, gap);
  }
  tally.last_start_us = start_us;
  tally.in_flight_max = std::max(tally.in_flight_max, in_flight);
}

void Stats::ended(const std::string& host, const LogEntry& entry) {
  Tally& tally = hosts_[host];
  tally.bytes += entry.bytes;
  ++tally.by[entry.by];
  ++tally.status[entry.status];
}

std::string Stats::to_json() const {
  std::string out;
  for (const auto& [host, tally] : hosts_) {
    std::string by, status;
    for (const auto& [name, count] : tally.by) {
      by += (by.empty() ? "" : ",") + quoted(name) + ":" + std::to_string(count);
    }
    for (const auto& [code, count] : tally.status) {
      status +=
          (status.empty() ? "\"" : ",\"") + std::to_string(code) + "\":" + std::to_string(count);
    }
    out += (out.empty() ? "" : ",\n") + quoted(host) + ":{" +
           field("requests", std::to_string(tally.requests)) + "," +
           field("bytes", std::to_string(tally.bytes)) + "," +
           field("in_flight_max", std::to_string(tally.in_flight_max)) + "," +
           field("gap_us_min", std::to_string(tally.gap_us_min)) + "," +
           field("by", "{" + by + "}") + "," + field("status", "{" + status + "}") + "}";
  }
  return "{\"hosts\":{" + out + "}}\n";
}

}  // namespace frontierd::originlab
