#include "power/portrait.h"

#include "contract/show.h"

namespace frontierd {
namespace {

constexpr std::size_t kAll = 1'000'000;

Result<void> portray_hosts(Store& store, Inspector& inspector, Portrait& portrait) {
  TRY_ASSIGN(const auto hosts, inspector.hosts({}, HostId::None, kAll));
  for (const HostEntry& entry : hosts) {
    TRY_ASSIGN(const auto record, inspector.host(entry.key));
    TRY_ASSIGN(const auto robots, store.robots(entry.id));
    std::string text = show(entry) + " | " + show(robots);
    if (record) {
      for (const auto count : {record->queued, record->leased, record->done, record->dropped}) {
        text += " " + std::to_string(count);
      }
    }
    portrait.hosts[entry.key] = text;
    TRY_ASSIGN(const auto incidents, inspector.incidents(entry.id, kAll));
    for (std::size_t i = 0; i < incidents.size(); ++i) {
      const std::size_t number = incidents.size() - i;
      portrait.hosts[entry.key + " incident " + std::to_string(number)] = show(incidents[i]);
    }
  }
  return {};
}

// How many of the names are missing, or (if `exactly`) have another text.
std::uint64_t missing(const Portrait::Facts& before, const Portrait::Facts& after, bool exactly,
                      std::string& first) {
  std::uint64_t count = 0;
  for (const auto& [name, text] : before) {
    const auto found = after.find(name);
    const bool there = found != after.end();
    if (there && found->second == text) continue;
    if (first.empty()) {
      first = name + ": " + text + (there ? "\n  is now " + found->second : "\n  is not there");
    }
    count += !there || exactly ? 1 : 0;
  }
  for (const auto& [name, text] : after) {
    if (first.empty() && before.count(name) == 0) {
      first = name + ": " + text + "\n  should not be there";
    }
  }
  return count;
}

}  // namespace

Result<Portrait> portray(Store& store, Inspector& inspector) {
  Portrait portrait;
  TRY_ASSIGN(const auto urls, inspector.urls(std::nullopt, UrlId::None, kAll));
  for (const UrlRecord& url : urls) {
    portrait.urls[url.url] = show(url);
    TRY_ASSIGN(const auto attempts, inspector.attempts(url.id, kAll));
    for (const AttemptRecord& attempt : attempts) {
      portrait.settlements[url.url + " attempt " + std::to_string(attempt.number)] = show(attempt);
    }
  }
  TRY(portray_hosts(store, inspector, portrait));
  TRY_ASSIGN(const Tally tally, store.tally());
  portrait.rest["tally"] = std::to_string(tally.queued) + " " + std::to_string(tally.leased) + " " +
                           std::to_string(tally.done) + " " + std::to_string(tally.dropped) + " " +
                           std::to_string(tally.hosts);
  TRY_ASSIGN(const auto drops, inspector.drops_by_reason());
  for (const auto& [reason, count] : drops) {
    portrait.rest["dropped for " + reason] = std::to_string(count);
  }
  for (int name = 0; name < 3; ++name) {
    TRY_ASSIGN(const auto note, store.note(std::to_string(name)));
    portrait.rest["note " + std::to_string(name)] = note.value_or("-");
  }
  TRY_ASSIGN(const auto blocks, store.provider_blocks());
  for (const ProviderBlock& block : blocks) {
    portrait.hosts["all of " + block.vendor + " by " + block.egress] = show(block);
  }
  return portrait;
}

Loss loss(const Portrait& before, const Portrait& after) {
  Loss loss;
  loss.seeds = missing(before.urls, after.urls, false, loss.first);
  loss.settlements = missing(before.settlements, after.settlements, true, loss.first);
  loss.hosts = missing(before.hosts, after.hosts, true, loss.first);
  missing(before.rest, after.rest, true, loss.first);
  return loss;
}

}  // namespace frontierd
