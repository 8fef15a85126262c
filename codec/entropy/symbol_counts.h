// SymbolCounts: an adaptive distribution of 16 symbols. It counts symbols and renews its cumulative frequencies from
// the counts at growing intervals, so it costs little more than a fixed distribution.
// Source: Moffat, "Linear time adaptive arithmetic coding", 1990, renews such bounds with every symbol.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <hwy/base.h>

namespace laq {

struct SymbolCounts {
  static constexpr int kSymbols = 16;
  static constexpr int kOneBits = 16;  // a probability of one is 2^16
  static constexpr int kLeast = 1;     // probability of any symbol, in 2^-16
  static constexpr int kWeight = 32;   // what a coded symbol counts

  using Counts = std::array<uint16_t, kSymbols>;

  // All symbols are alike.
  SymbolCounts() {
    counts.fill(kWeight);
    renew();
  }
  // first: counts to begin with, of which none is 0.
  explicit SymbolCounts(const Counts& first) : counts(first) { renew(); }

  // The probability of all lower symbols, less 2^15; the last one, that of all, is 2^16, which wraps to 0.
  alignas(32) std::array<int16_t, kSymbols + 1> below{};
  Counts counts{};
  uint16_t until = 0;     // symbols until the bounds are renewed
  uint16_t interval = 2;  // between the last two times

  uint32_t start_of(size_t symbol) const { return static_cast<uint16_t>(below[symbol] + 32768); }
  uint32_t size_of(size_t symbol) const { return static_cast<uint16_t>(below[symbol + 1] - below[symbol]); }

  HWY_INLINE void update(size_t symbol) {
    counts[symbol] = static_cast<uint16_t>(counts[symbol] + kWeight);
    if (--until == 0) renew();
  }

 private:
  static constexpr int kLongestInterval = 32;

  HWY_NOINLINE void renew() {
    uint32_t total = 0;
    for (const uint16_t count : counts) total += count;
    if (total > kMostTotal) {
      total = 0;
      for (uint16_t& count : counts) total += count = static_cast<uint16_t>((count + 1) >> 1);
    }
    constexpr uint32_t kShared = (1u << kOneBits) - kLeast * kSymbols;
    const uint32_t factor = (kShared << 14) / total;  // total is above 2^7, so that the factor is below 2^23
    uint32_t sum = 0;
    for (int i = 0; i < kSymbols; ++i) {
      below[i] = static_cast<int16_t>(static_cast<int32_t>((uint64_t{sum} * factor) >> 14) + i * kLeast - 32768);
      sum += counts[i];
    }
    below[kSymbols] = -32768;
    interval = static_cast<uint16_t>(std::min(interval + (interval >> 1), kLongestInterval));
    until = interval;
  }

  static constexpr uint32_t kMostTotal = 1024 * kWeight;
};

}  // namespace laq
