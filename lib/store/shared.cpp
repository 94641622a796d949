#include "store/shared.h"

#include <algorithm>
#include <array>

namespace frontierd {
namespace {

constexpr std::array<std::string_view, 3> kRobotsStates{"allow_all", "rules", "disallow_all"};
constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += "\\u00";
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

// What is done and has no words of its own.
std::string done_in_words(OutcomeClass cls) {
  if (cls == OutcomeClass::Fetched) return "fetched";
  if (cls == OutcomeClass::Unchanged) return "not modified since the copy before";
  return "answered, as " + std::string(to_string(cls));
}

struct WhyOf {
  OutcomeClass cls;
  std::string operator()(const Done& done) const {
    const std::string what = done.why.empty() ? done_in_words(cls) : done.why;
    return done.revisit_at ? what + "; to be visited again" : what;
  }
  std::string operator()(const Retry& retry) const { return retry.why; }
  std::string operator()(const Follow& follow) const { return "moved to " + follow.target; }
  std::string operator()(const Drop& drop) const { return drop.why; }
};

}  // namespace

std::string_view host_key_of(std::string_view canonical_url) {
  const auto authority = canonical_url.find("://");
  if (authority == std::string_view::npos) return canonical_url;
  return canonical_url.substr(0, canonical_url.find_first_of("/?#", authority + 3));
}

std::string_view host_name_of(std::string_view host_key) {
  const auto scheme = host_key.find("://");
  std::string_view name = scheme == std::string_view::npos ? host_key : host_key.substr(scheme + 3);
  if (name.starts_with('[')) return name.substr(1, name.find(']') - 1);
  return name.substr(0, name.find(':'));
}

KeysOfName keys_of_name(std::string_view host_key) {
  const auto scheme = host_key.find("://");
  std::string_view name = scheme == std::string_view::npos ? host_key : host_key.substr(scheme + 3);
  name = name.substr(0, name.find(':', name.starts_with('[') ? name.find(']') : 0));
  KeysOfName keys;
  keys.http = "http://" + std::string(name);
  keys.https = "https://" + std::string(name);
  keys.http_from = keys.http + ':';  // ports follow; ';' is the byte after ':'
  keys.http_to = keys.http + ';';
  keys.https_from = keys.https + ':';
  keys.https_to = keys.https + ';';
  return keys;
}

std::string evidence_json(const std::vector<Evidence>& evidence) {
  if (evidence.empty()) return {};
  std::string out = "[";
  for (const Evidence& piece : evidence) {
    if (out.size() > 1) out += ',';
    out += "{\"rule\":";
    append_json_string(out, piece.rule);
    out += ",\"strength\":";
    append_json_string(out, to_string(piece.strength));
    out += ",\"what\":";
    append_json_string(out, piece.what);
    out += '}';
  }
  return out += ']';
}

std::string runner_up_text(const std::optional<RunnerUp>& runner_up) {
  if (!runner_up) return {};
  return std::string(to_string(runner_up->cls)) + " (" + runner_up->rule + ")";
}

std::string_view verdict_name(const Verdict& verdict) {
  constexpr std::array<std::string_view, 4> kNames{"done", "retry", "follow", "drop"};
  return kNames[verdict.index()];
}

std::string why_of(const Verdict& verdict, OutcomeClass cls) {
  return std::visit(WhyOf{cls}, verdict);
}

std::optional<Instant> not_before_of(const Verdict& verdict) {
  if (const auto* done = std::get_if<Done>(&verdict)) return done->revisit_at;
  if (const auto* retry = std::get_if<Retry>(&verdict)) return retry->not_before;
  if (const auto* follow = std::get_if<Follow>(&verdict)) return follow->not_before;
  return std::nullopt;
}

bool burns(const Verdict& verdict) {
  const auto* retry = std::get_if<Retry>(&verdict);
  return retry != nullptr && retry->burns_attempt;
}

std::string_view to_string(RobotsState state) {
  return kRobotsStates[static_cast<std::size_t>(state)];
}

std::optional<RobotsState> parse_robots_state(std::string_view name) {
  const auto* found = std::find(kRobotsStates.begin(), kRobotsStates.end(), name);
  if (found == kRobotsStates.end()) return std::nullopt;
  return static_cast<RobotsState>(found - kRobotsStates.begin());
}

std::optional<Transport> parse_transport(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Transport::Aborted); ++i) {
    if (to_string(static_cast<Transport>(i)) == name) return static_cast<Transport>(i);
  }
  return std::nullopt;
}

HostState new_start(HostState host, Instant now) {
  host.exhausted = false;
  host.incidents = 0;
  host.walls = 0;
  host.url_troubles = 0;
  host.trouble_since = kLongAgo;
  host.breaker = Breaker::Open;
  host.rest_until = now;
  host.why = "the operator gave it a new start; one probe comes first";
  return host;
}

HostState rest_ended(HostState host, Instant now) {
  host.breaker = Breaker::Open;
  host.resume_step = 0;
  host.rest_until = now;
  host.why = "the operator ended its rest; one probe comes first. It rested for: " + host.why;
  return host;
}

std::string why_quarantined(int crashes) {
  return "it alone was in flight in each of our last " + std::to_string(crashes) +
         " crashes; look at it before `frontierctl retry`";
}

std::string why_suspected(int crashes) {
  return "in flight in each of our last " + std::to_string(crashes) +
         " crashes; asked again apart from the others, to see whether it is to blame";
}

bool revives_hosts(const UrlSelection& which) {
  const bool by_host = which.because == DropReason::HostExhausted ||
                       which.because == DropReason::Walled ||
                       which.because == DropReason::AddressBarred;
  return by_host && !which.url && !which.host_key && !which.last_class;
}

Result<void> check_selection(const UrlSelection& which) {
  if (which.url || which.host_key || which.because || which.last_class) return {};
  return fail(Errc::Usage,
              "a selection of URLs names nothing; give a URL, a host, a reason or a "
              "class");
}

}  // namespace frontierd
