// A window on a field of numbers: the band that is being coded, the rows above it, and the same band of slices before.
// To be included once for each target, see Highway's foreach_target.
#if defined(LAQ_ARRAY_BAND_WINDOW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ARRAY_BAND_WINDOW_INL_H_
#undef LAQ_ARRAY_BAND_WINDOW_INL_H_
#else
#define LAQ_ARRAY_BAND_WINDOW_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <cstddef>

#include "array/predict/band_field.h"
#include "array/predict/local_regression.h"
#include "base/grid.h"
#include "base/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

constexpr int kRows = LocalRegression::kRows;

// kAbove: how many rows above the band may be asked for, 1 .. 3. The numbers of a column are those of its rows, one for
// each lane.
// kSlices: how many of the latest slices are kept.
template <class T, bool kIsPlane, int kAbove, int kSlices>
class BandWindow {
 public:
  using Lanes = laq::HWY_NAMESPACE::LanesOf<T, kRows>;
  static constexpr int kDelay = delay_of_rows(kIsPlane);
  static constexpr int kBeside = 3;  // numbers that stand on either side of a row

  explicit BandWindow(const Grid& grid)
      : width_(grid.sides[2]), field_(kSlices, bands_of(grid), columns_of_band(grid)) {
    above_.fill(RowsAbove<T>(columns_of_band(grid)));
  }

  // Bands begin in coding order; begin_row(0, ...) must follow.
  void begin_band(int z, int band) {
    z_ = z;
    band_ = band;
    now_ = field_.band(z, band);
    if constexpr (!kIsPlane) {
      behind_ = field_.band(z - 1, band);
      if constexpr (kSlices > 2) two_behind_ = field_.band(z - 2, band);
    }
    if (z == 0 && band == 0) return;
    for (int up = 1; up <= kAbove; ++up) {
      for (int x = -kBeside; x < width_ + kBeside; ++x) {
        above_[up - 1].at(x - up * (kDelay - 1))[0] = above_band(up, x);
      }
    }
  }
  // The first number of the row above the band; the first band of all has none.
  T first_above() { return above_band(1, 0); }

  // Sets the numbers to the left of a row: in the row itself, and where it is a row above others.
  void begin_row(int row, T number) {
    for (int t = row * kDelay - kBeside; t < row * kDelay; ++t) {
      now_.at(t)[row] = number;
      for (int up = 1; up <= kAbove && row + up < kRows; ++up) above_[up - 1].at(t + up)[row + up] = number;
    }
  }
  // Sets the numbers to the right of a row.
  void end_row(int row, T number) {
    const int end = row * kDelay + width_;
    for (int t = end; t < end + kBeside; ++t) now_.at(t)[row] = number;
  }
  T first_of(int row) const { return now_.at(row * kDelay)[row]; }
  T last_of(int row) const { return now_.at(row * kDelay + width_ - 1)[row]; }

  // Lets the rows above follow up to a column: each from the row below it, at the column before.
  HWY_INLINE void follow(int column) {
    const T* below = now_.at(column - 1);
    for (RowsAbove<T>& above : above_) {
      T* const to = above.at(column);
      Lanes::load(below).after(Lanes::load(to)).store(to);
      below = above.at(column - 1);
    }
  }

  HWY_INLINE T* at(int column) const { return now_.at(column); }
  HWY_INLINE Lanes load(int column) const { return Lanes::load(now_.at(column)); }
  HWY_INLINE Lanes behind(int column) const { return Lanes::load(behind_.at(column)); }
  HWY_INLINE Lanes two_behind(int column) const {
    static_assert(kSlices > 2);
    return Lanes::load(two_behind_.at(column));
  }
  // So many rows above, `left` samples to the left.
  HWY_INLINE Lanes above(int column, int up, int left) const {
    return Lanes::load(above_[up - 1].at(column - up * (kDelay - 1) - left));
  }
  BandRows<T> band(int z, int band) { return field_.band(z, band); }

 private:
  // The number x of the row that is so many rows above the band. Above a slice's first band stands the first row of the
  // slice before.
  T above_band(int up, int x) {
    if (band_ == 0) return field_.band(z_ - 1, 0).at(x)[0];
    return field_.band(z_, band_ - 1).at(x + (kRows - up) * kDelay)[kRows - up];
  }

  int width_, z_ = 0, band_ = 0;
  BandField<T> field_;
  BandRows<T> now_, behind_, two_behind_;
  std::array<RowsAbove<T>, kAbove> above_;
};

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#endif
