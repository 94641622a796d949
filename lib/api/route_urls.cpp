#include <algorithm>
#include <boost/json.hpp>

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
  const auto key = host_key(text);
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

Result<UrlSelection> Routes::selection(const Target& target) {
  if (target.query.empty()) {
    return fail(Errc::Usage, "say which URLs: url, host, because or class; they narrow each other");
  }
  UrlSelection which;
  if (const auto url = target.field("url")) {
    TRY_ASSIGN(which.url, canonical(*url));
  }
  if (const auto host = target.field("host")) {
    TRY_ASSIGN(which.host_key, host_key(*host));
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
  return which;
}

Answer Routes::retry(const Call& call) {
  const auto which = selection(call.target);
  if (!which) return problem_of(which.error());
  const auto done = control_.retry(*which);
  if (!done) return problem_of(done.error());
  return json_answer({{"changed", done->urls},
                      {"new_starts", done->new_starts},
                      {"rests_ended", done->rests_ended},
                      {"more", std::max(done->urls, done->new_starts) >= kSelectionBatchMax}});
}

Answer Routes::drop(const Call& call) {
  const auto which = selection(call.target);
  if (!which) return problem_of(which.error());
  const auto changed = control_.drop(*which);
  if (!changed) return problem_of(changed.error());
  return json_answer({{"changed", *changed}, {"more", *changed >= kSelectionBatchMax}});
}

}  // namespace frontierd
