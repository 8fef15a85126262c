// Numbers of the samples of a field, laid out by bands of rows that are coded at the same time. Column t of a band
// holds sample t - r * delay of each of its rows r.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "array/predict/local_regression.h"
#include "base/aligned_vector.h"
#include "base/grid.h"

namespace laq::array {

// The delay of a row behind the one above it: predictions look one sample less to the right in the row above.
constexpr int delay_of_rows(bool is_plane) {
  return is_plane ? 4 : 2;
}
inline int bands_of(const Grid& grid) {
  return (grid.sides[1] + LocalRegression::kRows - 1) / LocalRegression::kRows;
}
inline int columns_of_band(const Grid& grid) {
  return grid.sides[2] + delay_of_rows(grid.sides[0] == 1) * (LocalRegression::kRows - 1);
}

// The rows of a band.
template <class T>
class BandRows {
 public:
  BandRows() = default;
  explicit BandRows(T* first) : first_(first) {}
  // A number for each row.
  T* at(int column) const { return first_ + static_cast<ptrdiff_t>(column) * LocalRegression::kRows; }

 private:
  T* first_ = nullptr;
};

// All bands of the latest slices, or of one slice the latest two bands. Slices before the first are zero.
template <class T>
class BandField {
 public:
  static constexpr int kBeyond = 8;  // columns to the left and to the right

  BandField(int slices, int bands, int columns)
      : stride_(band_size(columns)), band_mask_(slices == 1 ? 1 : -1), slices_(slices) {
    for (auto& slice : slices_) slice.resize(kept_bands(slices, bands) * stride_);
  }
  static size_t bytes(int slices, int bands, int columns) {
    return sizeof(T) * slices * kept_bands(slices, bands) * band_size(columns);
  }

  // z is one of as many latest slices as there are.
  BandRows<T> band(int z, int band) {
    AlignedVector<T>& slice = slices_[static_cast<size_t>(z + 4) % slices_.size()];
    return BandRows<T>(slice.data() + (band & band_mask_) * stride_ +
                       static_cast<ptrdiff_t>(kBeyond) * LocalRegression::kRows);
  }

 private:
  static size_t band_size(int columns) { return static_cast<size_t>(columns + 2 * kBeyond) * LocalRegression::kRows; }

  static size_t kept_bands(int slices, int bands) { return slices == 1 ? 2 : bands; }

  ptrdiff_t stride_;
  int band_mask_;
  std::vector<AlignedVector<T>> slices_;
};

// The rows that lie `up` rows above those of the band that is being coded. Row r of column t holds what row r - up has
// at column t - up, so that the numbers above those of a column lie in one column. Row 0 is filled in before the band
// begins; each other row is copied from the field that lies one row lower (the band itself for up = 1): from one row
// higher, one column earlier.
inline constexpr int kBeyondAbove = 16;  // columns to the left and to the right
template <class T>
class RowsAbove {
 public:
  RowsAbove() = default;
  explicit RowsAbove(int columns) : rows_(bytes(columns) / sizeof(T)) {}
  static size_t bytes(int columns) {
    return sizeof(T) * static_cast<size_t>(columns + 2 * kBeyondAbove) * LocalRegression::kRows;
  }
  T* at(int column) { return rows_.data() + static_cast<ptrdiff_t>(column + kBeyondAbove) * LocalRegression::kRows; }
  const T* at(int column) const {
    return rows_.data() + static_cast<ptrdiff_t>(column + kBeyondAbove) * LocalRegression::kRows;
  }

 private:
  AlignedVector<T> rows_;
};

}  // namespace laq::array
