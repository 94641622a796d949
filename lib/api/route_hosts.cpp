#include <boost/json.hpp>

#include "api/host_reference.h"
#include "api/routes.h"
#include "api/views.h"
#include "base/text.h"
#include "rules/url.h"

namespace frontierd {

namespace json = boost::json;

namespace {

constexpr std::size_t kNoteBytesMax = 1'000;
constexpr std::size_t kPatternBytesMax = 255;
constexpr std::int64_t kFlightsMax = 256;
constexpr Millis kGapMax = std::chrono::hours{24};

Result<HostFilter> filter_of(const Target& target) {
  HostFilter filter;
  TRY_ASSIGN(const bool walled, flag_field(target, "walled"));
  TRY_ASSIGN(filter.resting, flag_field(target, "resting"));
  TRY_ASSIGN(filter.paused, flag_field(target, "paused"));
  TRY_ASSIGN(filter.exhausted, flag_field(target, "exhausted"));
  if (walled) filter.resting_for = OutcomeClass::BotWalled;
  if (const auto name = target.field("class")) {
    filter.resting_for = parse_outcome_class(*name);
    if (!filter.resting_for)
      return fail(Errc::Usage, "class must be an outcome class, for example rate_limited");
  }
  filter.pattern = target.field("pattern").value_or("");
  if (filter.pattern.size() > kPatternBytesMax) {
    return fail(Errc::Usage, "pattern must be at most 255 bytes");
  }
  return filter;
}

Result<void> wish_gap(const json::value& value, HostWishes& wishes) {
  if (value.is_null()) {
    wishes.gap.reset();
    return {};
  }
  const auto gap = value.is_string() ? parse_duration(value.get_string().c_str()) : std::nullopt;
  if (!gap || *gap > kGapMax) {
    return fail(Errc::Usage,
                "gap must be a length of at most 24h, like \"250ms\" or \"2s\", or null");
  }
  wishes.gap = *gap;
  return {};
}

Result<void> wish_flights(const json::value& value, HostWishes& wishes) {
  if (value.is_null()) {
    wishes.flights.reset();
    return {};
  }
  if (!value.is_int64() || value.get_int64() < 1 || value.get_int64() > kFlightsMax) {
    return fail(Errc::Usage, "flights must be a whole number from 1 to 256, or null");
  }
  wishes.flights = static_cast<int>(value.get_int64());
  return {};
}

Result<void> wish(std::string_view name, const json::value& value, HostWishes& wishes) {
  if (name == "gap") return wish_gap(value, wishes);
  if (name == "flights") return wish_flights(value, wishes);
  if (name == "note") {
    if (!value.is_string() || value.get_string().size() > kNoteBytesMax) {
      return fail(Errc::Usage, "note must be a text of at most 1000 bytes");
    }
    wishes.note = value.get_string().c_str();
    return {};
  }
  if (name == "paused") {
    if (!value.is_bool()) return fail(Errc::Usage, "paused must be true or false");
    wishes.paused = value.get_bool();
    return {};
  }
  return fail(Errc::Usage, "unknown field \"" + for_message(name, 40) +
                               "\"; known are gap, flights, note, paused");
}

Result<void> apply_patch(const std::string& body, HostWishes& wishes) {
  json::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object()) {
    return fail(Errc::Usage, "the body must be a JSON object like {\"gap\": \"500ms\"}");
  }
  for (const json::key_value_pair& field : value.get_object()) {
    TRY(wish({field.key().data(), field.key().size()}, field.value(), wishes));
  }
  return {};
}

}  // namespace

// The hosts that are meant, those on record; with ?new=1 the one that is named, on record or not.
Result<std::vector<std::string>> Routes::hosts_to_change(const Target& target,
                                                         const std::string& text) {
  TRY_ASSIGN(const bool make, flag_field(target, "new"));
  auto known = hosts_meant(inspector_, text);
  if (known || !make || known.error().code != Errc::NotFound) return known;
  TRY_ASSIGN(std::string key, host_key_of_text(text));
  return std::vector<std::string>{std::move(key)};
}

// One host after the other; what each then is.
Answer Routes::change_wishes(const Target& target, const std::string& text,
                             const std::function<Result<void>(HostWishes&)>& change) {
  const auto keys = hosts_to_change(target, text);
  if (!keys) return problem_of(keys.error());
  json::array changed;
  for (const std::string& key : *keys) {
    const auto record = inspector_.host(key);
    if (!record) return problem_of(record.error());
    HostWishes wishes = *record ? (*record)->entry.wishes : HostWishes{};
    if (auto good = change(wishes); !good) return problem_of(good.error());
    if (auto done = control_.set_wishes(key, wishes); !done) return problem_of(done.error());
    changed.push_back({{"host", key}, {"wishes", wishes_json(wishes)}});
  }
  json::object out = changed.front().as_object();
  out["hosts"] = std::move(changed);
  return json_answer(out);
}

Answer Routes::hosts(const Call& call) {
  auto filter = filter_of(call.target);
  if (!filter) return problem_of(filter.error());
  const auto limit = number_field(call.target, "limit", kPageRowsDefault, 1, kPageRowsMax);
  if (!limit) return problem_of(limit.error());
  const auto after = number_field(call.target, "after", 0, 0, INT64_MAX);
  if (!after) return problem_of(after.error());
  const auto rows =
      inspector_.hosts(*filter, static_cast<HostId>(*after), static_cast<std::size_t>(*limit));
  if (!rows) return problem_of(rows.error());
  const Instant now = control_.status().frontier.now;
  json::array list;
  for (const HostEntry& host : *rows) {
    list.push_back(host_row_json(host, control_.host_now(host), now));
  }
  const bool full = rows->size() == static_cast<std::size_t>(*limit);
  json::value next =
      full ? json::value(std::to_string(raw(rows->back().id))) : json::value(nullptr);
  return json_answer({{"hosts", std::move(list)},
                      {"next", std::move(next)},
                      {"now", time_json(now)}});
}

Answer Routes::host(const Call& call) {
  const auto key = host_meant(inspector_, call.target.path.back());
  if (!key) return problem_of(key.error());
  const auto record = inspector_.host(*key);
  if (!record) return problem_of(record.error());
  if (!*record) return problem(404, "no host " + *key + " is on record");
  const auto incidents = inspector_.incidents((*record)->entry.id, kIncidentsShown);
  if (!incidents) return problem_of(incidents.error());
  const Instant now = control_.status().frontier.now;
  json::object out =
      host_json(**record, control_.host_now((*record)->entry), now, *incidents);
  out["now"] = time_json(control_.status().frontier.now);
  return json_answer(out);
}

Answer Routes::patch_host(const Call& call) {
  return change_wishes(call.target, call.target.path.back(),
                       [&](HostWishes& wishes) { return apply_patch(call.body, wishes); });
}

}  // namespace frontierd
