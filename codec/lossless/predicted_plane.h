// The samples of a plane by prediction: the same walk for the decoder and for the passes of the encoder.
//
// A coder gives the residual in force: residual(context, is_mirrored, x, integer), where `integer` is the rounded
// prediction. A writer knows the sample and so its residual; a reader decodes it.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "lossless/framed_plane.h"
#include "lossless/plane_model.h"
#include "lossless/row_kernels.h"

namespace laq::lossless {

// Tokens stand for 0 .. 15, and then for quarters of octaves.
inline constexpr uint32_t kWholeTokens = 16;

constexpr int extra_bits(int token) {
  return token < static_cast<int>(kWholeTokens) ? 0 : 2 + (token - static_cast<int>(kWholeTokens)) / 4;
}
constexpr int token_of(uint32_t number) {
  if (number < kWholeTokens) return static_cast<int>(number);
  const int top = std::bit_width(number) - 1;
  return static_cast<int>(kWholeTokens) + (top - 4) * 4 + static_cast<int>(number >> (top - 2) & 3);
}
constexpr uint32_t first_of_token(int token) {
  if (token < static_cast<int>(kWholeTokens)) return static_cast<uint32_t>(token);
  const int over = token - static_cast<int>(kWholeTokens);
  return (4u + static_cast<uint32_t>(over % 4)) << (2 + over / 4);
}

// A residual as a number, small ones first, the more likely sign first.
constexpr uint32_t number_of_residual(int residual, bool is_mirrored) {
  const int towards = is_mirrored ? -residual : residual;
  return towards > 0 ? 2u * static_cast<uint32_t>(towards) - 1 : 2u * static_cast<uint32_t>(-towards);
}
constexpr int residual_of_number(uint32_t number, bool is_mirrored) {
  const int towards = number & 1 ? static_cast<int>((number + 1) / 2) : -static_cast<int>(number / 2);
  return is_mirrored ? -towards : towards;
}

// expected: the error in 2^-(kSampleFraction + kWeightBits).
inline int error_context(int64_t expected) {
  constexpr int kFirstBit = 9;  // 1/32 of a level
  const auto size = static_cast<uint64_t>(std::max<int64_t>(expected, int64_t{1} << kFirstBit));
  const int top = std::bit_width(size) - 1;
  return std::min((top - kFirstBit) * 4 + static_cast<int>(size >> (top - 2) & 3), kErrorContexts - 1);
}

struct PlaneRange {
  int most = 255;  // the largest sample
  int step = 1;    // of residuals
};

class PredictedPlane {
 public:
  // sources[0] is filled in; the planes behind it are complete.
  PredictedPlane(const PlaneModel& model, FramedPlane& samples, FramedPlane& errors, const PlaneRange& range)
      : model_(model),
        samples_(samples),
        errors_(errors),
        range_(range),
        predicted_(static_cast<size_t>(model.columns) * kBlockSide),
        expected_(predicted_.size()),
        above_(predicted_.size(), (range.most + 1) / 2) {
    for (const Coefficients& of_class : model.classes) {
      RowCoefficients& row = classes_.emplace_back();
      constexpr float kUnit = 1.0f / (1 << (kCoefficientBits - kSampleFraction));
      for (int tap = kLeftTaps; tap < model.taps(); ++tap) row[tap - kLeftTaps] = of_class[tap] * kUnit;
    }
    samples.fill_above(static_cast<float>((range.most + 1) / 2));
    errors.fill_above(0);
  }

  static size_t bytes(int width) {
    const auto padded = static_cast<size_t>((width + kBlockSide - 1) / kBlockSide * kBlockSide);
    return 3 * padded * sizeof(int32_t) + kMostClasses * 2 * sizeof(RowCoefficients);
  }

  template <class Coder>
  void code(Coder& coder, const PlaneSources& samples, const PlaneSources& errors) {
    for (int y = 0; y < samples_.height(); ++y) {
      samples_.begin_row(y);
      errors_.begin_row(y);
      const uint8_t* const classes = model_.class_of.data() + static_cast<size_t>(y / kBlockSide) * model_.columns;
      predict_row(samples, model_.references, y, classes_, classes, predicted_.data());
      expect_row(errors, model_.references, y, model_.weights, expected_.data());
      coder.begin_row(y);
      code_row(coder, y, classes);
      samples_.end_row(y);
      errors_.end_row(y);
    }
    samples_.finish();
    errors_.finish();
  }

 private:
  template <class Coder>
  void code_row(Coder& coder, int y, const uint8_t* classes) {
    constexpr int kToSample = kCoefficientBits - kSampleFraction, kHalf = 1 << (kSampleFraction - 1);
    float* const out = samples_.row(y);
    float* const out_error = errors_.row(y);
    const int width = samples_.width();
    const int64_t highest = int64_t{range_.most} << kSampleFraction;
    const int64_t error_weight = model_.weights[0], second_weight = model_.weights[1];
    int64_t left = static_cast<int64_t>(out[-1]), second = left, third = left;
    int64_t left_error = static_cast<int64_t>(out_error[-1]), second_error = left_error;
    for (int x0 = 0; x0 < width; x0 += kBlockSide) {
      const Coefficients& coefficients = model_.classes[*classes++];
      const int64_t c0 = coefficients[0], c1 = coefficients[1], c2 = coefficients[2];
      const int end = std::min(x0 + kBlockSide, width);
      for (int x = x0; x < end; ++x) {
        const int64_t above = above_[x];
        const int64_t of_left = c0 * (left - above) + c1 * (second - above) + c2 * (third - above);
        const int64_t predicted = std::clamp<int64_t>(predicted_[x] + (of_left >> kToSample), 0, highest);
        const int integer = static_cast<int>((predicted + kHalf) >> kSampleFraction);
        const int fraction = static_cast<int>(predicted) - (integer << kSampleFraction);
        const bool is_mirrored = fraction < 0;
        const int fraction_class = std::min(std::abs(fraction) >> 3, kFractionContexts - 1);
        const int context = error_context(expected_[x] + error_weight * left_error + second_weight * second_error);
        const int residual = coder.residual(context * kFractionContexts + fraction_class, is_mirrored, x, integer);
        const auto sample =
            static_cast<int>(std::clamp<int64_t>(integer + int64_t{residual} * range_.step, 0, range_.most));
        const int64_t error = std::abs((int64_t{sample} << kSampleFraction) - predicted);
        out[x] = static_cast<float>(sample);
        out_error[x] = static_cast<float>(error);
        above_[x] = sample;
        third = second;
        second = left;
        left = sample;
        second_error = left_error;
        left_error = error;
      }
    }
  }

  const PlaneModel& model_;
  FramedPlane& samples_;
  FramedPlane& errors_;
  PlaneRange range_;
  std::vector<RowCoefficients> classes_;
  std::vector<int32_t> predicted_, expected_, above_;
};

}  // namespace laq::lossless
