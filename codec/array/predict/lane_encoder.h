// What the encoders of codings by lanes share.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "array/predict/lane_samples.h"
#include "array/predict/multilevel.h"
#include "array/statistics.h"
#include "base/element.h"
#include "base/grid.h"
#include "entropy/lane_rans.h"

namespace laq::array {

inline constexpr int kFewTaps = 14;  // of stencils whose weights pay for small chunks, too

struct LanesToWrite {
  ElementRange range;
  Grid grid;
  std::span<const std::byte> elements;
  LaneLayout layout;
  LaneScale scale;
  double bound;
  bool has_mask;
  int most_taps = 0;
  // Samples whose taps reach a mask show little of a stencil, as what is masked is predicted when it is coded. Fits
  // count them as predicted well, or leave them out.
  bool trusts_masked = true;
  bool is_quick = false;  // whether fits look at fewer samples of small passes, which weigh little
};

// About the bits, in 2^-15, that differences along each set of axes have, and the number of differences.
using AxisCosts = std::array<int64_t, 8>;
struct SampledCosts {
  AxisCosts costs{};
  int64_t count = 0;
};

// The errors of elements that are decoded. Squares are summed in parts, so that the order of additions does not depend
// on the SIMD width.
struct LaneErrors {
  static constexpr size_t kParts = 8;

  // exponent: of the unit of squares, see Distortion.
  explicit LaneErrors(int exponent_of_unit) : exponent(exponent_of_unit), scale(std::ldexp(1.0, -exponent_of_unit)) {}

  Distortion distortion() const;

  int exponent;
  double scale;
  double largest = 0;
  std::array<double, kParts> squares{};
  uint64_t count = 0;  // of the elements
};

struct LanesWritten {
  LanesWritten(size_t elements, int exponent) : rows(elements), errors(exponent) {}

  LevelRows rows;
  LaneErrors errors;
  LevelTables tables;
  LaneWords words;
  std::vector<Stencil> stencils;
  std::vector<uint32_t> raw_elements;  // places
  int64_t first = 0;
};

// The samples of a row of elements; NaN where they are not finite.
void load_samples(const LanesToWrite& write, const ElementRow& row, float* samples);
// The same as the nearest integers. A sample that is not finite repeats the one before; the first repeats `last_first`.
void quantize_samples(const LanesToWrite& write, const ElementRow& row, uint32_t last_first, uint32_t* samples);
// Measures the errors of a row whose decoded elements stand one after the other. Those beyond the bound become raw
// elements.
void check_row(const LanesToWrite& write, const ElementRow& row, std::span<const std::byte> decoded,
               LanesWritten& written);

}  // namespace laq::array
