// Symbols of a small alphabet with adaptive probabilities, many at once: asymmetric numeral systems with interleaved
// states. Coders that a syntax function is written for: RansReader decodes, RansWriter encodes, SymbolCounter prices.
//
// A stream grows from both ends: from the front come the first states and the words of 16 bits that states take in, in
// the order of decoding; from the end, backwards, come equiprobable bits. Decoding ends where both meet, and with every
// state at its least value, or else the stream is damaged.
// Sources: Duda, "Asymmetric numeral systems", 2013; interleaving as in Giesen, "Interleaved entropy coders", 2014.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <hwy/highway.h>

namespace laq {

inline constexpr int kSymbols = 16;          // of an alphabet
inline constexpr int kProbabilityBits = 15;  // of a probability
inline constexpr int kLeastFrequency = 2;    // of a symbol, in 2^-kProbabilityBits
inline constexpr uint32_t kLeastState = 1u << 16;

// The probabilities of an alphabet, as the sums of those of smaller symbols. A symbol that is coded moves them towards
// itself, fast at first and slower after some dozens.
struct alignas(16) AdaptiveAlphabet {
  std::array<int16_t, kSymbols> below{};  // of symbols below each, the first is 0
  uint16_t all = 1u << kProbabilityBits;  // stands behind the last
  uint16_t count = 0;                     // of symbols coded, up to kMostCounted

  static constexpr int kFirstRate = 5, kMostCounted = 48;

  uint32_t start(int symbol) const { return static_cast<uint16_t>(below[symbol]); }
  uint32_t end(int symbol) const { return symbol + 1 < kSymbols ? static_cast<uint16_t>(below[symbol + 1]) : all; }

  // The symbol in whose part of the unit interval a number below 2^kProbabilityBits lies.
  int find(uint32_t slot) const {
    namespace hn = hwy::HWY_NAMESPACE;
    const hn::CappedTag<int16_t, 8> d;
    const auto value = hn::Set(d, static_cast<int16_t>(slot));
    size_t count_above = 0;
    for (size_t i = 0; i < kSymbols; i += hn::Lanes(d)) {
      count_above += hn::CountTrue(d, hn::Gt(hn::Load(d, below.data() + i), value));
    }
    return kSymbols - 1 - static_cast<int>(count_above);
  }

  void update(int symbol) {
    namespace hn = hwy::HWY_NAMESPACE;
    const hn::CappedTag<int16_t, 8> d;
    const int rate = kRates[count];
    count = static_cast<uint16_t>(count + (count < kMostCounted));
    for (size_t i = 0; i < kSymbols; i += hn::Lanes(d)) {
      const auto now = hn::Load(d, below.data() + i), target = hn::Load(d, kTargets[symbol].data() + i);
      hn::Store(hn::Add(now, hn::ShiftRightSame(hn::Sub(target, now), rate)), d, below.data() + i);
    }
  }

  // Where update() moves the sums for a symbol; the distances keep kLeastFrequency.
  struct alignas(16) Sums : std::array<int16_t, kSymbols> {};
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
  static constexpr std::array<uint8_t, kMostCounted + 1> kRates = [] {
    std::array<uint8_t, kMostCounted + 1> rates{};
    for (int n = 0; n <= kMostCounted; ++n) {
      rates[n] = static_cast<uint8_t>(kFirstRate + (n >= 16) + (n >= 48));
    }
    return rates;
  }();
};

class RansReader {
 public:
  static constexpr bool kReads = true, kObserves = false;
  static constexpr int kMostStates = 4;

  // states: 1 or kMostStates.
  RansReader(std::span<const std::byte> stream, int states)
      : word_(stream.data()), begin_(stream.data()), end_(stream.data() + stream.size()), bits_end_(end_) {
    for (int i = 0; i < states; ++i) {
      states_[i] = read_word();
      states_[i] |= read_word() << 16;
    }
  }

  int symbol(AdaptiveAlphabet& alphabet, int state, int = 0) {
    uint32_t x = states_[state];
    const uint32_t slot = x & ((1u << kProbabilityBits) - 1);
    const int symbol = alphabet.find(slot);
    const uint32_t start = alphabet.start(symbol);
    x = (alphabet.end(symbol) - start) * (x >> kProbabilityBits) + slot - start;
    if (x < kLeastState) x = x << 16 | read_word();
    states_[state] = x;
    alphabet.update(symbol);
    return symbol;
  }

  // `count` equiprobable bits, 0 .. 31.
  uint32_t bits(int count, uint32_t = 0) {
    if (spare_ < count) refill();
    spare_ -= count;
    return static_cast<uint32_t>(window_ >> spare_) & ((1u << count) - 1);
  }

  // Whether the stream ended as a writer's does. To be asked once, after the last symbol.
  bool is_complete(int states) const {
    for (int i = 0; i < states; ++i) {
      if (states_[i] != kLeastState) return false;
    }
    // Of the bytes that the window holds, whole ones are unread.
    return !failed_ && word_ == bits_end_ + spare_ / 8;
  }

 private:
  uint32_t read_word() {
    if (end_ - word_ < 2) {
      failed_ = true;
      return 0;
    }
    uint16_t word;
    std::memcpy(&word, word_, 2);
    word_ += 2;
    return word;
  }
  void refill() {
    if (bits_end_ - begin_ >= 4) {
      uint32_t word;
      bits_end_ -= 4;
      std::memcpy(&word, bits_end_, 4);
      window_ = window_ << 32 | word;
      spare_ += 32;
      return;
    }
    while (spare_ < 32) {
      failed_ = failed_ || bits_end_ == begin_;
      window_ = window_ << 8 | (bits_end_ > begin_ ? std::to_integer<uint32_t>(*--bits_end_) : 0);
      spare_ += 8;
    }
  }

  const std::byte* word_;
  const std::byte* begin_;
  const std::byte* end_;
  const std::byte* bits_end_;
  uint64_t window_ = 0;
  int spare_ = 0;  // bits of the window that are unread
  bool failed_ = false;
  std::array<uint32_t, kMostStates> states_{kLeastState, kLeastState, kLeastState, kLeastState};
};

class RansWriter {
 public:
  static constexpr bool kReads = false, kObserves = false;

  int symbol(AdaptiveAlphabet& alphabet, int state, int symbol) {
    const uint32_t start = alphabet.start(symbol);
    symbols_.push_back({static_cast<uint16_t>(start), static_cast<uint16_t>(alphabet.end(symbol) - start),
                        static_cast<uint8_t>(state)});
    alphabet.update(symbol);
    return symbol;
  }

  uint32_t bits(int count, uint32_t value) {
    window_ = window_ << count | (value & ((uint64_t{1} << count) - 1));
    pending_ += count;
    while (pending_ >= 8) {
      pending_ -= 8;
      bits_.push_back(static_cast<std::byte>(window_ >> pending_));
    }
    return value;
  }

  // The stream; the writer is then spent.
  std::vector<std::byte> finish(int states);

 private:
  struct Coded {
    uint16_t start, frequency;
    uint8_t state;
  };
  std::vector<Coded> symbols_;
  std::vector<std::byte> bits_;
  uint64_t window_ = 0;
  int pending_ = 0;
};

// Prices: the bits that a writer would take, nearly.
class SymbolCounter {
 public:
  static constexpr bool kReads = false, kObserves = false;

  int symbol(AdaptiveAlphabet& alphabet, int, int symbol) {
    // Frequencies are multiplied, and the logarithm is taken of the product now and then.
    product_ *= static_cast<double>(alphabet.end(symbol) - alphabet.start(symbol)) * (1.0 / (1 << kProbabilityBits));
    alphabet.update(symbol);
    if (product_ < 0x1p-900) fold();
    return symbol;
  }
  uint32_t bits(int count, uint32_t value) {
    bits_ += static_cast<uint64_t>(count);
    return value;
  }
  double total_bits() {
    fold();
    return static_cast<double>(bits_) + folded_;
  }

 private:
  void fold();

  double product_ = 1, folded_ = 0;
  uint64_t bits_ = 0;
};

}  // namespace laq
