#include "array/transform/bands.h"

#include <algorithm>
#include <bit>

#include "transform/wavelet.h"

namespace laq::array {
namespace {

constexpr int kShortest = 8;  // sides up to this one are not split

int low_side(int side, int level) {
  return static_cast<int>((static_cast<int64_t>(side) + (int64_t{1} << level) - 1) >> level);
}

// The interval of an axis after a split, and the norm along it.
struct Interval {
  int begin, size;
  double norm;
  bool is_high;
  int level;  // of the split
};
Interval low(int side, int levels) {
  return {0, low_side(side, levels), levels > 0 ? Wavelet::low_norm(levels - 1) : 1, false, levels - 1};
}
Interval high(int side, int level) {
  const int begin = low_side(side, level + 1);
  return {begin, low_side(side, level) - begin, Wavelet::high_norm(level), true, level};
}

using Intervals = std::array<Interval, kAxes>;

// Appends the boxes that splitting the axes from `first` on in turn gives. fixed: the intervals of the other axes.
void append_dyadic(const Grid& grid, const std::array<int, kAxes>& levels, int first, Intervals fixed,
                   std::vector<Intervals>& boxes) {
  for (int axis = first; axis < kAxes; ++axis) fixed[axis] = low(grid.sides[axis], levels[axis]);
  boxes.push_back(fixed);
  const int most = *std::max_element(levels.begin() + first, levels.end());
  for (int level = most - 1; level >= 0; --level) {
    int split = 0;
    for (int axis = first; axis < kAxes; ++axis) split |= (level < levels[axis]) << axis;
    for (int orientation : {4, 2, 1, 6, 5, 3, 7}) {
      if ((orientation & split) != orientation) continue;
      Intervals box = fixed;
      for (int axis = first; axis < kAxes; ++axis) {
        if (!(split >> axis & 1)) continue;
        box[axis] = orientation >> axis & 1 ? high(grid.sides[axis], level) : low(grid.sides[axis], level + 1);
      }
      boxes.push_back(box);
    }
  }
}

// Whether `other` is the parent of `box`; shift: from a place in `box` to the same place in `other`.
bool is_parent(const Intervals& box, const Intervals& other, std::array<int, kAxes>& shift) {
  bool coarser = false;
  for (int axis = 0; axis < kAxes; ++axis) {
    if (box[axis].is_high != other[axis].is_high) return false;
    shift[axis] = other[axis].level - box[axis].level;
    if (shift[axis] < 0 || shift[axis] > 1) return false;
    coarser = coarser || shift[axis] > 0;
  }
  return coarser;
}
bool is_cousin(const Intervals& box, const Intervals& other) {
  for (int axis = 0; axis < kAxes; ++axis) {
    if (box[axis].level != other[axis].level) return false;
  }
  return true;
}

// Calls along(axis, sides of the box that is split) for every split, in order.
template <class Along>
void for_each_split(const Grid& grid, const Decomposition& decomposition, Along&& along) {
  std::array<int, kAxes> sides = grid.sides;
  int first = 0;
  if (decomposition.slowest_first) {
    for (; sides[0] > low_side(grid.sides[0], decomposition.levels[0]); sides[0] = low_side(sides[0], 1)) {
      along(0, sides);
    }
    sides[0] = grid.sides[0];
    first = 1;
  }
  const int most = *std::max_element(decomposition.levels.begin() + first, decomposition.levels.end());
  for (int level = 0; level < most; ++level) {
    for (int axis = first; axis < kAxes; ++axis) {
      if (level < decomposition.levels[axis]) along(axis, sides);
    }
    for (int axis = first; axis < kAxes; ++axis) {
      if (level < decomposition.levels[axis]) sides[axis] = low_side(sides[axis], 1);
    }
  }
}

// Calls transform(lines) for the lines of a box along an axis.
template <class Transform>
void for_each_lines(const Grid& grid, int axis, const std::array<int, kAxes>& sides, double* values,
                    Transform&& transform) {
  if (axis == 0) {
    for (int y = 0; y < sides[1]; ++y) {
      transform(Lines{values + y * grid.stride(1), sides[0], grid.stride(0), sides[2], 1});
    }
    return;
  }
  for (int z = 0; z < sides[0]; ++z) {
    double* const plane = values + z * grid.stride(0);
    if (axis == 1) transform(Lines{plane, sides[1], grid.stride(1), sides[2], 1});
    if (axis == 2) transform(Lines{plane, sides[2], 1, sides[1], grid.stride(1)});
  }
}

}  // namespace

Decomposition Decomposition::deepest(const Grid& grid, bool slowest_first) {
  Decomposition decomposition;
  decomposition.slowest_first = slowest_first;
  for (int axis = 0; axis < kAxes; ++axis) {
    for (int side = grid.sides[axis]; side > kShortest; side = low_side(side, 1)) ++decomposition.levels[axis];
  }
  return decomposition;
}

std::vector<Band> bands_of(const Grid& grid, const Decomposition& decomposition) {
  std::vector<Intervals> boxes;
  if (decomposition.slowest_first) {
    const int side = grid.sides[0], levels = decomposition.levels[0];
    append_dyadic(grid, decomposition.levels, 1, {low(side, levels)}, boxes);
    for (int level = levels - 1; level >= 0; --level) {
      append_dyadic(grid, decomposition.levels, 1, {high(side, level)}, boxes);
    }
  } else {
    append_dyadic(grid, decomposition.levels, 0, {}, boxes);
  }
  std::vector<Band> bands;
  for (int b = 0; b < static_cast<int>(boxes.size()); ++b) {
    Band band{{}, {}, 1, {}, {}};
    for (int axis = 0; axis < kAxes; ++axis) {
      band.begin[axis] = boxes[b][axis].begin;
      band.sides[axis] = boxes[b][axis].size;
      band.norm *= boxes[b][axis].norm;
    }
    for (int other = 0; other < b; ++other) {
      std::array<int, kAxes> shift{};
      if (is_parent(boxes[b], boxes[other], shift)) band.parents = {{other, shift}};
      if (is_cousin(boxes[b], boxes[other])) band.cousins.push_back({other, {}});
    }
    bands.push_back(band);
  }
  return bands;
}

void decompose(const Grid& grid, const Decomposition& decomposition, double* values) {
  Wavelet wavelet;
  for_each_split(grid, decomposition, [&](int axis, const std::array<int, kAxes>& sides) {
    for_each_lines(grid, axis, sides, values, [&](const Lines& lines) { wavelet.forward(lines); });
  });
}

size_t decomposition_bytes(const Grid& grid) {
  size_t most = 0;
  for (const int side : grid.sides) {
    const size_t lines = grid.size() / static_cast<size_t>(side);
    most = std::max(most, Wavelet::scratch_bytes(side, static_cast<int>(lines)));
  }
  return 2 * most;  // while it grows
}

void recompose(const Grid& grid, const Decomposition& decomposition, double* values) {
  struct Split {
    int axis;
    std::array<int, kAxes> sides;
  };
  std::vector<Split> splits;
  for_each_split(grid, decomposition, [&](int axis, const std::array<int, kAxes>& sides) {
    splits.push_back({axis, sides});
  });
  Wavelet wavelet;
  for (auto split = splits.rbegin(); split != splits.rend(); ++split) {
    for_each_lines(grid, split->axis, split->sides, values, [&](const Lines& lines) { wavelet.inverse(lines); });
  }
}

}  // namespace laq::array
