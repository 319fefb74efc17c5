// SPDX-License-Identifier: Apache-2.0
//
// Chance that can be repeated: the same seed gives the same numbers on every machine.
//
//   Random random(seed, "humans", day);         // a stream of its own for each purpose
//   if (random.chance(0.03)) ...
//
// The generator is xoshiro256** seeded through splitmix64, both by Blackman and Vigna. The standard
// library's distributions differ from one library to the next, so ours are spelt out.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace trailhound::synth {

/// A stream of numbers.
class Random {
 public:
  /// The stream of `seed` for one purpose and one number (a day, say).
  Random(std::uint64_t seed, std::string_view purpose, std::uint64_t number = 0) {
    std::uint64_t state = seed ^ 0x9E3779B97F4A7C15u * (number + 1);
    for (const char c : purpose) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    for (std::uint64_t& word : state_) word = splitmix(state);
  }

  std::uint64_t next() {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }
  /// 0 to `end` - 1; `end` must not be 0.
  std::uint64_t below(std::uint64_t end) { return next() % end; }
  /// `low` to `high`, both possible.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  /// 0 to 1, 1 not possible.
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return unit() < probability; }
  template <class T, std::size_t n>
  const T& pick(const std::array<T, n>& from) {
    return from[below(n)];
  }
  template <class T>
  const T& pick(std::span<const T> from) {
    return from[below(from.size())];
  }
  /// How many of a thing that happens `mean` times on average (Poisson; normal beyond 60).
  std::uint64_t count(double mean) {
    if (mean > 60) {
      const double normal =
          std::sqrt(-2 * std::log(1 - unit())) * std::cos(6.283185307179586 * unit());
      return static_cast<std::uint64_t>(std::max(0.0, mean + std::sqrt(mean) * normal + 0.5));
    }
    const double limit = std::exp(-mean);
    std::uint64_t count = 0;
    for (double product = unit(); product > limit; product *= unit()) ++count;
    return count;
  }
  Time within(Time from, std::int64_t micros) {
    return {from.micros + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(micros))) /
                              kSecond * kSecond};
  }
  /// `size` characters of an alphabet.
  std::string letters(std::size_t size, std::string_view alphabet) {
    std::string text(size, ' ');
    for (char& c : text) c = alphabet[below(alphabet.size())];
    return text;
  }
  /// A version 4 UUID.
  std::string uuid() {
    std::string text = letters(36, "0123456789abcdef");
    text[8] = text[13] = text[18] = text[23] = '-';
    text[14] = '4';
    text[19] = "89ab"[below(4)];
    return text;
  }
  /// An id as AWS makes them: "AKIA" and 16 more.
  std::string aws_id(std::string_view prefix) {
    return std::string(prefix) + letters(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
  }
  /// "i-0a1b..." with 17 hexadecimal digits.
  std::string resource_id(std::string_view prefix) {
    return std::string(prefix) + "-0" + letters(16, "0123456789abcdef");
  }

 private:
  static constexpr std::uint64_t rotate(std::uint64_t word, int bits) {
    return word << bits | word >> (64 - bits);
  }
  static std::uint64_t splitmix(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }
  std::array<std::uint64_t, 4> state_;
};

}  // namespace trailhound::synth
