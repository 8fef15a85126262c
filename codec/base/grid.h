// Grid: the shape of a chunk, in three dimensions of which the first ones may be 1.
#pragma once

#include <array>
#include <cstddef>

namespace laq {

inline constexpr int kAxes = 3;

struct Grid {
  std::array<int, kAxes> sides = {1, 1, 1};  // the slowest first

  size_t size() const { return static_cast<size_t>(sides[0]) * sides[1] * sides[2]; }
  bool is_line() const { return sides[0] == 1 && sides[1] == 1; }
  ptrdiff_t stride(int axis) const {
    return axis == 2 ? 1 : axis == 1 ? sides[2] : static_cast<ptrdiff_t>(sides[1]) * sides[2];
  }
};

}  // namespace laq
