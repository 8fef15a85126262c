// The coefficients of a block as binary decisions, once for the writer and the reader.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "entropy/coder.h"
#include "jpeg/borders.h"
#include "jpeg/frame.h"
#include "jpeg/mixed_decisions.h"

namespace laq::jpeg {

// What is known around a block. Missing neighbours are stood in for by others.
struct Neighbours {
  const int16_t* above;
  const int16_t* left;
  const int16_t* above_left;
  const int16_t* above_right;
  const int16_t* other;         // the same place in another component; null: none
  const Borders* border_above;  // null: none
  const Borders* border_left;
  int last_above, last_left, last_other;  // places of their last coefficients, in zigzag order
  int residual_above, residual_left;      // sizes of what was left of first coefficients
};

struct CodedBlock {
  int last = 0;
  int residual = 0;
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
  static constexpr int kSteps = 12;  // decisions of a size that are told apart
  static constexpr int kMostBits = 15;
  static constexpr int kMostValue = 32767;
  static constexpr int kClasses = SizeClasses::kCount;

  template <class Coder>
  int code_last(Coder& coder, const Neighbours& around, int wanted);
  template <class Coder>
  int code_size(Coder& coder, const MixedSlots& slots, MixingWeights* weights, CountingModel* rest,
                bool is_zero_possible, int wanted);

  struct Own {
    std::array<int, kBlock> sizes{};  // of coefficients coded so far
    SideValues sums_down{}, sums_across{};
    int nonzeros = 0;
  };
  template <class Coder>
  void code_coefficient(Coder& coder, const Neighbours& around, const Dequantization& dequantization, int k, int last,
                        Own& own, int16_t* block);
  template <class Coder>
  int code_first(Coder& coder, const Neighbours& around, const Dequantization& dequantization,
                 const BlockSamples& samples, int last, int16_t* block);

  SizeClasses classes_;
  DecisionMixer mixer_;
  std::array<EstimateTable, kMixed> last_, sizes_, first_;
  std::array<MixingWeights, kBlock> last_weights_;
  std::array<std::array<MixingWeights, kSteps>, kBlock> weights_;
  std::array<MixingWeights, kSteps> first_weights_;
  std::array<std::array<CountingModel, kSteps * 2 + 2>, kBlock> rest_;
  std::array<std::array<CountingModel, 9>, kBlock> signs_;
  std::array<std::array<CountingModel, 2 * kClasses>, 2 * kSide> edge_signs_;
  std::array<CountingModel, 3 * kClasses> first_signs_;
};

template <class Coder>
int BlockModels::code_size(Coder& coder, const MixedSlots& slots, MixingWeights* weights, CountingModel* rest,
                           bool is_zero_possible, int wanted) {
  const int wanted_bits = std::bit_width(static_cast<unsigned>(wanted));
  int bits = is_zero_possible ? 0 : 1;
  while (bits < kMostBits) {
    const int step = std::min(bits, kSteps - 1);
    if (!mixer_.code(coder, slots, step, weights[step], bits < wanted_bits)) break;
    ++bits;
  }
  if (bits < 2) return bits;
  int size = 1;
  int low = bits - 2;
  const bool second = coder.bit(rest[std::min(bits, kSteps - 1)], (wanted >> low & 1) != 0);
  size = size << 1 | static_cast<int>(second);
  if (low == 0) return size;
  --low;
  const bool third = coder.bit(rest[kSteps + std::min(bits, kSteps - 1)], (wanted >> low & 1) != 0);
  size = size << 1 | static_cast<int>(third);
  return size << low | static_cast<int>(coder.bits(low, static_cast<uint32_t>(wanted & ((1 << low) - 1))));
}

template <class Coder>
int BlockModels::code_last(Coder& coder, const Neighbours& around, int wanted) {
  int near = 0;
  for (int i = 1; i < kBlock; ++i) near += std::min(std::abs(int{around.above[i]}) + std::abs(int{around.left[i]}), 8);
  const int mean = (around.last_above + around.last_left) / 2;
  const int other = around.other ? around.last_other : 0;
  const std::array<int, kMixed> contexts = {mean,
                                            around.last_above,
                                            around.last_left,
                                            other,
                                            std::min(near / 2, 63),
                                            (around.last_above / 8) * 8 + around.last_left / 8,
                                            (mean / 8) * 8 + classes_(near) / 2,
                                            0};
  MixedSlots slots;
  for (int i = 0; i < kMixed; ++i) slots[i] = last_[i].slot(contexts[i]);
  int node = 1;
  for (int bit = 5; bit >= 0; --bit) {
    const bool value = mixer_.code(coder, slots, node, last_weights_[node], (wanted >> bit & 1) != 0);
    node = node << 1 | static_cast<int>(value);
  }
  return node - kBlock;
}

template <class Coder>
void BlockModels::code_coefficient(Coder& coder, const Neighbours& around, const Dequantization& dequantization, int k,
                                   int last, Own& own, int16_t* block) {
  const int i = kZigzag[k], u = i % kSide, v = i / kSide;
  const int above = std::abs(int{around.above[i]}), left = std::abs(int{around.left[i]});
  const int near =
      4 * (above + left) + 2 * (std::abs(int{around.above_left[i]}) + std::abs(int{around.above_right[i]}));
  const auto size_at = [&](int x, int y) { return x < kSide && y < kSide ? own.sizes[kSide * y + x] : 0; };
  const int local =
      4 * (size_at(u + 1, v) + size_at(u, v + 1)) + 2 * size_at(u + 1, v + 1) + size_at(u + 2, v) + size_at(u, v + 2);
  const int near_class = classes_(near), local_class = classes_(local);
  const int both = std::min(classes_(near + 2 * local), kClasses - 1);
  const bool is_edge = u == 0 || v == 0;
  float predicted = 0;  // of an edge, in steps
  if (v == 0 && around.border_above) predicted = around.border_above->below[u] - own.sums_down[u];
  if (u == 0 && around.border_left) predicted = around.border_left->right[v] - own.sums_across[v];
  predicted /= dequantization.factors[i];
  const int expected = static_cast<int>(std::min(std::abs(predicted) * 8, 500.0f));
  const int expected_class = classes_(expected);
  const int other = around.other ? std::min(std::abs(int{around.other[i]}), 7) : 0;
  const int other_class = around.other ? 1 + other : 0;
  const std::array<int, kMixed> contexts = {
      k * kClasses + near_class,
      k * kClasses + local_class,
      (near_class * kClasses + local_class) * 4 + std::min(k / 8, 3),
      k * 16 + last / 4,
      is_edge ? (k * kClasses + expected_class) * 3 + std::min(near, 2)
              : k * 36 + std::min(above, 2) * 3 + std::min(left, 2),
      (std::min(own.nonzeros, 15) * 16 + (last - k) / 4) * kClasses + both,
      k * 9 + other_class,
      both * kBlock + last,
  };
  MixedSlots slots;
  for (int n = 0; n < kMixed; ++n) slots[n] = sizes_[n].slot(contexts[n]);
  const int size = code_size(coder, slots, weights_[k].data(), rest_[k].data(), k != last, std::abs(int{block[i]}));
  own.sizes[i] = size;
  if (size == 0) {
    if constexpr (Coder::kReads) block[i] = 0;
    return;
  }
  ++own.nonzeros;
  const auto sign_of = [](int value) { return value > 0 ? 2 : value < 0 ? 1 : 0; };
  CountingModel& model = is_edge
                             ? edge_signs_[u + (v > 0 ? kSide + v : 0) - (v > 0)][2 * expected_class + (predicted < 0)]
                             : signs_[k][3 * sign_of(around.above[i]) + sign_of(around.left[i])];
  const bool is_negative = coder.bit(model, block[i] < 0);
  const int value = is_negative ? -size : size;
  block[i] = static_cast<int16_t>(value);
  const float dequantized = static_cast<float>(value) * dequantization.factors[i];
  own.sums_down[u] += dequantized;
  own.sums_across[v] += dequantized;
}

template <class Coder>
int BlockModels::code_first(Coder& coder, const Neighbours& around, const Dequantization& dequantization,
                            const BlockSamples& samples, int last, int16_t* block) {
  const float step = dequantization.factors[0];
  const BlockSamples::Expected expected = samples.expect_first(around.border_above, around.border_left);
  const int prediction = static_cast<int>(std::clamp(expected.value / step, -float(kMostValue), float(kMostValue)) +
                                          (expected.value < 0 ? -0.5f : 0.5f));
  const int spread = classes_(static_cast<int>(std::min(expected.spread / step, 500.0f)));
  const int residual = std::clamp(block[0] - prediction, -kMostValue, kMostValue);
  const int near = around.residual_above + around.residual_left;
  const std::array<int, kMixed> contexts = {spread,
                                            classes_(2 * near),
                                            last,
                                            spread * kClasses + classes_(near),
                                            classes_(around.residual_above) * kClasses + classes_(around.residual_left),
                                            spread * 16 + last / 4,
                                            around.other ? classes_(std::abs(int{around.other[0]})) : 0,
                                            0};
  MixedSlots slots;
  for (int n = 0; n < kMixed; ++n) slots[n] = first_[n].slot(contexts[n]);
  int size = code_size(coder, slots, first_weights_.data(), rest_[0].data(), true, std::abs(residual));
  if (size > 0 && coder.bit(first_signs_[spread], residual < 0)) size = -size;
  block[0] = static_cast<int16_t>(std::clamp(prediction + size, -kMostValue, kMostValue));
  return std::abs(size);
}

template <class Coder>
CodedBlock BlockModels::code(Coder& coder, const Neighbours& around, const Dequantization& dequantization,
                             int16_t* block, Borders& borders) {
  int last = kBlock - 1;
  if constexpr (!Coder::kReads) {
    while (last > 0 && block[kZigzag[last]] == 0) --last;
  }
  last = code_last(coder, around, last);
  Own own;
  for (int k = last; k > 0; --k) code_coefficient(coder, around, dequantization, k, last, own, block);
  const BlockSamples samples(block, dequantization);
  const int residual = code_first(coder, around, dequantization, samples, last, block);
  borders = samples.borders(static_cast<float>(block[0]) * dequantization.factors[0]);
  return {last, residual};
}

}  // namespace laq::jpeg
