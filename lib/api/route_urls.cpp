#include <algorithm>
#include <boost/json.hpp>

#include "api/host_reference.h"
#include "api/routes.h"
#include "api/views.h"
#include "rules/url.h"

namespace frontierd {

namespace json = boost::json;

namespace {

HostNow now_of(Control& control, const std::optional<HostRecord>& host) {
  return host ? control.host_now(host->entry) : HostNow{Wait(WaitReason::Turn), {}, 0};
}

Result<std::string> canonical(const std::string& text) {
  const auto url = Url::parse(text);
  if (!url) return fail(Errc::Usage, "not a URL we accept: " + std::string(reason(url.error())));
  return url->text();
}

}  // namespace

Answer Routes::explain_host_key(const std::string& text) {
  const auto key = host_meant(inspector_, text);
  if (!key) return problem_of(key.error());
  const auto record = inspector_.host(*key);
  if (!record) return problem_of(record.error());
  if (!*record) return problem(404, "no host " + *key + " is on record; seed a URL of it first");
  const auto incidents = inspector_.incidents((*record)->entry.id, kIncidentsShown);
  if (!incidents) return problem_of(incidents.error());
  const HostNow now = now_of(control_, *record);
  const FrontierNow frontier = control_.status().frontier;
  json::object out = explanation_json(explain_host(**record, *incidents, now, frontier));
  out["host"] = host_json(**record, now, frontier.now, *incidents);
  out["now"] = time_json(frontier.now);
  return json_answer(out);
}

Answer Routes::explain(const Call& call) {
  if (const auto host = call.target.field("host")) return explain_host_key(*host);
  const auto text = call.target.field("url");
  if (!text) return problem(400, "say what to explain: ?url=... or ?host=...");
  const auto url = canonical(*text);
  if (!url) return problem_of(url.error());
  const auto record = inspector_.url(*url);
  if (!record) return problem_of(record.error());
  if (!*record) {
    return problem(404, *url + " is not on record; `frontierctl seed` brings it in");
  }
  const auto attempts = inspector_.attempts((*record)->id, kAttemptsShown);
  if (!attempts) return problem_of(attempts.error());
  const auto host = inspector_.host((*record)->host_key);
  if (!host) return problem_of(host.error());
  const FrontierNow frontier = control_.status().frontier;
  json::object out =
      explanation_json(explain_url(**record, *attempts, *host, now_of(control_, *host), frontier));
  json::array list;
  for (const AttemptRecord& attempt : *attempts) list.push_back(attempt_json(attempt));
  out["attempts"] = std::move(list);
  out["url"] = url_json(**record);
  out["now"] = time_json(frontier.now);
  return json_answer(out);
}

// One for each host that is meant.
Result<std::vector<UrlSelection>> Routes::selections(const Target& target) {
  if (target.query.empty()) {
    return fail(Errc::Usage, "say which URLs: url, host, because or class; they narrow each other");
  }
  UrlSelection which;
  if (const auto url = target.field("url")) {
    TRY_ASSIGN(which.url, canonical(*url));
    TRY_ASSIGN(const auto record, inspector_.url(*which.url));
    if (!record) return fail(Errc::NotFound, *which.url + " is not on record");
  }
  if (const auto because = target.field("because")) {
    which.because = parse_drop_reason(*because);
    if (!which.because) {
      std::string names;
      for (int i = 0; i < kDropReasons; ++i) {
        names += (i > 0 ? ", " : "") + std::string(to_string(static_cast<DropReason>(i)));
      }
      return fail(Errc::Usage, "because must be one of " + names);
    }
  }
  if (const auto cls = target.field("class")) {
    which.last_class = parse_outcome_class(*cls);
    if (!which.last_class) {
      std::string names;
      for (int i = 0; i < kOutcomeClasses; ++i) {
        names += (i > 0 ? ", " : "") + std::string(to_string(static_cast<OutcomeClass>(i)));
      }
      return fail(Errc::Usage, "class must be one of " + names);
    }
  }
  const auto host = target.field("host");
  if (!host) return std::vector<UrlSelection>{which};
  TRY_ASSIGN(const auto keys, hosts_meant(inspector_, *host));
  std::vector<UrlSelection> each(keys.size(), which);
  for (std::size_t i = 0; i < keys.size(); ++i) each[i].host_key = keys[i];
  return each;
}

Answer Routes::retry(const Call& call) {
  const auto each = selections(call.target);
  if (!each) return problem_of(each.error());
  Retried all;
  bool more = false;
  for (const UrlSelection& which : *each) {
    const auto done = control_.retry(which);
    if (!done) return problem_of(done.error());
    all.urls += done->urls;
    all.new_starts += done->new_starts;
    all.rests_ended += done->rests_ended;
    more = std::max(done->urls, done->new_starts) >= kSelectionBatchMax;
    if (more) break;
  }
  return json_answer({{"changed", all.urls},
                      {"new_starts", all.new_starts},
                      {"rests_ended", all.rests_ended},
                      {"more", more}});
}

Answer Routes::drop(const Call& call) {
  const auto each = selections(call.target);
  if (!each) return problem_of(each.error());
  std::uint64_t all = 0;
  bool more = false;
  for (const UrlSelection& which : *each) {
    const auto changed = control_.drop(which);
    if (!changed) return problem_of(changed.error());
    all += *changed;
    more = *changed >= kSelectionBatchMax;
    if (more) break;
  }
  return json_answer({{"changed", all}, {"more", more}});
}

}  // namespace frontierd
