// The coders of entropy/rans.h, for each SIMD target: RansReader decodes, RansWriter encodes, SymbolCounter prices.
// Each takes a value and returns the value in force, as the coders of entropy/coder.h do. kReads: whether it decodes.
// kObserves: whether it has observe(), which gets the features that sizes are expected from.
#if defined(LAQ_ENTROPY_RANS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ENTROPY_RANS_INL_H_
#undef LAQ_ENTROPY_RANS_INL_H_
#else
#define LAQ_ENTROPY_RANS_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <hwy/highway.h>

#include "entropy/rans.h"

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// The symbol in whose part of the unit interval a number below 2^kProbabilityBits lies.
HWY_INLINE int find_symbol(const AdaptiveAlphabet& alphabet, uint32_t slot) {
  const hn::CappedTag<int16_t, kSymbols> d;
  const auto value = hn::Set(d, static_cast<int16_t>(slot));
  size_t above = 0;
  for (size_t i = 0; i < kSymbols; i += hn::Lanes(d)) {
    above += hn::CountTrue(d, hn::Gt(hn::Load(d, alphabet.below.data() + i), value));
  }
  return kSymbols - 1 - static_cast<int>(above);
}

HWY_INLINE void update(AdaptiveAlphabet& alphabet, int symbol) {
  const hn::CappedTag<int16_t, kSymbols> d;
  const int rate = alphabet.rate();
  alphabet.count = static_cast<uint16_t>(alphabet.count + (alphabet.count < AdaptiveAlphabet::kMostCounted));
  for (size_t i = 0; i < kSymbols; i += hn::Lanes(d)) {
    const auto now = hn::Load(d, alphabet.below.data() + i);
    const auto target = hn::Load(d, AdaptiveAlphabet::kTargets[symbol].data() + i);
    hn::Store(hn::Add(now, hn::ShiftRightSame(hn::Sub(target, now), rate)), d, alphabet.below.data() + i);
  }
}

class RansReader {
 public:
  static constexpr bool kReads = true, kObserves = false;

  RansReader(std::span<const std::byte> stream, int states)
      : bytes_(stream.size() + kBehind), word_(bytes_.data()), end_(word_ + stream.size()), bits_end_(end_) {
    std::copy(stream.begin(), stream.end(), bytes_.begin());
    std::fill_n(states_.begin(), kMostStates, kLeastState);
    for (int i = 0; i < states; ++i) {
      limit();
      std::memcpy(&states_[i], word_, 4);
      word_ += 4;
    }
    limit();
  }

  HWY_INLINE int symbol(AdaptiveAlphabet& alphabet, int state, int) {
    uint32_t x = states_[state];
    const uint32_t slot = x & ((1u << kProbabilityBits) - 1);
    const int symbol = find_symbol(alphabet, slot);
    const uint32_t start = alphabet.start(symbol);
    x = (alphabet.end(symbol) - start) * (x >> kProbabilityBits) + slot - start;
    uint16_t word;
    std::memcpy(&word, word_, 2);
    const bool takes = x < kLeastState;
    word_ += takes ? 2 : 0;
    states_[state] = takes ? x << 16 | word : x;
    update(alphabet, symbol);
    return symbol;
  }

  // To be called before every four symbols: keeps reads within the stream.
  HWY_INLINE void limit() {
    if (word_ > end_) {
      word_ = end_;
      is_damaged_ = true;
    }
  }

  // `count` equiprobable bits, 0 .. 31.
  HWY_INLINE uint32_t bits(int count, uint32_t) {
    if (spare_ < 32) refill();
    spare_ -= count;
    return static_cast<uint32_t>(window_ >> spare_) & ((1u << count) - 1);
  }

  // Whether the stream ended as a writer's does. To be asked once, after the last symbol.
  bool is_complete() const {
    for (const uint32_t state : states_) {
      if (state != kLeastState) return false;
    }
    // Whole bytes that the window holds are unread.
    const int64_t unread = spare_ - missing_;
    return !is_damaged_ && unread >= 0 && word_ == bits_end_ + unread / 8;
  }

 private:
  static constexpr size_t kBehind = 16;  // bytes beyond the end that may be read before limit() is called

  void refill() {
    if (bits_end_ - bytes_.data() >= 4) {
      uint32_t word;
      bits_end_ -= 4;
      std::memcpy(&word, bits_end_, 4);
      window_ = window_ << 32 | word;
      spare_ += 32;
      return;
    }
    while (spare_ < 32) {
      if (bits_end_ > bytes_.data()) {
        window_ = window_ << 8 | std::to_integer<uint32_t>(*--bits_end_);
      } else {
        // The last refill of a stream may read bits that no symbol needs.
        window_ <<= 8;
        missing_ += 8;
      }
      spare_ += 8;
    }
  }

  std::vector<std::byte> bytes_;
  const std::byte* word_;
  const std::byte* end_;
  const std::byte* bits_end_;
  uint64_t window_ = 0;
  int spare_ = 0;  // bits of the window that are unread
  int64_t missing_ = 0;
  bool is_damaged_ = false;
  std::array<uint32_t, kMostStates> states_;
};

class RansWriter {
 public:
  static constexpr bool kReads = false, kObserves = false;

  HWY_INLINE int symbol(AdaptiveAlphabet& alphabet, int state, int symbol) {
    const uint32_t start = alphabet.start(symbol);
    symbols_.push_back({static_cast<uint16_t>(start), static_cast<uint16_t>(alphabet.end(symbol) - start),
                        static_cast<uint8_t>(state)});
    update(alphabet, symbol);
    return symbol;
  }
  void limit() {}

  HWY_INLINE uint32_t bits(int count, uint32_t value) {
    window_ = window_ << count | (value & ((1u << count) - 1));
    pending_ += count;
    while (pending_ >= 8) {
      pending_ -= 8;
      bits_.push_back(static_cast<std::byte>(window_ >> pending_));
    }
    return value;
  }

  // The stream; the writer is then spent.
  std::vector<std::byte> finish(int states) {
    if (pending_ > 0) bits(8 - pending_, 0);
    return write_rans(symbols_, states, bits_);
  }

 private:
  std::vector<CodedSymbol> symbols_;
  std::vector<std::byte> bits_;
  uint64_t window_ = 0;
  int pending_ = 0;
};

// Adds up what a writer would take, in bits.
class SymbolCounter {
 public:
  static constexpr bool kReads = false, kObserves = false;

  HWY_INLINE int symbol(AdaptiveAlphabet& alphabet, int, int symbol) {
    // Probabilities are multiplied, and the logarithm is taken of the product now and then.
    product_ *= static_cast<double>(alphabet.end(symbol) - alphabet.start(symbol)) * (1.0 / (1 << kProbabilityBits));
    if (product_ < 0x1p-900) fold();
    update(alphabet, symbol);
    return symbol;
  }
  void limit() {}
  HWY_INLINE uint32_t bits(int count, uint32_t value) {
    bits_ += static_cast<uint64_t>(count);
    return value & ((1u << count) - 1);
  }
  double total_bits() {
    fold();
    return static_cast<double>(bits_) + folded_;
  }

 private:
  void fold() {
    folded_ -= std::log2(product_);
    product_ = 1;
  }

  double product_ = 1, folded_ = 0;
  uint64_t bits_ = 0;
};

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
