#include "compare/codecs/model_contrasts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace laq::compare {
namespace {

// A small floating-point format: bits of the mantissa without the leading one, the exponent of its least normal number,
// and its largest number. Larger numbers saturate.
struct SmallFloat {
  int mantissa_bits;
  int least_exponent;
  double largest;
};
constexpr SmallFloat kFloat16 = {10, -14, 65504}, kE4M3 = {3, -6, 448}, kE2M1 = {1, 0, 6};

// The nearest number of the format; ties go to the even mantissa.
double rounded(double value, const SmallFloat& format) {
  if (value == 0) return 0;
  const double step = std::ldexp(1, std::max(std::ilogb(value), format.least_exponent) - format.mantissa_bits);
  return std::clamp(std::nearbyint(value / step) * step, -format.largest, format.largest);
}

double absolute_maximum(std::span<const float> values) {
  double maximum = 0;
  for (const float value : values) maximum = std::max(maximum, std::fabs(static_cast<double>(value)));
  return maximum;
}

template <class Function>
void for_each_block(std::span<float> values, size_t size, Function&& function) {
  for (size_t at = 0; at < values.size(); at += size) function(values.subspan(at, std::min(size, values.size() - at)));
}

// Rounds to the multiples of `step` from -lowest to highest, or to 0 if the step is 0.
void round_to_multiples(std::span<float> values, double step, double lowest, double highest) {
  for (float& value : values)
    value = step == 0 ? 0.0f
                      : static_cast<float>(
                            step * std::clamp(std::nearbyint(static_cast<double>(value) / step), -lowest, highest));
}

double squared_error(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
  return sum;
}

// One uniform step for a tensor. The step is the one of least squared error among shares of the step at which no number
// is clipped.
template <int kBits>
void uniform(std::span<float> values) {
  constexpr double kLargest = (1 << (kBits - 1)) - 1;
  constexpr int kShares = 40;
  const double whole_step = absolute_maximum(values) / kLargest;
  std::vector<float> best;
  double least = INFINITY;
  for (int share = kShares; share > 0; --share) {
    std::vector<float> tried(values.begin(), values.end());
    round_to_multiples(tried, whole_step * share / kShares, kLargest, kLargest);
    const double error = squared_error(values, tried);
    if (error >= least) continue;
    least = error;
    best = std::move(tried);
  }
  std::ranges::copy(best, values.begin());
}

// A float16 scale for every 32 numbers, by the largest magnitude.
template <int kBits>
void block_absmax(std::span<float> values) {
  constexpr double kLargest = (1 << (kBits - 1)) - 1;
  for_each_block(values, 32, [](std::span<float> block) {
    round_to_multiples(block, rounded(absolute_maximum(block) / kLargest, kFloat16), kLargest, kLargest);
  });
}

// ggml's Q4_0: the number of largest magnitude becomes -8 of the levels -8 to 7, so the step has its opposite sign.
void q4_0(std::span<float> values) {
  for_each_block(values, 32, [](std::span<float> block) {
    const float extreme = *std::ranges::max_element(block, {}, [](float value) { return std::fabs(value); });
    round_to_multiples(block, rounded(static_cast<double>(extreme) / -8, kFloat16), 8, 7);
  });
}

// A block of Q4_K: numbers are scale * q - offset with q from 0 to 15.
struct AffineBlock {
  double scale = 0, offset = 0;  // neither is negative
};
constexpr double kLargestQ4 = 15, kLargestScale = 63;

double q4_index(double value, const AffineBlock& block) {
  return block.scale == 0 ? 0 : std::clamp(std::nearbyint((value + block.offset) / block.scale), 0.0, kLargestQ4);
}

// The scale and offset of least weighted error for indices that are given by another scale and offset.
AffineBlock refitted(std::span<const float> values, std::span<const double> weights, const AffineBlock& trial) {
  double sum_w = 0, sum_q = 0, sum_qq = 0, sum_x = 0, sum_qx = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double value = static_cast<double>(values[i]), w = weights[i], q = q4_index(value, trial);
    sum_w += w;
    sum_q += w * q;
    sum_qq += w * q * q;
    sum_x += w * value;
    sum_qx += w * q * value;
  }
  const double determinant = sum_w * sum_qq - sum_q * sum_q;
  if (!(determinant > 0)) return trial;
  AffineBlock fit = {(sum_w * sum_qx - sum_q * sum_x) / determinant, (sum_q * sum_qx - sum_qq * sum_x) / determinant};
  if (fit.offset < 0) fit = {sum_qx / sum_qq, 0};
  return fit.scale > 0 ? fit : trial;
}

// Searches the scale and offset as ggml does: steps around the span of the block, each refitted by least squares.
// Errors weigh by the magnitude of the number and the root mean square of the block.
AffineBlock q4_k_block(std::span<const float> values) {
  const auto [low, high] = std::ranges::minmax(values);
  const double least = std::min(0.0, static_cast<double>(low)), span = static_cast<double>(high) - least;
  if (!(span > 0)) return {0, -least};
  double power = 0;
  for (const float value : values) power += static_cast<double>(value) * static_cast<double>(value);
  std::vector<double> weights;
  for (const float value : values)
    weights.push_back(std::sqrt(power / static_cast<double>(values.size())) + std::fabs(static_cast<double>(value)));

  AffineBlock best;
  double least_error = INFINITY;
  constexpr int kTrials = 21;
  for (int trial = 0; trial < kTrials; ++trial) {
    const double levels = kLargestQ4 - 1 + 0.1 * trial;
    const AffineBlock fit = refitted(values, weights, {span / levels, -least});
    double error = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      const double value = static_cast<double>(values[i]);
      error += weights[i] * std::pow(fit.scale * q4_index(value, fit) - fit.offset - value, 2);
    }
    if (error >= least_error) continue;
    least_error = error;
    best = fit;
  }
  return best;
}

// ggml's Q4_K: eight blocks of 32 with 6-bit scales and offsets, which two float16 numbers scale.
void q4_k(std::span<float> values) {
  for_each_block(values, 256, [](std::span<float> super_block) {
    std::vector<AffineBlock> blocks;
    double scale = 0, offset = 0;
    for_each_block(super_block, 32, [&](std::span<float> block) {
      blocks.push_back(q4_k_block(block));
      scale = std::max(scale, blocks.back().scale);
      offset = std::max(offset, blocks.back().offset);
    });
    scale = rounded(scale / kLargestScale, kFloat16);
    offset = rounded(offset / kLargestScale, kFloat16);
    const auto to_six_bits = [](double value, double unit) {
      return unit == 0 ? 0 : unit * std::clamp(std::nearbyint(value / unit), 0.0, kLargestScale);
    };
    auto next = blocks.begin();
    for_each_block(super_block, 32, [&](std::span<float> block) {
      const AffineBlock stored = {to_six_bits(next->scale, scale), to_six_bits(next->offset, offset)};
      ++next;
      for (float& value : block)
        value = static_cast<float>(stored.scale * q4_index(static_cast<double>(value), stored) - stored.offset);
    });
  });
}

// The levels of NF4, quantiles of the normal distribution (Dettmers and others, "QLoRA", 2023), with a float16 scale
// for every 64 numbers.
void nf4(std::span<float> values) {
  constexpr std::array<double, 16> kLevels = {-1.0,
                                              -0.6961928009986877,
                                              -0.5250730514526367,
                                              -0.39491748809814453,
                                              -0.28444138169288635,
                                              -0.18477343022823334,
                                              -0.09105003625154495,
                                              0.0,
                                              0.07958029955625534,
                                              0.16093020141124725,
                                              0.24611230194568634,
                                              0.33791524171829224,
                                              0.44070982933044434,
                                              0.5626170039176941,
                                              0.7229568362236023,
                                              1.0};
  for_each_block(values, 64, [&](std::span<float> block) {
    const double scale = rounded(absolute_maximum(block), kFloat16);
    for (float& value : block) {
      if (scale == 0) break;
      const double share = static_cast<double>(value) / scale;
      value = static_cast<float>(
          scale * *std::ranges::min_element(kLevels, {}, [&](double level) { return std::fabs(level - share); }));
    }
  });
}

// NVFP4: E2M1 numbers with an E4M3 scale for every 16, and a float32 scale for the tensor.
void nvfp4(std::span<float> values) {
  const double tensor_scale = absolute_maximum(values) / (kE4M3.largest * kE2M1.largest);
  for_each_block(values, 16, [&](std::span<float> block) {
    const double scale =
        tensor_scale == 0 ? 0 : tensor_scale * rounded(absolute_maximum(block) / kE2M1.largest / tensor_scale, kE4M3);
    for (float& value : block)
      value = scale == 0 ? 0.0f : static_cast<float>(scale * rounded(static_cast<double>(value) / scale, kE2M1));
  });
}

// MXFP4 of the Open Compute Project: E2M1 numbers with a power of two for every 32, which is that of the largest
// magnitude, so that magnitudes above 6 of its units saturate.
void mxfp4(std::span<float> values) {
  for_each_block(values, 32, [](std::span<float> block) {
    const double maximum = absolute_maximum(block);
    if (maximum == 0) return;
    const double scale = std::ldexp(1, std::clamp(std::ilogb(maximum) - 2, -127, 127));
    for (float& value : block) value = static_cast<float>(scale * rounded(static_cast<double>(value) / scale, kE2M1));
  });
}

constexpr ModelContrast kContrasts[] = {{"uniform", "uniform-3", 3, uniform<3>},
                                        {"uniform", "uniform-4", 4, uniform<4>},
                                        {"uniform", "uniform-5", 5, uniform<5>},
                                        {"uniform", "uniform-6", 6, uniform<6>},
                                        {"uniform", "uniform-8", 8, uniform<8>},
                                        {"absmax", "absmax-3", 3.5, block_absmax<3>},
                                        {"absmax", "absmax-4", 4.5, block_absmax<4>},
                                        {"absmax", "absmax-5", 5.5, block_absmax<5>},
                                        {"absmax", "absmax-6", 6.5, block_absmax<6>},
                                        {"Q4_0", "Q4_0", 4.5, q4_0},
                                        {"Q8_0", "Q8_0", 8.5, block_absmax<8>},
                                        {"Q4_K", "Q4_K", 4.5, q4_k},
                                        {"NF4", "NF4", 4.25, nf4},
                                        {"NVFP4", "NVFP4", 4.5, nvfp4},
                                        {"MXFP4", "MXFP4", 4.25, mxfp4}};

}  // namespace

std::span<const ModelContrast> model_contrasts() {
  return kContrasts;
}

const ModelContrast* find_model_contrast(std::string_view name) {
  const auto* const found = std::ranges::find(kContrasts, name, &ModelContrast::name);
  return found == std::end(kContrasts) ? nullptr : found;
}

}  // namespace laq::compare
