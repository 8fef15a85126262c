// Fast rows: the matrix of a tensor by trellis-coded quantization, with one adaptive alphabet of magnitudes for each
// class of expected magnitude. Four rows are coded side by side, so that a processor works at four symbols at a time.
//
//   log2 expected(r, c) = base + w_row log2 R(r, c) + w_near log2 N(r, c) + w_column log2 C(c) + w_channel log2 H(c)
// R: mean magnitude of the row so far; N: mean of the latest ones; C: mean of the column in the rows before; H: mean of
// C over an input channel. Logarithms are relative to the mean magnitude of the tensor, which the header tells; the
// encoder fits the weights. All of it is IEEE single precision in a fixed order.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "entropy/rans.h"
#include "quantize/trellis.h"
#include "tensor/matrix_view.h"
#include "tensor/scales.h"

namespace laq::tensor {

inline constexpr int kLanes = 4;  // rows side by side

// What stands before the symbols.
struct RowsHeader {
  static constexpr int kStepFraction = 1024;  // parts of an octave
  static constexpr int kLeastStep = -1200 * kStepFraction, kMostStep = 1100 * kStepFraction;
  static constexpr int kMeanFraction = 8, kMeanOffset = 64;  // logarithm of the mean magnitude, in points
  static constexpr int kWeights = 4, kWeightUnit = 10;       // weights count tenths
  static constexpr int kShapes = 4;

  bool is_transposed = false;
  bool is_uniform = false;                                   // one quantizer, whose points are even, and one context
  bool has_row_factors = false, has_column_factors = false;  // of the step
  int state_bits = 3;                                        // of the trellis
  int shape = 2;           // of the first probabilities: how heavy tails are, below kShapes
  int step = 0;            // 2^(step / kStepFraction)
  int mean = kMeanOffset;  // 2^((mean - kMeanOffset) / kMeanFraction) is the mean magnitude in points; a byte
  std::array<uint8_t, kWeights> weights{};  // row, near, column, channel; 0 .. 15
  int base = 8;                             // added to the logarithm of the expectation, in (base - 8) / 8; 0 .. 15
  std::array<uint8_t, 2> shift{8, 8};       // of the points of magnitude 1, and of 2 .. 3, in (shift - 8) / 32; 0 .. 15

  void write(ByteWriter& writer) const;
  static bool read(ByteReader& reader, RowsHeader& header);
};

// The view that a header names: rows that a vector is cut into come first.
MatrixView view_of(const TensorFormat& format, bool is_transposed);

// The factors of rows and columns of the step, as scales (scales.h).
struct StepFactors {
  std::vector<int16_t> rows, columns;  // empty: all are 1
};

// Where each state goes by the half of a point.
struct StateTable {
  explicit StateTable(const RowsHeader& header);
  std::array<std::array<uint8_t, 2>, 256> next{};
};

// Classes of the expected magnitude.
inline constexpr int kClassesPerOctave = 4, kLeastOctave = -4, kMostHalfOctaves = 3;  // 2^-4 .. 2^1.5 cells of 2 points
inline constexpr int kClasses = (kMostHalfOctaves - 2 * kLeastOctave) * kClassesPerOctave / 2;
inline constexpr int kMostShift = 24;
inline constexpr int kMostPoint = 1 << 27;

struct MagnitudeClass {
  int index, shift;  // a unit of magnitude is 2^shift cells

  // logarithm: of the expected magnitude in points.
  explicit MagnitudeClass(float logarithm) {
    const float limited = std::clamp(logarithm, -16.0f, 40.0f);
    const int octaves = static_cast<int>((limited - 1 - kLeastOctave) * kClassesPerOctave + 256) - 256;
    index = std::max(octaves, 0);
    shift = 0;
    if (index >= kClasses) {
      shift = std::min((index - kClasses) / kClassesPerOctave + 1, kMostShift);
      index = std::min(index - shift * kClassesPerOctave, kClasses - 1);
    }
  }
};

// Alphabets of both quantizers for every class. They begin with the probabilities of a distribution of the class'
// deviation.
struct Alphabets {
  std::array<std::array<AdaptiveAlphabet, kClasses>, 2> of;  // [quantizer][class]
};
const Alphabets& first_alphabets(int shape);

// Magnitudes: quantizer 0 has the points 0, 2, 4 .., quantizer 1 has 1, 3, 5 ..; the magnitude counts them. Codes a
// point; returns it.
template <class Coder>
inline int code_row_point(Coder& coder, AdaptiveAlphabet& alphabet, int rans_state, int shift, int quantizer,
                          int wanted) {
  constexpr int kEscape = kSymbols - 1;
  const auto magnitude = static_cast<uint32_t>(std::abs(wanted)) >> 1;
  const auto unit = static_cast<int>(magnitude >> shift);
  auto found = static_cast<uint32_t>(coder.symbol(alphabet, rans_state, Coder::kReads ? 0 : std::min(unit, kEscape)));
  if (found == kEscape) {
    // Exp-Golomb, of what is beyond.
    const uint32_t rest = Coder::kReads ? 1 : static_cast<uint32_t>(unit - kEscape + 1);
    const int length = std::bit_width(rest) - 1;
    int top = 0;
    while (top < kMostShift && coder.bits(1, top < length) != 0) ++top;
    const uint32_t below = (1u << top) - 1;
    found += below + coder.bits(top, rest & below);
  }
  if (shift > 0) {
    const uint32_t below = (1u << shift) - 1;
    found = (std::min(found, static_cast<uint32_t>(kMostPoint) >> (shift + 1)) << shift) +
            coder.bits(shift, magnitude & below);
  }
  if (quantizer == 0 && found == 0) return 0;
  const int size = static_cast<int>(2 * std::min(found, static_cast<uint32_t>(kMostPoint) / 2)) + quantizer;
  return coder.bits(1, wanted < 0) != 0 ? -size : size;
}

// log2, within 0.09, of a number above 0.
inline float rough_logarithm(float x) {
  return static_cast<float>(std::bit_cast<int32_t>(x)) * 0x1p-23f - 127.0f;
}

// Codes the points of a matrix, row-major; a reader fills them in.
template <class Coder>
class RowsCoder {
 public:
  RowsCoder(Coder& coder, const RowsHeader& header, const MatrixView& view)
      : coder_(coder),
        header_(header),
        view_(view),
        states_(header),
        alphabets_(first_alphabets(header.shape)),
        rans_states_(rans_states(view)),
        mean_(static_cast<float>(amplitude_of(header.mean - RowsHeader::kMeanOffset))),
        columns_(view.columns, mean_),
        logs_(view.columns),
        first_means_(view.rows, mean_) {
    static_assert(RowsHeader::kMeanFraction == kScalesPerOctave);
    for (int k = 0; k < RowsHeader::kWeights; ++k) {
      weights_[k] = header.is_uniform ? 0 : static_cast<float>(header.weights[k]) / RowsHeader::kWeightUnit;
    }
    float rest = 1;
    for (const float weight : weights_) rest -= weight;
    log_of_mean_ = rough_logarithm(mean_ + kFloor);
    constant_ = rest * log_of_mean_ + static_cast<float>(header.base - 8) / 8;
    rates_.resize(view.columns);
    for (uint32_t c = 0; c < view.columns; ++c) rates_[c] = std::max(1.0f / static_cast<float>(c + 8), 1.0f / 64);
  }

  static int rans_states(const MatrixView& view) { return view.size() >= (1u << 15) ? kLanes : 1; }

  void code(std::span<int32_t> points) {
    for (uint32_t row = 0; row < view_.rows; row += kLanes) {
      const int lanes = static_cast<int>(std::min<uint32_t>(kLanes, view_.rows - row));
      begin_rows(row, lanes);
      if (lanes == kLanes) {
        code_group<kLanes>(points.data() + size_t{row} * view_.columns, kLanes);
      } else {
        code_group<0>(points.data() + size_t{row} * view_.columns, lanes);
      }
      for (int lane = 0; lane < lanes; ++lane) first_means_[row + lane] = slow_[lane];
      mean_ += (total(lanes) - mean_) * (1.0f / 16);
    }
  }

 private:
  static constexpr float kFloor = 1.0f / 32;

  float total(int lanes) const {
    float sum = 0;
    for (int lane = 0; lane < lanes; ++lane) sum += slow_[lane];
    return sum / static_cast<float>(lanes);
  }

  void begin_rows(uint32_t row, int lanes) {
    // Rows of the same input channel lie at a distance.
    const uint32_t distance = view_.kernel_rows > 1 ? view_.rows / view_.kernel_rows : 0;
    for (int lane = 0; lane < lanes; ++lane) {
      const bool has_before = distance > 0 && row + lane >= distance && distance >= kLanes;
      slow_[lane] = near_[lane] = has_before ? first_means_[row + lane - distance] : mean_;
    }
    const uint32_t kernel = view_.kernel;
    for (uint32_t c = 0; c < view_.columns; ++c) logs_[c] = rough_logarithm(columns_[c] + kFloor);
    if constexpr (Coder::kObserves) column_logs_ = logs_;
    if (kernel > 1) {
      for (uint32_t c = 0; c < view_.columns; c += kernel) {
        float sum = 0;
        for (uint32_t k = 0; k < kernel; ++k) sum += columns_[c + k];
        const float channel = weights_[3] * rough_logarithm(sum / static_cast<float>(kernel) + kFloor);
        for (uint32_t k = 0; k < kernel; ++k) logs_[c + k] = weights_[2] * logs_[c + k] + channel + constant_;
      }
    } else {
      for (float& log : logs_) log = (weights_[2] + weights_[3]) * log + constant_;
    }
    const auto group = static_cast<float>(row / kLanes);
    if constexpr (Coder::kObserves) observe_columns();
    column_rate_ = std::max(1.0f / (group + 3), 0.1f) * static_cast<float>(lanes) / kLanes;
  }

  // The features of columns, for an encoder's fit.
  void observe_columns() {
    channel_logs_.assign(view_.columns, log_of_mean_);
    if (view_.kernel == 1) return;
    for (uint32_t c = 0; c < view_.columns; c += view_.kernel) {
      float sum = 0;
      for (uint32_t k = 0; k < view_.kernel; ++k) sum += columns_[c + k];
      std::fill_n(channel_logs_.begin() + c, view_.kernel,
                  rough_logarithm(sum / static_cast<float>(view_.kernel) + kFloor));
    }
  }

  template <int kFixed>
  void code_group(int32_t* points, int count) {
    const int lanes = kFixed > 0 ? kFixed : count;
    const size_t columns = view_.columns;
    const float w_row = weights_[0], w_near = weights_[1];
    const float of_mean = 1.0f / static_cast<float>(lanes);
    for (size_t c = 0; c < columns; ++c) {
      std::array<float, kLanes> expected;
      for (int lane = 0; lane < lanes; ++lane) {
        expected[lane] =
            (logs_[c] + w_row * rough_logarithm(slow_[lane] + kFloor)) + w_near * rough_logarithm(near_[lane] + kFloor);
      }
      std::array<float, kLanes> sizes;
      if constexpr (Coder::kObserves) {
        for (int lane = 0; lane < lanes; ++lane) {
          const auto size = static_cast<float>(std::abs(points[lane * columns + c]));
          coder_.observe({rough_logarithm(slow_[lane] + kFloor) - log_of_mean_,
                          rough_logarithm(near_[lane] + kFloor) - log_of_mean_, column_logs_[c] - log_of_mean_,
                          channel_logs_[c] - log_of_mean_},
                         size, expected[lane]);
        }
      }
      for (int lane = 0; lane < lanes; ++lane) {
        const MagnitudeClass of(expected[lane]);
        const int quantizer = lane_states_[lane] & 1;
        int32_t& point = points[lane * columns + c];
        point = code_row_point(coder_, alphabets_.of[quantizer][of.index], rans_states_ > 1 ? lane : 0, of.shift,
                               quantizer, point);
        lane_states_[lane] = states_.next[lane_states_[lane]][half(point, quantizer)];
        sizes[lane] = static_cast<float>(std::abs(point));
      }
      const float rate = rates_[c];
      float sum = 0;
      for (int lane = 0; lane < lanes; ++lane) {
        slow_[lane] += (sizes[lane] - slow_[lane]) * rate;
        near_[lane] += (sizes[lane] - near_[lane]) * 0.2f;
        sum += sizes[lane];
      }
      columns_[c] += (sum * of_mean - columns_[c]) * column_rate_;
    }
  }

  static int half(int point, int quantizer) { return ((point + quantizer) >> 1) & 1; }

  Coder& coder_;
  const RowsHeader& header_;
  MatrixView view_;
  StateTable states_;
  Alphabets alphabets_;
  int rans_states_;
  float mean_;
  std::vector<float> columns_, logs_, first_means_, rates_;
  std::vector<float> column_logs_, channel_logs_;  // for an encoder's fit
  float log_of_mean_ = 0;
  std::array<float, RowsHeader::kWeights> weights_{};
  float constant_ = 0, column_rate_ = 0;
  std::array<float, kLanes> slow_{}, near_{};
  std::array<uint8_t, kLanes> lane_states_{};
};

// The values of points of one row, in units of the header's step. factors: of columns, or null.
void reconstruct_row(const RowsHeader& header, std::span<const int32_t> points, float row_factor,
                     const float* column_factors, float* values);

// The factors as numbers.
std::vector<float> factors_of(std::span<const int16_t> scales);

}  // namespace laq::tensor
