// Randomness as a value. Rng is splitmix64: the same seed gives the same numbers with every
// compiler (the standard distributions do not promise that). Rules never hold an Rng; they take a
// Dice.
#pragma once

#include <cstdint>

namespace frontierd {

// One throw: a number in [0, 1).
struct Dice {
  double unit = 0.5;
};

class Rng {
 public:
  explicit constexpr Rng(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  constexpr Dice roll() { return {static_cast<double>(next() >> 11) * 0x1.0p-53}; }
  // Uniform in [0, bound); the bias is below 2^-32 for any bound under 2^32.
  constexpr std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }

 private:
  std::uint64_t state_;
};

}  // namespace frontierd
