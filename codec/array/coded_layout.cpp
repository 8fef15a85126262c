#include "array/coded_layout.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

#include "array/box.h"
#include "base/checks.h"

namespace laq::array {
namespace {

constexpr size_t kWideBytes = 8, kHalfBytes = 4;

// The product of the first `count` sides.
uint64_t product_of(const std::vector<uint64_t>& shape, size_t count) {
  uint64_t product = 1;
  for (size_t axis = 0; axis < count; ++axis) product *= shape[axis];
  return product;
}

// The number of a place among all places of the first `count` sides, the last one fastest.
uint64_t number_of(const std::vector<uint64_t>& place, const std::vector<uint64_t>& shape, size_t count) {
  uint64_t number = 0;
  for (size_t axis = 0; axis < count; ++axis) number = number * shape[axis] + place[axis];
  return number;
}

std::vector<uint64_t> last_place(const ArrayRegion& region) {
  std::vector<uint64_t> last = region.begin;
  for (size_t axis = 0; axis < last.size(); ++axis) last[axis] += region.size[axis] - 1;
  return last;
}

// Calls f(number of the first element in the array, its index in the region) for every row of a region, which has
// elements and sides.
template <class Function>
void for_each_row(const ArrayRegion& region, const std::vector<uint64_t>& shape, Function&& f) {
  std::vector<uint64_t> place = region.begin;
  const size_t last = place.size() - 1;
  for (uint64_t index = 0;; index += region.size[last]) {
    f(number_of(place, shape, place.size()), index);
    size_t axis = last;
    while (axis > 0 && ++place[axis - 1] == region.begin[axis - 1] + region.size[axis - 1]) {
      place[axis - 1] = region.begin[axis - 1];
      --axis;
    }
    if (axis == 0) return;
  }
}

// The index in a box of what is coded of the element with a number in the array.
size_t index_in(const Box& box, const Sides& sides, uint64_t number) {
  Sides place{};
  for (int axis = kMaxSides - 1; axis >= 0; --axis) {
    place[axis] = number % sides[axis];
    number /= sides[axis];
  }
  return box.index_of(place);
}

void join_halves(const ArrayRegion& region, const std::vector<uint64_t>& shape, const Box& box,
                 std::span<const std::byte> coded, std::span<std::byte> elements) {
  const std::span<const std::byte> high = coded.first(coded.size() / 2), low = coded.subspan(coded.size() / 2);
  const uint64_t length = region.size.empty() ? 1 : region.size.back();
  const auto join_row = [&](uint64_t number, uint64_t index) {
    for (uint64_t i = 0; i < length; ++i) {
      const size_t from = (number + i - box.begin[3]) * kHalfBytes, to = (index + i) * kWideBytes;
      std::memcpy(elements.data() + to, low.data() + from, kHalfBytes);
      std::memcpy(elements.data() + to + kHalfBytes, high.data() + from, kHalfBytes);
    }
  };
  region.size.empty() ? join_row(0, 0) : for_each_row(region, shape, join_row);
}

template <class T>
void add(std::span<std::byte> elements, T offset) {
  using Limits = std::numeric_limits<T>;
  for (size_t at = 0; at < elements.size(); at += sizeof(T)) {
    T element, sum;
    std::memcpy(&element, elements.data() + at, sizeof(T));
    // Differences are small beside the offset if the sum is beyond an end, so the offset tells which.
    if (__builtin_add_overflow(element, offset, &sum)) sum = offset < T{} ? Limits::lowest() : Limits::max();
    std::memcpy(elements.data() + at, &sum, sizeof(T));
  }
}

}  // namespace

uint64_t element_count(const std::vector<uint64_t>& shape) {
  if (is_empty(shape)) return 0;
  uint64_t count = 1;
  for (const uint64_t side : shape) {
    if (side > kMaxElements / count) return kMaxElements + 1;
    count *= side;
  }
  return count;
}

std::string shape_text(const std::vector<uint64_t>& shape) {
  std::string text;
  for (const uint64_t side : shape) text += (text.empty() ? "" : " x ") + std::to_string(side);
  return text.empty() ? "one element" : text;
}

bool is_empty(std::span<const uint64_t> sides) {
  return std::find(sides.begin(), sides.end(), 0) != sides.end();
}

Sides CodedLayout::sides() const {
  if (wide_form == WideForm::halves) return {1, 1, 2, element_count(shape)};
  Sides sides = {1, 1, 1, 1};
  const size_t kept = std::min<size_t>(shape.size(), kMaxSides);
  std::copy(shape.end() - static_cast<ptrdiff_t>(kept), shape.end(), sides.end() - static_cast<ptrdiff_t>(kept));
  if (shape.size() > kMaxSides) sides[0] = is_empty(shape) ? 0 : product_of(shape, shape.size() - kept + 1);
  return sides;
}

std::optional<Error> check_region(const ArrayRegion& region, const std::vector<uint64_t>& shape) {
  if (region.begin.size() != shape.size() || region.size.size() != shape.size()) {
    return invalid("region.begin has " + std::to_string(region.begin.size()) + " values and region.size " +
                   std::to_string(region.size.size()) + ", the array has " + std::to_string(shape.size()) + " sides");
  }
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const uint64_t begin = region.begin[axis], size = region.size[axis];
    if (begin > shape[axis] || size > shape[axis] - begin) {
      return invalid("the region has " + std::to_string(size) + " elements from " + std::to_string(begin) +
                     " on of side " + std::to_string(axis) + ", which has " + std::to_string(shape[axis]));
    }
  }
  return std::nullopt;
}

Box covering_box(const CodedLayout& layout, const ArrayRegion& region) {
  const std::vector<uint64_t>& shape = layout.shape;
  if (is_empty(region.size)) return {{}, {}};
  const std::vector<uint64_t> last = last_place(region);
  if (layout.wide_form == WideForm::halves) {
    const uint64_t begin = number_of(region.begin, shape, shape.size());
    return {{0, 0, 0, begin}, {1, 1, 2, number_of(last, shape, shape.size()) - begin + 1}};
  }
  Box box{{}, {1, 1, 1, 1}};
  const size_t kept = std::min<size_t>(shape.size(), kMaxSides), merged = shape.size() - kept;
  for (size_t i = 0; i < kept; ++i) {
    box.begin[kMaxSides - kept + i] = region.begin[merged + i];
    box.size[kMaxSides - kept + i] = region.size[merged + i];
  }
  if (merged > 0) {
    box.begin[0] = number_of(region.begin, shape, merged + 1);
    box.size[0] = number_of(last, shape, merged + 1) - box.begin[0] + 1;
  }
  return box;
}

bool is_same(const CodedLayout& layout, const ArrayRegion& region) {
  if (layout.wide_form == WideForm::halves) return false;
  return layout.shape.size() <= kMaxSides || region.size == layout.shape;
}

void pick(const CodedLayout& layout, const ArrayRegion& region, std::span<const std::byte> coded,
          std::span<std::byte> elements) {
  if (elements.empty()) return;
  const Box box = covering_box(layout, region);
  if (layout.wide_form == WideForm::halves) return join_halves(region, layout.shape, box, coded, elements);
  const size_t bytes = element_bytes(layout.type);
  const Sides sides = layout.sides();
  for_each_row(region, layout.shape, [&](uint64_t number, uint64_t index) {
    std::memcpy(elements.data() + index * bytes, coded.data() + index_in(box, sides, number) * bytes,
                region.size.back() * bytes);
  });
}

void add_offset(const CodedLayout& layout, std::span<std::byte> elements) {
  if (layout.wide_form != WideForm::from_offset) return;
  layout.type == ElementType::int64 ? add(elements, static_cast<int64_t>(layout.offset)) : add(elements, layout.offset);
}

}  // namespace laq::array
