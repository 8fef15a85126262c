// Fast rows code the matrix of a tensor by trellis-coded quantization, with one adaptive alphabet of magnitudes for
// each class of expected magnitude. Four rows are coded side by side, so that a processor works at four symbols at a
// time.
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
  static constexpr int kLeastStep = -1200 * kStepFraction, kMostStep = 1000 * kStepFraction;
  static constexpr int kMeanFraction = 8, kMeanOffset = 64;  // logarithm of the mean magnitude, in points
  static constexpr int kWeights = 4, kWeightUnit = 10;       // weights count tenths
  static constexpr int kShapes = 4;

  bool is_transposed = false;
  bool is_uniform = false;                                   // one quantizer, whose points are even, and one context
  bool has_row_factors = false, has_column_factors = false;  // of the step
  int state_bits = 3;                                        // of the trellis
  int shape = 1;           // of the first probabilities: how heavy tails are, below kShapes
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

// The next state of the trellis, by state and half of the point.
struct StateTable {
  explicit StateTable(const RowsHeader& header);
  std::array<std::array<uint8_t, 2>, 256> next{};
};

// Classes of the expected magnitude, from 2^-4 to 2^1.5 cells; a cell is as wide as two points. Beyond the last class,
// magnitudes are coded in units of 2^shift cells, and their lower bits are equiprobable.
inline constexpr int kClassesPerOctave = 4, kLeastOctave = -4, kMostHalfOctaves = 3;
inline constexpr int kClasses = (kMostHalfOctaves - 2 * kLeastOctave) * kClassesPerOctave / 2;
inline constexpr int kShiftOfOctave = 2;  // kClassesPerOctave is 2^kShiftOfOctave
inline constexpr float kLeastLogarithm = -16, kMostLogarithm = 24;
inline constexpr int kMostShift = 24;
inline constexpr int kMostPoint = 1 << 27;

struct MagnitudeClass {
  int index, shift;  // a unit of magnitude is 2^shift cells

  // logarithm: of the expected magnitude in points.
  explicit MagnitudeClass(float logarithm) {
    const float limited = std::clamp(logarithm, kLeastLogarithm, kMostLogarithm);
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

// log2, within 0.09, of a number above 0.
inline float rough_logarithm(float x) {
  return static_cast<float>(std::bit_cast<int32_t>(x)) * 0x1p-23f - 127.0f;
}

// The states that are interleaved: small matrices have one, because each takes two bytes.
inline int rans_states(const MatrixView& view) {
  return view.size() >= (1u << 15) ? kLanes : 1;
}

// The values of points of one row, in units of the header's step. factors: of columns, or null.
void reconstruct_row(const RowsHeader& header, std::span<const int32_t> points, float row_factor,
                     const float* column_factors, float* values);

// The factors as numbers.
std::vector<float> factors_of(std::span<const int16_t> scales);

}  // namespace laq::tensor
