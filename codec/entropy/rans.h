// Symbols of a small alphabet with adaptive probabilities, many at once: asymmetric numeral systems with interleaved
// states. What all SIMD targets share is here; the coders are in rans-inl.h.
//
// A stream grows from both ends: from the front the first states and the words of 16 bits by which states are refilled,
// in the order of decoding; from the end, backwards, equiprobable bits. Decoding a valid stream ends where both meet,
// with every state at its least value.
// Sources: Duda, "Asymmetric numeral systems", 2013; interleaving as in Giesen, "Interleaved entropy coders", 2014.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace laq {

inline constexpr int kSymbols = 16;          // of an alphabet
inline constexpr int kProbabilityBits = 15;  // of a probability
inline constexpr int kLeastFrequency = 2;    // of a symbol, in 2^-kProbabilityBits
inline constexpr uint32_t kLeastState = 1u << 16;
inline constexpr int kMostStates = 4;  // that are interleaved

// The adaptive cumulative probabilities of an alphabet. Each coded symbol becomes more probable: by much at first, and
// by less after some dozens of symbols.
struct alignas(32) AdaptiveAlphabet {
  // The sums of the probabilities of all smaller symbols, and at the end of all symbols: the first is 0, the last
  // 2^kProbabilityBits modulo 2^16.
  std::array<int16_t, kSymbols + 1> below{};
  uint16_t count = 0;  // of symbols coded, up to kMostCounted

  static constexpr int kFirstRate = 5, kMostCounted = 48;

  AdaptiveAlphabet() { below[kSymbols] = std::numeric_limits<int16_t>::min(); }
  uint32_t start(int symbol) const { return static_cast<uint16_t>(below[symbol]); }
  uint32_t end(int symbol) const { return static_cast<uint16_t>(below[symbol + 1]); }
  int rate() const { return kFirstRate + (count >= 16) + (count >= kMostCounted); }

  // Where the sums move for a symbol. Moved by a power of two, they keep distances of at least kLeastFrequency.
  struct alignas(32) Sums : std::array<int16_t, kSymbols> {};
  static constexpr std::array<Sums, kSymbols> kTargets = [] {
    std::array<Sums, kSymbols> targets{};
    for (int symbol = 0; symbol < kSymbols; ++symbol) {
      for (int i = 0; i < kSymbols; ++i) {
        const int above = (1 << kProbabilityBits) - kLeastFrequency * kSymbols;
        targets[symbol][i] = static_cast<int16_t>(kLeastFrequency * i + (i > symbol ? above : 0));
      }
    }
    return targets;
  }();
};

// A symbol as it was coded.
struct CodedSymbol {
  uint16_t start, frequency;
  uint8_t state;
};

// The stream of symbols by so many states, and of the equiprobable bits, of which the first byte is read first.
std::vector<std::byte> write_rans(std::span<const CodedSymbol> symbols, int states, std::span<const std::byte> bits);

}  // namespace laq
