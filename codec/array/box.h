// Boxes: where chunks and regions lie in an array.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "array/coded_layout.h"
#include "base/grid.h"

namespace laq::array {

struct Box {
  Sides begin, size;

  // The shape of the box's elements in three dimensions. Fields of the first side stand one behind the other; sides of
  // 1 come first.
  Grid grid() const {
    Grid grid;
    int axis = kAxes;
    for (const uint64_t side : {size[3], size[2], size[0] * size[1]}) {
      if (side > 1) grid.sides[--axis] = static_cast<int>(side);
    }
    return grid;
  }

  uint64_t end(int axis) const { return begin[axis] + size[axis]; }
  // The index of an element of the array among those of the box.
  size_t index_of(const Sides& at) const {
    size_t index = 0;
    for (int axis = 0; axis < kMaxSides; ++axis) index = index * size[axis] + at[axis] - begin[axis];
    return index;
  }
};

inline bool holds(const Box& box, const Sides& place) {
  for (int axis = 0; axis < kMaxSides; ++axis) {
    if (place[axis] < box.begin[axis] || place[axis] >= box.end(axis)) return false;
  }
  return true;
}

// Copies the elements that two boxes share, both packed. bytes: of an element.
void copy_common(const Box& from, const std::byte* source, const Box& to, std::byte* target, size_t bytes);

// Where the elements of a part begin among those of the whole, both packed, if they are contiguous there.
std::optional<size_t> contiguous_place(const Box& part, const Box& whole);

using Strides = std::array<int64_t, kMaxSides>;

// The distances in bytes between neighbours along each side: of packed elements of so many bytes, and of those of an
// array.
Strides packed_strides(const Sides& sides, size_t bytes);
Strides strides_of(const ArrayView& array);

// Calls f(offset in the array in bytes, index in the box) for the first element of every row of the box.
template <class Function>
void for_each_row(const Box& box, const Strides& strides, Function&& f) {
  if (is_empty(box.size)) return;
  size_t index = 0;
  Sides at{};
  const auto begin = [&](int axis) { return static_cast<int64_t>(box.begin[axis] + at[axis]) * strides[axis]; };
  for (at[0] = 0; at[0] < box.size[0]; ++at[0]) {
    for (at[1] = 0; at[1] < box.size[1]; ++at[1]) {
      for (at[2] = 0; at[2] < box.size[2]; ++at[2], index += box.size[3]) {
        f(begin(0) + begin(1) + begin(2) + static_cast<int64_t>(box.begin[3]) * strides[3], index);
      }
    }
  }
}

// The same for every element.
template <class Function>
void for_each_element(const Box& box, const Strides& strides, Function&& f) {
  for_each_row(box, strides, [&](int64_t offset, size_t index) {
    for (uint64_t x = 0; x < box.size[3]; ++x, offset += strides[3]) f(offset, index++);
  });
}

}  // namespace laq::array
