// A range variant of asymmetric numeral systems (rANS) with adaptive models of many symbols: a decoder compares with
// all bounds at once and multiplies once for each symbol. RansWriter and RansReader take a value and return the value
// in force, as the coders of entropy/coder.h do. Bits without a model lie in a stream of their own.
// Source: Duda, "Asymmetric numeral systems", 2013 (arXiv 1311.2540); models mixed in the domain of cumulative
// probabilities as in Giesen, "Models for adaptive arithmetic coding", 2015.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "entropy/model.h"
#include "entropy/plain_bits.h"

namespace laq::tensor {

inline constexpr int kRansBits = 15;  // of probabilities

// An adaptive distribution of `kSymbols` symbols.
template <int kSymbols>
struct SymbolModel {
  static constexpr int kOne = 1 << kRansBits;
  static constexpr int kLeast = 2;  // probability of any symbol
  static constexpr int kSlowest = 8;

  std::array<int16_t, kSymbols> below;  // the probability of all lower symbols
  int rate = 0;                         // the index in kRates: symbols coded so far, up to kSteps

  SymbolModel() {
    for (int i = 0; i < kSymbols; ++i) below[i] = static_cast<int16_t>(i * kOne / kSymbols);
  }

  void update(int symbol) {
    const int shift = rate < kSteps ? kRates[rate++] : kSlowest;
    for (int i = 0; i < kSymbols; ++i) {
      const int target = i * kLeast + (i > symbol ? kOne - kSymbols * kLeast : 0);
      below[i] = static_cast<int16_t>(below[i] + ((target - below[i]) >> shift));
    }
  }

 private:
  static constexpr int kSteps = 200;
  static constexpr std::array<uint8_t, kSteps> kRates = [] {
    std::array<uint8_t, kSteps> rates{};
    for (int i = 0; i < kSteps; ++i) rates[i] = static_cast<uint8_t>(i < 64 ? 6 : 7);
    return rates;
  }();
};

template <int kSymbols>
std::array<uint16_t, kSymbols + 1> mixed(const SymbolModel<kSymbols>& a, const SymbolModel<kSymbols>& b) {
  std::array<uint16_t, kSymbols + 1> bounds;
  for (int i = 0; i < kSymbols; ++i)
    bounds[i] = static_cast<uint16_t>(static_cast<uint16_t>(a.below[i] + b.below[i]) >> 1);
  bounds[kSymbols] = 1 << kRansBits;
  return bounds;
}

class RansWriter {
 public:
  static constexpr bool kReads = false;

  // Coded with the mean of two models, which may not be the same one.
  template <int kSymbols>
  int symbol(SymbolModel<kSymbols>& a, SymbolModel<kSymbols>& b, int value) {
    const auto bounds = mixed(a, b);
    put(bounds[value], bounds[value + 1] - bounds[value]);
    a.update(value);
    b.update(value);
    return value;
  }
  bool bit(CountingModel& model, bool value) {
    const uint32_t set = model.probability() >> 1;
    put(value ? 0 : set, value ? set : (1 << kRansBits) - set);
    model.update(value);
    return value;
  }
  // `count` bits without a model, 0 .. 56.
  uint64_t bits(int count, uint64_t value) {
    plain_.put(count, value);
    return value;
  }
  static constexpr bool failed() { return false; }

  // The streams of symbols and of plain bits; the writer is then spent.
  std::vector<std::byte> finish_symbols() const;
  std::vector<std::byte> finish_plain() { return plain_.finish().take(); }

 private:
  void put(uint32_t start, uint32_t size) { intervals_.push_back(start << 16 | size); }

  std::vector<uint32_t> intervals_;  // start and size
  PlainBitWriter plain_;
};

class RansReader {
 public:
  static constexpr bool kReads = true;

  RansReader(std::span<const std::byte> symbols, std::span<const std::byte> plain) : symbols_(symbols), plain_(plain) {
    for (int i = 0; i < kStateBytes; ++i) state_ = state_ << 8 | next_byte();
  }

  template <int kSymbols>
  int symbol(SymbolModel<kSymbols>& a, SymbolModel<kSymbols>& b, int = 0) {
    const auto bounds = mixed(a, b);
    const auto place = static_cast<int16_t>(state_ & kMask);
    int16_t reached = 0;
    for (int i = 0; i < kSymbols; ++i)
      reached = static_cast<int16_t>(reached + (static_cast<int16_t>(bounds[i]) <= place ? 1 : 0));
    const int value = reached - 1;
    take(bounds[value], bounds[value + 1] - bounds[value]);
    a.update(value);
    b.update(value);
    return value;
  }
  bool bit(CountingModel& model, bool = false) {
    const uint32_t set = model.probability() >> 1;
    const bool value = (state_ & kMask) < set;
    take(value ? 0 : set, value ? set : (1 << kRansBits) - set);
    model.update(value);
    return value;
  }
  uint64_t bits(int count, uint64_t = 0) { return plain_.take(count); }
  // Whether more was read than there is.
  bool failed() const { return past_end_ || plain_.is_past_end(); }
  // Whether all was read, and symbols end as they began.
  bool is_complete() const {
    return !failed() && next_ == symbols_.size() && state_ == kLeastState && plain_.is_at_end();
  }

  static constexpr int kStateBytes = 5;
  static constexpr uint64_t kLeastState = 1 << 24;  // states are below 2^40

 private:
  static constexpr uint32_t kMask = (1 << kRansBits) - 1;

  uint64_t next_byte() {
    if (next_ < symbols_.size()) return std::to_integer<uint64_t>(symbols_[next_++]);
    past_end_ = true;
    return 0;
  }
  void take(uint32_t start, uint32_t size) {
    state_ = size * (state_ >> kRansBits) + (state_ & kMask) - start;
    if (state_ >= kLeastState) return;
    if (next_ + 2 <= symbols_.size()) {
      uint16_t word;
      std::memcpy(&word, symbols_.data() + next_, 2);
      state_ = state_ << 16 | word;
      next_ += 2;
    } else {
      past_end_ = true;
      state_ |= kLeastState;
    }
  }

  std::span<const std::byte> symbols_;
  PlainBitReader plain_;
  size_t next_ = 0;
  uint64_t state_ = 0;
  bool past_end_ = false;
};

}  // namespace laq::tensor
