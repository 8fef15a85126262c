#include "inspect/slice.h"

#include <algorithm>

namespace laq::command {
namespace {

constexpr uint64_t kShortest = 16;  // a side that is drawn

std::vector<uint64_t> strides_of(const std::vector<uint64_t>& shape) {
  std::vector<uint64_t> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * shape[axis];
  return strides;
}

}  // namespace

std::string Slice::name() const {
  std::string text = "axes " + std::to_string(down) + " (down) and " + std::to_string(across) + " (across)";
  for (size_t axis = 0; axis < middle.size(); ++axis) {
    if (axis != down && axis != across)
      text += ", at " + std::to_string(middle[axis]) + " of axis " + std::to_string(axis);
  }
  return text;
}

std::string Slice::file_name() const {
  return std::to_string(down) + "-" + std::to_string(across);
}

std::vector<Slice> slices_of(const std::vector<uint64_t>& shape) {
  std::vector<uint64_t> middle = shape;
  for (uint64_t& place : middle) place /= 2;
  std::vector<Slice> slices;
  const size_t first = shape.size() > 3 ? shape.size() - 3 : 0;
  // The pair of the last two axes comes first.
  for (size_t down = shape.size(); down-- > first;) {
    for (size_t across = shape.size(); across-- > down + 1;) {
      if (shape[down] >= kShortest && shape[across] >= kShortest) slices.push_back({down, across, middle});
    }
  }
  return slices;
}

Raster slice_values(std::span<const double> values, const std::vector<uint64_t>& shape, const Slice& slice, int most) {
  const std::vector<uint64_t> strides = strides_of(shape);
  uint64_t first = 0;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis != slice.down && axis != slice.across) first += slice.middle[axis] * strides[axis];
  }
  const auto rows = shape[slice.down], columns = shape[slice.across];
  const int down = shrinking_factor(rows, static_cast<uint64_t>(most));
  const int across = shrinking_factor(columns, static_cast<uint64_t>(most));
  // Only a part of the rows is held at a time, as a side may be long.
  Raster raster(static_cast<int>((columns + across - 1) / across), static_cast<int>((rows + down - 1) / down));
  for (int y = 0; y < raster.height; ++y) {
    const uint64_t begin = static_cast<uint64_t>(y) * down, end = std::min(rows, begin + down);
    Raster strip(static_cast<int>(columns), static_cast<int>(end - begin));
    for (uint64_t v = begin; v < end; ++v) {
      for (uint64_t u = 0; u < columns; ++u) {
        strip.at(static_cast<int>(u), static_cast<int>(v - begin)) =
            values[first + v * strides[slice.down] + u * strides[slice.across]];
      }
    }
    const Raster row = shrunk(strip, across, down);
    std::copy(row.values.begin(), row.values.end(), &raster.at(0, y));
  }
  return raster;
}

size_t line_axis(const std::vector<uint64_t>& shape) {
  const auto longest = static_cast<size_t>(std::max_element(shape.begin(), shape.end()) - shape.begin());
  return shape.back() >= kShortest ? shape.size() - 1 : longest;
}

std::vector<double> lines_along(std::span<const double> values, const std::vector<uint64_t>& shape, size_t axis) {
  const std::vector<uint64_t> strides = strides_of(shape);
  const uint64_t stride = strides[axis], side = shape[axis];
  std::vector<double> lines;
  lines.reserve(values.size());
  for (uint64_t block = 0; block < values.size(); block += side * stride) {
    for (uint64_t begin = block; begin < block + stride; ++begin) {
      for (uint64_t i = 0; i < side; ++i) lines.push_back(values[begin + i * stride]);
    }
  }
  return lines;
}

std::vector<double> line_along(std::span<const double> values, const std::vector<uint64_t>& shape, size_t axis,
                               uint64_t index) {
  const uint64_t stride = strides_of(shape)[axis], side = shape[axis];
  const uint64_t first = index / stride * stride * side + index % stride;
  std::vector<double> line;
  for (uint64_t i = 0; i < side; ++i) line.push_back(values[first + i * stride]);
  return line;
}

}  // namespace laq::command
