// Every route that is answered in one piece: /v1/... (API.md), /metrics, /livez, /readyz. The two
// that stream, POST /v1/seeds and GET /v1/export, have classes of their own. Each call is bounded:
// a page of rows, a batch of changes. Thread: the loop thread only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/answer.h"
#include "api/control.h"
#include "api/metrics.h"
#include "frontier/inspect.h"

namespace frontierd {

inline constexpr std::size_t kPageRowsMax = 512;
inline constexpr std::size_t kPageRowsDefault = 100;
inline constexpr std::size_t kAttemptsShown = 20;
inline constexpr std::size_t kIncidentsShown = 20;

class Routes {
 public:
  Routes(Control& control, Inspector& inspector, const MetricsJournal& metrics)
      : control_(control), inspector_(inspector), metrics_(metrics) {}

  Answer answer(const Call& call);

 private:
  using Handler = Answer (Routes::*)(const Call&);
  struct Route;
  static std::span<const Route> table();

  // routes.cpp: the daemon as a whole
  Answer index(const Call& call);
  Answer livez(const Call& call);
  Answer readyz(const Call& call);
  Answer metrics(const Call& call);
  Answer status(const Call& call);
  Answer egress(const Call& call);
  StatusSnapshot status_with_blocks();
  Answer top(const Call& call);
  Answer drops(const Call& call);
  Answer pause(const Call& call);
  Answer resume(const Call& call);
  Answer drain(const Call& call);
  Answer reload(const Call& call);
  Answer set_paused(const Call& call, bool paused);

  // route_hosts.cpp
  Answer hosts(const Call& call);
  Answer host(const Call& call);
  Answer patch_host(const Call& call);
  Result<std::vector<std::string>> hosts_to_change(const Target& target, const std::string& text);
  Answer change_wishes(const Target& target, const std::string& text,
                       const std::function<Result<void>(HostWishes&)>& change);

  // route_urls.cpp
  Answer explain(const Call& call);
  Answer explain_host_key(const std::string& text);
  Answer retry(const Call& call);
  Answer drop(const Call& call);
  Result<std::vector<UrlSelection>> selections(const Target& target);

  Control& control_;
  Inspector& inspector_;
  const MetricsJournal& metrics_;
};

// A whole number between the bounds, or the default where the field is missing.
Result<std::int64_t> number_field(const Target& target, std::string_view name,
                                  std::int64_t fallback, std::int64_t least, std::int64_t most);
// "", "1", "true" are true; "0" and "false" false; missing is false.
Result<bool> flag_field(const Target& target, std::string_view name);

}  // namespace frontierd
