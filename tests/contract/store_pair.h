// Two stores led through the same life, step by step; every answer is compared. The steps come from
// a stream of small numbers: a generator in the tests, the fuzzer's bytes in the fuzz target.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contract/draw.h"
#include "contract/harness.h"

namespace frontierd {

class StorePair {
 public:
  StorePair(Frontier& a, Frontier& b, Draw draw, bool crashes)
      : a_(a), b_(b), draw_(std::move(draw)), crashes_(crashes) {}

  // One verb on both. The first difference found, in words; nullopt while they agree.
  std::optional<std::string> step();
  // Everything that can be looked at, on both, after a commit; and each tally against a recount.
  std::optional<std::string> compare();

 private:
  using Difference = std::optional<std::string>;

  std::string draw_url();
  Instant draw_instant() { return frontierd::draw_instant(draw_, now_); }
  Verdict draw_verdict();
  UrlSelection draw_selection();
  Settlement draw_settlement();

  Difference admit();
  Difference lease();
  Difference settle();
  Difference reclaim();
  Difference give_up_queue();
  Difference operate();
  Difference set_host();
  Difference look_at_hosts();
  Difference commit_or_crash();

  Difference compare_urls();
  Difference compare_hosts();
  Difference compare_host(const HostEntry& host);
  Difference compare_egress();
  Difference recount(Frontier& frontier);

  Frontier& a_;
  Frontier& b_;
  Draw draw_;
  bool crashes_;
  Instant now_ = kNoon;
  std::vector<Lease> flights_;  // issued by both, perhaps long over
};

}  // namespace frontierd
