// Slices of arrays: the planes and lines through the middle that are drawn.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "inspect/raster.h"

namespace laq::command {

// Two axes of an array; the others stay at their middle.
struct Slice {
  size_t down, across;  // numbers of the axes
  std::vector<uint64_t> middle;

  // "axes 1 and 2" and "1-2"
  std::string name() const;
  std::string file_name() const;
};

// The pairs of the last three axes whose sides are long enough to be drawn.
std::vector<Slice> slices_of(const std::vector<uint64_t>& shape);

// values: of the whole array. The raster is not larger than `most` either way.
Raster slice_values(std::span<const double> values, const std::vector<uint64_t>& shape, const Slice& slice, int most);

// The axis along which series and spectra are drawn: the last one, unless another one is much longer.
size_t line_axis(const std::vector<uint64_t>& shape);

// All lines along an axis, one after the other, and the one of this index among them.
std::vector<double> lines_along(std::span<const double> values, const std::vector<uint64_t>& shape, size_t axis);
std::vector<double> line_along(std::span<const double> values, const std::vector<uint64_t>& shape, size_t axis,
                               uint64_t index);

}  // namespace laq::command
