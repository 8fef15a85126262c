// The coefficients of a block as binary decisions, once for the writer and the reader.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "entropy/coder.h"
#include "entropy/mixed_decisions.h"
#include "jpeg/borders.h"
#include "jpeg/frame.h"

namespace laq::jpeg {

// What later blocks are told of a block, beside its coefficients.
struct CodedBlock {
  int last = 0;      // the place of the last coefficient, in zigzag order
  int activity = 0;  // sizes of coefficients but the first, each counted up to 8
  int residual = 0;  // the size of what was left of the first coefficient
};

// What is known around a block. Missing neighbours are stood in for by others.
struct Neighbours {
  const int16_t* above;
  const int16_t* left;
  const int16_t* above_left;
  const int16_t* above_right;
  const int16_t* other;         // the same place in another component; null: none
  const Borders* border_above;  // null: none
  const Borders* border_left;
  CodedBlock of_above, of_left, of_other;
};

// Classes of sizes, finer where they are small.
class SizeClasses {
 public:
  static constexpr int kCount = 12;
  int operator()(int size) const { return classes_[std::min(size, kTable - 1)]; }
  SizeClasses();

 private:
  static constexpr int kTable = 512;
  std::array<uint8_t, kTable> classes_;
};

class BlockModels {
 public:
  BlockModels();
  static uint64_t bytes();

  template <class Coder>
  CodedBlock code(Coder& coder, const Neighbours& around, const Dequantization& dequantization, int16_t* block,
                  Borders& borders);

 private:
  static constexpr int kSteps = 8;  // decisions of a size that are told apart
  static constexpr int kMostBits = 15;
  static constexpr int kMostValue = 32767;
  static constexpr int kClasses = SizeClasses::kCount;
  static constexpr int kSignClasses = 13;
  static constexpr int kMixed = 8, kMixedSigns = 4;

  using SizeWeights = std::array<MixingWeights<kMixed>, kSteps>;
  using LowBits = std::array<CountingModel, 2 * kSteps>;

  template <class Coder>
  int code_last(Coder& coder, const Neighbours& around, int wanted);
  template <class Coder>
  int code_size(Coder& coder, const MixedSlots<kMixed>& slots, SizeWeights& weights, SizeWeights& more,
                LowBits& low_bits, bool may_be_zero, int wanted);

  // What is known of the block itself.
  struct Own {
    int last = 0, nonzeros = 0, activity = 0;
    std::array<int, kBlock> sizes{};  // of coefficients coded so far
    BlockSamples samples;
  };
  // A coefficient as the two borders expect it, if all that are not known yet are 0; in steps.
  struct Expected {
    float down = 0, across = 0;
  };
  static Expected expect(const Neighbours& around, const BlockSamples& samples, int u, int v, float step) {
    Expected expected;
    if (around.border_above) expected.down = (around.border_above->below[u] - samples.sum_down(u)) / step;
    if (around.border_left) expected.across = (around.border_left->right[v] - samples.sum_across(v)) / step;
    return expected;
  }
  static int sign_class(float expected) {
    const auto size = static_cast<int>(std::min(std::fabs(expected) * 4, 63.0f));
    const int of = size < 1 ? 0 : std::min(static_cast<int>(std::bit_width(static_cast<unsigned>(size))), 6);
    return expected < 0 ? 6 - of : 6 + of;
  }
  template <class Coder>
  void code_coefficient(Coder& coder, const Neighbours& around, const Dequantization& dequantization, int k, Own& own,
                        int16_t* block);
  template <class Coder>
  bool code_sign(Coder& coder, const Neighbours& around, const Expected& expected, int k, int size, bool wanted);
  template <class Coder>
  int code_first(Coder& coder, const Neighbours& around, const Dequantization& dequantization, const Own& own,
                 int16_t* block);

  SizeClasses classes_;
  DecisionMixer mixer_;
  std::array<EstimateTable, kMixed> last_, sizes_, first_;
  std::array<EstimateTable, kMixedSigns> signs_;
  std::array<MixingWeights<kMixed>, kBlock> last_weights_;
  std::array<SizeWeights, kBlock> size_weights_;
  std::array<SizeWeights, kClasses> more_size_weights_, more_first_weights_;
  MixingWeights<kMixed> more_last_weights_;
  std::array<MixingWeights<kMixedSigns>, kSignClasses> more_sign_weights_;
  SizeWeights first_weights_;
  std::array<MixingWeights<kMixedSigns>, kBlock> sign_weights_;
  std::array<LowBits, kBlock> low_bits_;
  std::array<CountingModel, kClasses> first_signs_;
};

// A size is the number of its bits, and then those below the first.
template <class Coder>
int BlockModels::code_size(Coder& coder, const MixedSlots<kMixed>& slots, SizeWeights& weights, SizeWeights& more,
                           LowBits& low_bits, bool may_be_zero, int wanted) {
  const int wanted_bits = std::bit_width(static_cast<unsigned>(wanted));
  int bits = may_be_zero ? 0 : 1;
  while (bits < kMostBits) {
    const int step = std::min(bits, kSteps - 1);
    if (!mixer_.code(coder, slots, step, weights[step], more[step], bits < wanted_bits)) break;
    ++bits;
  }
  if (bits < 2) return bits;
  int size = 1, low = bits - 2;
  const int step = std::min(bits, kSteps - 1);
  size = size << 1 | static_cast<int>(coder.bit(low_bits[step], (wanted >> low & 1) != 0));
  if (low == 0) return size;
  --low;
  size = size << 1 | static_cast<int>(coder.bit(low_bits[kSteps + step], (wanted >> low & 1) != 0));
  return size << low | static_cast<int>(coder.bits(low, static_cast<uint32_t>(wanted & ((1 << low) - 1))));
}

template <class Coder>
int BlockModels::code_last(Coder& coder, const Neighbours& around, int wanted) {
  const int above = around.of_above.last, left = around.of_left.last, mean = (above + left) / 2;
  const int activity = around.of_above.activity + around.of_left.activity;
  const std::array<int, kMixed> contexts = {mean,
                                            above,
                                            left,
                                            around.of_other.last,
                                            std::min(activity / 2, kBlock - 1),
                                            (above / 8) * 8 + left / 8,
                                            (mean / 8) * 8 + classes_(activity) / 2,
                                            std::min(around.of_other.activity, kBlock - 1)};
  MixedSlots<kMixed> slots;
  for (int i = 0; i < kMixed; ++i) slots[i] = last_[i].slot(contexts[i]);
  int node = 1;
  for (int bit = 5; bit >= 0; --bit) {
    const bool value =
        mixer_.code(coder, slots, node, last_weights_[node], more_last_weights_, (wanted >> bit & 1) != 0);
    node = node << 1 | static_cast<int>(value);
  }
  return node - kBlock;
}

template <class Coder>
bool BlockModels::code_sign(Coder& coder, const Neighbours& around, const Expected& expected, int k, int size,
                            bool wanted) {
  const auto sign_of = [](int value) { return value > 0 ? 2 : value < 0 ? 1 : 0; };
  const int i = kZigzag[k], down = sign_class(expected.down), across = sign_class(expected.across);
  const std::array<int, kMixedSigns> contexts = {
      (k * kSignClasses + down) * 3 + std::min(size, 3) - 1,
      (k * kSignClasses + across) * 3 + std::min(size, 3) - 1,
      (down * kSignClasses + across) * 3 + (i < kSide        ? 0
                                            : i % kSide == 0 ? 1
                                                             : 2),
      (k * 3 + sign_of(around.above[i])) * 9 + sign_of(around.left[i]) * 3 +
          (around.other ? sign_of(around.other[i]) : 0),
  };
  MixedSlots<kMixedSigns> slots;
  for (int n = 0; n < kMixedSigns; ++n) slots[n] = signs_[n].slot(contexts[n]);
  return mixer_.code(coder, slots, 0, sign_weights_[k], more_sign_weights_[down], wanted);
}

template <class Coder>
void BlockModels::code_coefficient(Coder& coder, const Neighbours& around, const Dequantization& dequantization, int k,
                                   Own& own, int16_t* block) {
  const int i = kZigzag[k], u = i % kSide, v = i / kSide;
  const int above = std::abs(int{around.above[i]}), left = std::abs(int{around.left[i]});
  const int near =
      4 * (above + left) + 2 * (std::abs(int{around.above_left[i]}) + std::abs(int{around.above_right[i]}));
  const auto size_at = [&](int x, int y) { return x < kSide && y < kSide ? own.sizes[kSide * y + x] : 0; };
  const int local =
      4 * (size_at(u + 1, v) + size_at(u, v + 1)) + 2 * size_at(u + 1, v + 1) + size_at(u + 2, v) + size_at(u, v + 2);
  const int near_class = classes_(near), local_class = classes_(local), both = classes_(near + 2 * local);
  const bool is_upper = v == 0, is_lefter = u == 0;
  const Expected expected = expect(around, own.samples, u, v, dequantization.factors[i]);
  const float size_expected = std::fabs(is_upper    ? expected.down
                                        : is_lefter ? expected.across
                                                    : expected.down + expected.across);
  const int expected_class = classes_(static_cast<int>(std::min(size_expected * 8, 500.0f)));
  const int other = around.other ? 1 + std::min(std::abs(int{around.other[i]}), 7) : 0;
  const std::array<int, kMixed> contexts = {
      k * kClasses + near_class,
      k * kClasses + local_class,
      (near_class * kClasses + local_class) * 4 + std::min(k / 8, 3),
      k * 16 + own.last / 4,
      (k * kClasses + expected_class) * 3 + std::min(near / 2, 2),
      (std::min(own.nonzeros, 15) * 16 + (own.last - k) / 4) * kClasses + both,
      (k * 9 + other) * 9 + std::min(above, 2) * 3 + std::min(left, 2),
      both * kBlock + own.last,
  };
  MixedSlots<kMixed> slots;
  for (int n = 0; n < kMixed; ++n) slots[n] = sizes_[n].slot(contexts[n]);
  const int size = code_size(coder, slots, size_weights_[k], more_size_weights_[both], low_bits_[k], k != own.last,
                             std::abs(int{block[i]}));
  if (size == 0) return;
  own.sizes[i] = size;
  ++own.nonzeros;
  own.activity += std::min(size, 8);
  const int value = code_sign(coder, around, expected, k, size, block[i] < 0) ? -size : size;
  block[i] = static_cast<int16_t>(value);
  own.samples.add(u, v, static_cast<float>(value) * dequantization.factors[i]);
}

template <class Coder>
int BlockModels::code_first(Coder& coder, const Neighbours& around, const Dequantization& dequantization,
                            const Own& own, int16_t* block) {
  const float step = dequantization.factors[0];
  const BlockSamples::Expected expected = own.samples.expect_first(around.border_above, around.border_left);
  const int prediction = static_cast<int>(std::clamp(expected.value / step, -float(kMostValue), float(kMostValue)) +
                                          (expected.value < 0 ? -0.5f : 0.5f));
  const int spread = classes_(static_cast<int>(std::min(expected.spread / step, 500.0f)));
  const int residual = std::clamp(block[0] - prediction, -kMostValue, kMostValue);
  const int above = around.of_above.residual, left = around.of_left.residual, near = above + left;
  const std::array<int, kMixed> contexts = {spread,
                                            classes_(2 * near),
                                            own.last,
                                            spread * kClasses + classes_(near),
                                            classes_(above) * kClasses + classes_(left),
                                            spread * 16 + own.last / 4,
                                            classes_(around.of_other.residual) * kClasses + spread,
                                            classes_(own.activity)};
  MixedSlots<kMixed> slots;
  for (int n = 0; n < kMixed; ++n) slots[n] = first_[n].slot(contexts[n]);
  int size =
      code_size(coder, slots, first_weights_, more_first_weights_[spread], low_bits_[0], true, std::abs(residual));
  if (size > 0 && coder.bit(first_signs_[spread], residual < 0)) size = -size;
  block[0] = static_cast<int16_t>(std::clamp(prediction + size, -kMostValue, kMostValue));
  return std::abs(size);
}

// The coefficients of a reader's block are 0 before.
template <class Coder>
CodedBlock BlockModels::code(Coder& coder, const Neighbours& around, const Dequantization& dequantization,
                             int16_t* block, Borders& borders) {
  Own own;
  if constexpr (!Coder::kReads) {
    own.last = kBlock - 1;
    while (own.last > 0 && block[kZigzag[own.last]] == 0) --own.last;
  }
  own.last = code_last(coder, around, own.last);
  for (int k = own.last; k > 0; --k) code_coefficient(coder, around, dequantization, k, own, block);
  own.samples.finish();
  const int residual = code_first(coder, around, dequantization, own, block);
  borders = own.samples.borders(static_cast<float>(block[0]) * dequantization.factors[0]);
  return {own.last, own.activity, residual};
}

}  // namespace laq::jpeg
