// The samples of a plane by prediction: the same walk for the decoder and for the passes of the encoder.
//
// A coder makes a Row for each row, and takes it back at its end. The Row gives the residual of a sample,
// residual(expected, fraction, x, integer), where `integer` is the rounded prediction, `fraction` its rounding error,
// and `expected` the expected error; and it gets the resulting sample: take(x, sample). A writer knows the source and
// so the residual; a reader decodes it. Samples do not depend on expected errors, so a writer omits these (kExpects is
// false) until it knows all errors, to which it fits the weights.
//
// Predictions see estimates of the source's samples. Without a bound on the error an estimate is the sample. With one,
// a sample whose residual is not 0 represents a range of levels, and those nearer to its prediction are more likely, so
// its estimate is moved towards the prediction.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <tuple>
#include <utility>
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

// The numbers that a token stands for.
struct NumbersOfToken {
  uint32_t first;
  int extra_bits;
};
inline constexpr std::array<NumbersOfToken, kMostTokens> kNumbersOfToken = [] {
  std::array<NumbersOfToken, kMostTokens> numbers{};
  for (int token = 0; token < kMostTokens; ++token) numbers[token] = {first_of_token(token), extra_bits(token)};
  return numbers;
}();

// A residual as a number, small ones first, the more likely sign first.
constexpr uint32_t number_of_residual(int residual, bool is_mirrored) {
  const int towards = is_mirrored ? -residual : residual;
  return towards > 0 ? 2u * static_cast<uint32_t>(towards) - 1 : 2u * static_cast<uint32_t>(-towards);
}
constexpr int residual_of_number(uint32_t number, bool is_mirrored) {
  const int size = static_cast<int>((number + 1) / 2);
  // -1 if negative, and 0 if not: no branch, as it could not be predicted.
  const int sign = (static_cast<int>(number & 1) - 1) ^ -static_cast<int>(is_mirrored);
  return (size ^ sign) - sign;
}

// expected: the error in 2^-(kSampleFraction + kWeightBits).
inline int error_context(int64_t expected) {
  constexpr int kFirstBit = 9;  // 1/32 of a level
  const auto size = static_cast<uint64_t>(std::max<int64_t>(expected, int64_t{1} << kFirstBit));
  const int top = std::bit_width(size) - 1;
  return std::min((top - kFirstBit) * 4 + static_cast<int>(size >> (top - 2) & 3), kErrorContexts - 1);
}

constexpr bool is_mirrored(int fraction) {
  return fraction < 0;
}
// expected: as of error_context(). fraction: -2^(kSampleFraction - 1) .. 2^(kSampleFraction - 1) - 1.
inline int residual_context(int64_t expected, int fraction) {
  return error_context(expected) * kFractionContexts + std::min(std::abs(fraction) >> 3, kFractionContexts - 1);
}
// of_row: what expect_row() gives.
inline int64_t expected_error(const PlaneModel& model, int32_t of_row, int64_t left_error, int64_t second_error) {
  return of_row + model.weights[0] * left_error + model.weights[1] * second_error;
}

struct PlaneRange {
  int most = 255;  // the largest sample
  int step = 1;    // of residuals

  // By how much the estimate of a sample with a residual is nearer to its prediction.
  int lean() const { return step * 2 / 9; }
};

class PredictedPlane {
 public:
  // The first of the sources is filled in. Those behind it must be complete up to the row below the one that is coded.
  PredictedPlane(const PlaneModel& model, FramedPlane& estimates, FramedPlane& errors,
                 const PlaneSources& estimate_sources, const PlaneSources& error_sources, const PlaneRange& range)
      : model_(model),
        estimates_(estimates),
        errors_(errors),
        estimate_sources_(estimate_sources),
        error_sources_(error_sources),
        range_(range),
        predicted_(static_cast<size_t>(model.columns) * kBlockSide),
        expected_(predicted_.size()),
        above_(predicted_.size(), (range.most + 1) / 2) {
    for (const Coefficients& of_class : model.classes) classes_.push_back(row_coefficients(of_class, model.references));
    estimates.fill_above(static_cast<float>((range.most + 1) / 2));
    errors.fill_above(0);
  }

  static size_t bytes(int width) {
    const auto padded = static_cast<size_t>((width + kBlockSide - 1) / kBlockSide * kBlockSide);
    return 3 * padded * sizeof(int32_t) + kMostClasses * 2 * sizeof(RowCoefficients);
  }

  template <class Coder>
  void code(Coder& coder) {
    for (int y = 0; y < estimates_.height(); ++y) code_rows<1, Coder>({{{this, &coder, y}}});
  }

  template <class Coder>
  struct RowOfPlane {
    PredictedPlane* plane;
    Coder* coder;
    int y;
  };
  // Codes independent rows of several planes side by side, so that the latency of one does not delay the others.
  template <size_t kRows, class Coder>
  static void code_rows(const std::array<RowOfPlane<Coder>, kRows>& rows) {
    for (const RowOfPlane<Coder>& row : rows) row.plane->begin_row(row.y, Coder::kExpects);
    walk(rows, std::make_index_sequence<kRows>());
    for (const RowOfPlane<Coder>& row : rows) row.plane->end_row(row.y);
  }

 private:
  // The loop over planes is unrolled here, so that what changes from sample to sample is in registers.
  template <class Coder, size_t kRows, size_t... kPlane>
  static void walk(const std::array<RowOfPlane<Coder>, kRows>& rows, std::index_sequence<kPlane...>) {
    std::tuple<Walk<Coder, kPlane>...> walks(rows[kPlane]...);
    const int width = rows[0].plane->estimates_.width();
    for (int x0 = 0; x0 < width; x0 += kBlockSide) {
      (std::get<kPlane>(walks).begin_block(), ...);
      const int end = std::min(x0 + kBlockSide, width);
      for (int x = x0; x < end; ++x) (std::get<kPlane>(walks).code(x), ...);
    }
    (std::get<kPlane>(walks).finish(), ...);
  }

  const uint8_t* classes_of_row(int y) const {
    return model_.class_of.data() + static_cast<size_t>(y / kBlockSide) * model_.columns;
  }

  void begin_row(int y, bool expects) {
    estimates_.begin_row(y);
    errors_.begin_row(y);
    predict_row(estimate_sources_, model_.references, y, classes_, classes_of_row(y), predicted_.data());
    if (expects) expect_row(error_sources_, model_.references, y, model_.weights, expected_.data());
  }
  void end_row(int y) {
    estimates_.end_row(y);
    errors_.end_row(y);
    if (y + 1 < estimates_.height()) return;
    estimates_.finish();
    errors_.finish();
  }

  // Goes along a row of one of the planes that are coded side by side.
  template <class Coder, size_t kPlane>
  class Walk {
   public:
    explicit Walk(const RowOfPlane<Coder>& row)
        : coder_(*row.coder), coding_(row.coder->begin_row(row.y)), model_(row.plane->model_) {
      PredictedPlane& plane = *row.plane;
      classes_ = plane.classes_of_row(row.y);
      predicted_ = plane.predicted_.data();
      expected_ = plane.expected_.data();
      above_ = plane.above_.data();
      out_ = plane.estimates_.row(row.y);
      out_error_ = plane.errors_.row(row.y);
      most_ = plane.range_.most;
      step_ = plane.range_.step;
      lean_ = plane.range_.lean();
      left_ = second_ = third_ = static_cast<int64_t>(out_[-1]);
      left_error_ = second_error_ = static_cast<int64_t>(out_error_[-1]);
      of_left_error_ = model_.weights[0];
      of_second_error_ = model_.weights[1];
    }
    void finish() { coder_.end_row(coding_); }
    void begin_block() {
      const Coefficients& coefficients = model_.classes[*classes_++];
      for (int tap = 0; tap < kLeftTaps; ++tap) coefficients_[tap] = coefficients[tap];
    }
    void code(int x) {
      constexpr int kToSample = kCoefficientBits - kSampleFraction, kHalf = 1 << (kSampleFraction - 1);
      const int64_t above = above_[x];
      const int64_t of_left = coefficients_[0] * (left_ - above) + coefficients_[1] * (second_ - above) +
                              coefficients_[2] * (third_ - above);
      const int64_t predicted =
          std::clamp<int64_t>(predicted_[x] + (of_left >> kToSample), 0, int64_t{most_} << kSampleFraction);
      const int integer = static_cast<int>((predicted + kHalf) >> kSampleFraction);
      const int fraction = static_cast<int>(predicted) - (integer << kSampleFraction);
      const int64_t expected =
          Coder::kExpects ? expected_[x] + of_left_error_ * left_error_ + of_second_error_ * second_error_ : 0;
      const int residual = coding_.residual(expected, fraction, x, integer);
      const auto sample = static_cast<int>(std::clamp<int64_t>(integer + int64_t{residual} * step_, 0, most_));
      coding_.take(x, sample);
      // The branch keeps the sign off the dependency chain to the next sample.
      const int estimate = lean_ == 0 ? sample : sample - lean_ * ((residual > 0) - (residual < 0));
      const int64_t error = std::abs((int64_t{estimate} << kSampleFraction) - predicted);
      out_[x] = static_cast<float>(estimate);
      out_error_[x] = static_cast<float>(error);
      above_[x] = estimate;
      third_ = second_;
      second_ = left_;
      left_ = estimate;
      second_error_ = left_error_;
      left_error_ = error;
    }

   private:
    Coder& coder_;
    typename Coder::Row coding_;
    const PlaneModel& model_;
    const uint8_t* classes_ = nullptr;
    const int32_t* predicted_ = nullptr;
    const int32_t* expected_ = nullptr;
    int32_t* above_ = nullptr;
    float *out_ = nullptr, *out_error_ = nullptr;
    int most_ = 0, step_ = 1, lean_ = 0;
    int64_t left_ = 0, second_ = 0, third_ = 0, left_error_ = 0, second_error_ = 0;
    int64_t of_left_error_ = 0, of_second_error_ = 0;
    std::array<int64_t, kLeftTaps> coefficients_{};
  };

  const PlaneModel& model_;
  FramedPlane& estimates_;
  FramedPlane& errors_;
  PlaneSources estimate_sources_, error_sources_;
  PlaneRange range_;
  std::vector<RowCoefficients> classes_;
  std::vector<int32_t> predicted_, expected_, above_;
};

}  // namespace laq::lossless
