#include "array/box.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/element.h"

namespace laq::array {

void copy_common(const Box& from, const std::byte* source, const Box& to, std::byte* target, size_t bytes) {
  Box common;
  for (int axis = 0; axis < kMaxSides; ++axis) {
    common.begin[axis] = std::max(from.begin[axis], to.begin[axis]);
    const uint64_t end = std::min(from.end(axis), to.end(axis));
    if (end <= common.begin[axis]) return;
    common.size[axis] = end - common.begin[axis];
  }
  Sides at = common.begin;
  for (at[0] = common.begin[0]; at[0] < common.end(0); ++at[0]) {
    for (at[1] = common.begin[1]; at[1] < common.end(1); ++at[1]) {
      for (at[2] = common.begin[2]; at[2] < common.end(2); ++at[2]) {
        std::memcpy(target + to.index_of(at) * bytes, source + from.index_of(at) * bytes, common.size[3] * bytes);
      }
    }
  }
}

std::optional<size_t> contiguous_place(const Box& part, const Box& whole) {
  // A part that is longer than 1 along a side must have the whole of all sides behind it.
  bool is_split = false;
  for (int axis = 0; axis < kMaxSides; ++axis) {
    if (part.begin[axis] < whole.begin[axis] || part.end(axis) > whole.end(axis)) return std::nullopt;
    if (is_split && part.size[axis] != whole.size[axis]) return std::nullopt;
    is_split = is_split || part.size[axis] > 1;
  }
  return whole.index_of(part.begin);
}

Strides packed_strides(const Sides& sides, size_t bytes) {
  Strides strides{};
  if (is_empty(sides)) return strides;
  auto stride = static_cast<int64_t>(bytes);
  for (int axis = kMaxSides - 1; axis >= 0; --axis) {
    strides[axis] = stride;
    stride *= static_cast<int64_t>(sides[axis]);
  }
  return strides;
}

Strides strides_of(const ArrayView& array) {
  if (array.strides.empty()) return packed_strides(CodedLayout{array.shape}.sides(), element_bytes(array.type));
  Strides strides{};
  std::copy(array.strides.begin(), array.strides.end(), strides.end() - static_cast<ptrdiff_t>(array.strides.size()));
  return strides;
}

}  // namespace laq::array
