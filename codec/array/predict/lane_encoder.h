// What the encoders of codings by lanes share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "array/predict/lane_samples.h"
#include "array/predict/multilevel.h"
#include "base/element.h"
#include "base/grid.h"
#include "entropy/lane_rans.h"

namespace laq::array {

// The range of the finite elements. The least is above the greatest if there are none.
struct LaneRange {
  double least, greatest;
  bool has_mask;  // whether some elements are not finite
};

struct LanesToWrite {
  ElementRange range;
  Grid grid;
  std::span<const std::byte> elements;
  LaneLayout layout;
  LaneScale scale;
  double bound;
  bool has_mask;
  int most_taps;
};

// About the bits, in 2^-15, that differences along each set of axes have, and the number of differences.
using AxisCosts = std::array<int64_t, 8>;
struct SampledCosts {
  AxisCosts costs{};
  int64_t count = 0;
};

struct LanesWritten {
  LanesWritten(size_t bytes, size_t elements) : decoded(bytes), rows(elements) {}

  std::vector<std::byte> decoded;  // elements
  LevelRows rows;
  LevelTables tables;
  std::vector<std::byte> words;
  std::vector<Stencil> stencils;
  std::vector<uint32_t> raw_elements;  // places
  int64_t first = 0;
};

LaneRange range_of(ElementType type, std::span<const std::byte> packed);
// The samples of a row of elements; NaN where they are not finite.
void load_samples(const LanesToWrite& write, const ElementRow& row, float* samples);
// The same as the nearest integers. What is not finite repeats the sample before, the first one `last_first`.
void quantize_samples(const LanesToWrite& write, const ElementRow& row, uint32_t last_first, uint32_t* samples);
// Elements that were decoded beyond the bound become raw elements.
void check_row(const LanesToWrite& write, const ElementRow& row, LanesWritten& written);

}  // namespace laq::array
