// Multilevel prediction: a chunk is subsampled by two along its axes, level by level. The samples that are left out are
// predicted by linear stencils from the coarser grid and from those of their own kind that are coded before. This file
// has the geometry and the stencils' taps; multilevel-inl.h codes by them.
//
// Sources: multilevel interpolation as in SZ3 (Zhao et al., ICDE 2021); stencils fitted by least squares as in lifting
// with adapted predictors (Claypoole et al., "Nonlinear wavelet transforms for image coding via lifting", 2003).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "array/predict/lane_samples.h"
#include "base/grid.h"
#include "base/scratch.h"

namespace laq::array {

// The axes that are halved next, of a grid with a side above 1. Axis a is bit 2 - a.
inline int halved_axes(const LaneLayout& layout, const Grid& grid) {
  // 0: all axes at once. 1 .. 3: one axis last. Above: one axis after the other.
  constexpr std::array<int, LaneLayout::kOrders> kFirst = {7, 3, 5, 6, 1, 1, 2, 2, 4, 4},
                                                 kSecond = {7, 7, 7, 7, 3, 5, 3, 6, 5, 6};
  int active = 0;
  for (int axis = 0; axis < kAxes; ++axis) active |= (grid.sides[axis] > 1) << (2 - axis);
  if ((active & kFirst[layout.order]) != 0) return active & kFirst[layout.order];
  if (layout.order >= 4 && (active & kSecond[layout.order]) != 0) return active & kSecond[layout.order];
  return active;
}

// A level's samples in rows. If rows are halved, the even samples and the odd ones have rows of their own; else all are
// even. Each row has room on both sides for taps that lie beyond it.
class Level {
 public:
  // halved: see halved_axes().
  Level(const Grid& shape, int halved)
      : grid(shape),
        steps{1 + (halved >> 2 & 1), 1 + (halved >> 1 & 1), 1 + (halved & 1)},
        even(steps[2] == 2 ? (shape.sides[2] + 1) / 2 : shape.sides[2]),
        odd(shape.sides[2] - even),
        values_{Scratch<float>(rows() * pitch(even)), Scratch<float>(odd > 0 ? rows() * pitch(even) : 0)},
        sizes_{Scratch<uint16_t>(rows() * pitch(even)), Scratch<uint16_t>(odd > 0 ? rows() * pitch(even) : 0)} {}

  // The memory in bytes that all levels of a grid take.
  static size_t bytes_of_all(Grid grid, const LaneLayout& layout) {
    size_t bytes = 0;
    while (grid.size() > 1) {
      const int halved = halved_axes(layout, grid);
      const size_t rows = static_cast<size_t>(grid.sides[0]) * grid.sides[1];
      const int odd = (halved & 1) != 0 ? grid.sides[2] / 2 : 0;
      const size_t kinds = odd > 0 ? 2 : 1;
      bytes += rows * kinds * pitch(grid.sides[2] - odd) * (sizeof(float) + sizeof(uint16_t)) + sizeof(Level);
      grid = coarser(grid, halved);
    }
    return bytes;
  }
  static Grid coarser(const Grid& grid, int halved) {
    Grid result = grid;
    for (int axis = 0; axis < kAxes; ++axis) {
      if ((halved >> (2 - axis) & 1) != 0) result.sides[axis] = (result.sides[axis] + 1) / 2;
    }
    return result;
  }

  float* values(int is_odd, int z, int y) { return values_[is_odd].data() + place(z, y); }
  // Magnitudes of the residuals.
  uint16_t* sizes(int is_odd, int z, int y) { return sizes_[is_odd].data() + place(z, y); }
  // Where a row begins, of even samples or of odd ones.
  ptrdiff_t place(int z, int y) const {
    return static_cast<ptrdiff_t>((static_cast<size_t>(z) * grid.sides[1] + y) * pitch(even) + kMargin);
  }

  const Grid grid;
  const std::array<int, kAxes> steps;  // 2 along axes that are halved
  const int even, odd;                 // samples of a row

 private:
  static constexpr int kMargin = 8, kWhole = 8;
  // samples: of an even row. Odd ones, which are no longer, have the same pitch.
  static constexpr size_t pitch(int samples) { return (samples + kWhole - 1) / kWhole * kWhole + 2 * kMargin; }
  size_t rows() const { return static_cast<size_t>(grid.sides[0]) * grid.sides[1]; }

  std::array<Scratch<float>, 2> values_;
  std::array<Scratch<uint16_t>, 2> sizes_;
};

// The levels of a grid, the finest first; none if it has one sample.
inline std::vector<Level> levels_of(Grid grid, const LaneLayout& layout) {
  std::vector<Level> levels;
  while (grid.size() > 1) {
    const int halved = halved_axes(layout, grid);
    levels.emplace_back(grid, halved);
    grid = Level::coarser(grid, halved);
  }
  return levels;
}

// The samples of a level that are predicted alike: those between rows along the first axis, along the second axis, and
// the odd ones of each row.
enum class Pass : uint8_t { planes, rows, odd };
inline constexpr std::array kPasses = {Pass::planes, Pass::rows, Pass::odd};

// The rows of a pass: begin, begin + step, ... along the first two axes. Empty if the level has none.
struct PassRows {
  std::array<int, 2> begin = {0, 0}, step = {1, 1};
  int length = 0;
  bool is_empty = false;

  PassRows(const Level& level, Pass pass) : length(pass == Pass::odd ? level.odd : level.even) {
    if (pass == Pass::planes) {
      is_empty = level.steps[0] == 1 || level.grid.sides[0] < 2;
      begin[0] = 1;
      step = {2, level.steps[1]};
    } else if (pass == Pass::rows) {
      is_empty = level.steps[1] == 1 || level.grid.sides[1] < 2;
      begin[1] = 1;
      step[1] = 2;
    } else {
      is_empty = level.odd == 0;
    }
  }
};

// The rows that a stencil reads: tap k of the row's sample i is taps[k][i]. The first two lie on both sides of the
// sample.
class Taps {
 public:
  static constexpr int kMost = 31;

  // needed: how many taps at least are found, if there are so many.
  Taps(Level& level, Pass pass, int z, int y, int needed = kMost) : level_(level), needed_(needed) {
    if (pass == Pass::planes) add_planes(z, y);
    if (pass == Pass::rows) add_rows(z, y);
    if (pass == Pass::odd) add_odd(z, y);
  }

  // The number of taps of a pass's rows.
  static int count_of(Level& level, Pass pass) {
    const PassRows rows(level, pass);
    return Taps(level, pass, rows.begin[0], rows.begin[1]).count();
  }
  int count() const { return count_; }
  // To the taps of a row that lies so many samples behind in memory and as far from borders that taps reach.
  void move(ptrdiff_t distance) {
    for (int k = 0; k < count_; ++k) taps_[k] += distance;
  }
  const float* operator[](int tap) const { return taps_[tap]; }
  const float* const* data() const { return taps_.data(); }

 private:
  void add(std::initializer_list<const float*> taps) {
    for (const float* tap : taps) taps_[count_++] = tap;
  }
  bool is_enough() const { return count_ >= needed_; }
  void add_planes(int z, int y);
  void add_rows(int z, int y);
  void add_odd(int z, int y);
  void add_far_odd(int z, int y, const float* back);

  Level& level_;
  int needed_;
  std::array<const float*, kMost> taps_;
  int count_ = 0;
};

// The taps of one row after another.
class TapsOfRows {
 public:
  TapsOfRows(Level& level, Pass pass, int needed = Taps::kMost) : level_(level), pass_(pass), needed_(needed) {}

  // Valid until the next call.
  const Taps& of_row(int z, int y) {
    const Borders borders = borders_around(z, y);
    const ptrdiff_t place = level_.place(z, y);
    if (taps_ && borders == borders_) {
      taps_->move(place - place_);
    } else {
      taps_.emplace(level_, pass_, z, y, needed_);
    }
    borders_ = borders;
    place_ = place;
    return *taps_;
  }

 private:
  // How near the borders are, up to the distance that taps reach.
  static constexpr int kReach = 3;
  using Borders = std::array<int, 4>;
  Borders borders_around(int z, int y) const {
    const auto near = [](int distance) { return std::min(distance, kReach); };
    return {near(z), near(level_.grid.sides[0] - 1 - z), near(y), near(level_.grid.sides[1] - 1 - y)};
  }

  Level& level_;
  Pass pass_;
  int needed_;
  std::optional<Taps> taps_;  // of the last row, whose borders and place follow
  Borders borders_ = {};
  ptrdiff_t place_ = 0;
};

// The weights of the first taps. All are multiples of 2^-kWeightBits.
struct Stencil {
  static constexpr int kWeightBits = 12, kLargestWeight = 8, kCubicTaps = 4;

  int count = kCubicTaps;
  // The weights are those of the cubic through the four samples around, unless a chunk has a stencil of its own.
  std::array<float, Taps::kMost> weights = {0.5625f, 0.5625f, -0.0625f, -0.0625f};
};

// Codes the stencil of a pass; false if it is damaged.
template <class Coder>
bool code_stencil(Coder& coder, Stencil& stencil, int taps) {
  constexpr int kOffset = Stencil::kLargestWeight << Stencil::kWeightBits, kBits = Stencil::kWeightBits + 4;
  constexpr float kUnit = 1.0f / (1 << Stencil::kWeightBits);
  if (coder.bits(1, stencil.count > Stencil::kCubicTaps) == 0) return true;
  stencil.count = static_cast<int>(coder.bits(5, static_cast<uint32_t>(stencil.count)));
  if (stencil.count > taps) return false;
  for (int k = 0; k < stencil.count; ++k) {
    const auto number = static_cast<int>(stencil.weights[k] / kUnit) + kOffset;
    stencil.weights[k] =
        static_cast<float>(static_cast<int>(coder.bits(kBits, static_cast<uint32_t>(number))) - kOffset) * kUnit;
  }
  return true;
}

}  // namespace laq::array
