#include "archive/harvest_policy.h"

#include "base/text.h"

namespace frontierd {
namespace {

bool is_refusal(int status) {
  return status == 401 || status == 403 || status == 429 || status == 451 || status / 100 == 5;
}

bool add(HarvestPolicy& policy, const std::string& name) {
  const bool all = name == "all";
  if (name == "2xx" || all) policy.pages = true;
  if (name == "refusals" || all) policy.refusals = true;
  if (name == "redirects" || all) policy.redirects = true;
  if (name == "errors" || all) policy.errors = true;
  if (all) policy.others = true;
  return all || name == "2xx" || name == "refusals" || name == "redirects" || name == "errors";
}

}  // namespace

bool wants_archive(const HarvestPolicy& policy, const FetchReport& report, bool confirms_copy) {
  if (!policy.enabled || report.status == 0 || report.transport == Transport::Aborted) return false;
  if (policy.refusals && is_refusal(report.status)) return true;
  switch (report.status / 100) {
    case 2:
      return policy.pages;
    case 3:
      return confirms_copy ? policy.pages : policy.redirects && report.status != 304;
    case 4:
      return policy.errors;
    default:
      return policy.others;
  }
}

Result<HarvestPolicy> parse_harvest(const std::vector<std::string>& names) {
  static const std::vector<std::string> known{"2xx",    "refusals", "redirects",
                                              "errors", "all",      "none"};
  HarvestPolicy policy{true, false, false, false, false, false};
  if (names.empty()) return fail(Errc::Usage, "an empty list: write \"none\" to archive nothing");
  for (const std::string& name : names) {
    if (name == "none") {
      if (names.size() > 1)
        return fail(Errc::Usage, "\"none\" stands alone: drop it or the others");
      policy.enabled = false;
    } else if (!add(policy, name)) {
      const auto near = nearest_name(name, known);
      return fail(Errc::Usage, "unknown name \"" + for_message(name) + "\"" +
                                   (near ? ": did you mean \"" + *near + "\"?"
                                         : ": choose from " + join(known, ", ")));
    }
  }
  return policy;
}

}  // namespace frontierd
