// SqliteStore: new URLs. A batch is looked up and entered in the order of url_key, so that each
// page of that index is visited once; the URLs themselves get ascending numbers in the order given.
#include <algorithm>

#include "base/text.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {

struct SqliteStore::Key {
  std::int64_t host = 0;
  std::int64_t hash = 0;
  std::size_t index = 0;  // of the candidate
  std::uint32_t bucket = 0;

  bool operator<(const Key& other) const {
    if (host != other.host) return host < other.host;
    if (hash != other.hash) return hash < other.hash;
    return index < other.index;
  }
  bool same_place(const Key& other) const { return host == other.host && hash == other.hash; }
};

Result<std::vector<Admission>> SqliteStore::admit(std::span<const Candidate> candidates,
                                                  Instant now) {
  return change([&]() -> Result<std::vector<Admission>> {
    std::vector<Admission> answers(candidates.size());
    TRY_ASSIGN(std::vector<Key> keys, keys_of(candidates, now));
    for (const Key& key : keys) answers[key.index].host = HostId{key.host};
    TRY(find_known(candidates, keys, answers));
    TRY(add_fresh(candidates, keys, answers, now));
    return answers;
  });
}

Result<std::vector<SqliteStore::Key>> SqliteStore::keys_of(std::span<const Candidate> candidates,
                                                           Instant now) {
  std::vector<Key> keys;
  keys.reserve(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    TRY_ASSIGN(const KnownHost host, known_host(candidates[i].host_key, now));
    keys.push_back(
        {raw(host.id), static_cast<std::int64_t>(stable_hash(candidates[i].url)), i, host.bucket});
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

Result<void> SqliteStore::find_known(std::span<const Candidate> candidates,
                                     const std::vector<Key>& keys,
                                     std::vector<Admission>& answers) {
  const std::span<const Key> all(keys);
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin + 1;
    while (end < all.size() && all[end].same_place(all[begin])) ++end;
    TRY(find_known_in(candidates, all.subspan(begin, end - begin), answers));
    begin = end;
  }
  return {};
}

// `same` are candidates with one hash: known from before, twins of each other, or collisions.
// Afterwards url is set for the known ones, and fresh for the first of each new text.
Result<void> SqliteStore::find_known_in(std::span<const Candidate> candidates,
                                        std::span<const Key> same,
                                        std::vector<Admission>& answers) {
  Rows rows(sql_.known_urls, same[0].host, same[0].hash);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) break;
    for (const Key& key : same) {
      if (candidates[key.index].url == rows->view(1)) {
        answers[key.index].url = UrlId{rows->number(0)};
      }
    }
  }
  for (std::size_t i = 0; i < same.size(); ++i) {
    Admission& answer = answers[same[i].index];
    if (answer.url != UrlId::None) continue;
    const auto is_twin = [&](const Key& earlier) {
      return candidates[earlier.index].url == candidates[same[i].index].url;
    };
    answer.fresh =
        std::none_of(same.begin(), same.begin() + static_cast<std::ptrdiff_t>(i), is_twin);
  }
  return {};
}

Result<void> SqliteStore::add_fresh(std::span<const Candidate> candidates,
                                    const std::vector<Key>& keys, std::vector<Admission>& answers,
                                    Instant now) {
  std::vector<std::uint32_t> buckets(candidates.size());
  for (const Key& key : keys) buckets[key.index] = key.bucket;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!answers[i].fresh) continue;
    const Candidate& candidate = candidates[i];
    const int priority = std::clamp(candidate.priority, kPriorityHighest, kPriorityLowest);
    TRY(sql_.url_add.run(next_url_, answers[i].host, buckets[i], candidate.url,
                         std::max(candidate.not_before, now), priority,
                         std::max(candidate.redirects, 0), now, or_null(candidate.via),
                         or_null(candidate.metadata)));
    answers[i].url = UrlId{next_url_++};
    books_.url_added(answers[i].host);
  }
  for (std::size_t k = 0; k < keys.size(); ++k) {
    Admission& answer = answers[keys[k].index];
    if (answer.fresh) {
      TRY(sql_.key_add.run(keys[k].host, keys[k].hash, answer.url));
      continue;
    }
    for (std::size_t t = k; answer.url == UrlId::None && t-- > 0;) {
      const std::size_t twin = keys[t].index;
      if (candidates[twin].url == candidates[keys[k].index].url) answer.url = answers[twin].url;
    }
  }
  return {};
}

}  // namespace frontierd
