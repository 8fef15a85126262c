#include "array/coded_array.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

#include "array/box.h"
#include "base/element.h"

namespace laq::array {
namespace {

// Puts the elements of the sides from `side` on where `to` points, the last one fastest; returns the end of them.
std::byte* pack(const ArrayView& array, size_t side, const std::byte* from, std::byte* to) {
  const size_t bytes = element_bytes(array.type);
  const bool is_last = side + 1 == array.shape.size();
  for (uint64_t i = 0; i < array.shape[side]; ++i, from += array.strides[side]) {
    if (is_last) {
      std::memcpy(to, from, bytes);
      to += bytes;
    } else {
      to = pack(array, side + 1, from, to);
    }
  }
  return to;
}

std::vector<std::byte> packed(const ArrayView& array) {
  std::vector<std::byte> elements;
  const uint64_t count = element_count(array.shape);
  if (count == 0) return elements;
  elements.resize(count * element_bytes(array.type));
  pack(array, 0, static_cast<const std::byte*>(array.data), elements.data());
  return elements;
}

// The least and the greatest of the integers.
template <class T>
struct Extremes {
  T least = std::numeric_limits<T>::max(), greatest = std::numeric_limits<T>::lowest();
};

template <class T, class Function>
void for_each(const ArrayView& array, Function&& f) {
  const Box whole{{}, CodedLayout{array.shape}.sides()};
  for_each_element(whole, strides_of(array), [&](int64_t offset, size_t index) {
    T element;
    std::memcpy(&element, static_cast<const std::byte*>(array.data) + offset, sizeof(T));
    f(element, index);
  });
}

void take_over(std::vector<std::byte> elements, CodedArray& coded) {
  coded.storage = std::move(elements);
  coded.view.data = coded.storage.data();
  coded.view.strides.clear();
}

// Doubles hold all integers up to this, and differences between elements are exact, too.
constexpr auto kMostDifference = static_cast<uint64_t>(ElementRange::kMostWide);

template <class T>
Extremes<T> extremes_of(const ArrayView& array) {
  Extremes<T> extremes;
  for_each<T>(array, [&](T element, size_t) {
    extremes.least = std::min(extremes.least, element);
    extremes.greatest = std::max(extremes.greatest, element);
  });
  return extremes;
}

// Whether integers between the extremes can be coded in a form.
template <class T>
bool fits(const Extremes<T>& extremes, WideForm form, uint64_t offset) {
  constexpr auto kMost = static_cast<T>(kMostDifference / 2);
  const auto [least, greatest] = extremes;
  const bool has_none = least > greatest;
  if (has_none || form == WideForm::halves) return true;
  if (form == WideForm::as_they_are) return greatest <= kMost && (std::is_unsigned_v<T> || least >= -kMost);
  const auto first = static_cast<T>(offset);
  const uint64_t above = greatest < first ? 0 : static_cast<uint64_t>(greatest) - offset;
  const uint64_t below = least > first ? 0 : offset - static_cast<uint64_t>(least);
  if (below == 0) return above <= kMostDifference;
  // Only what is appended lies below the offset.
  return std::is_signed_v<T> && above <= kMostDifference / 2 && below <= kMostDifference / 2;
}

// Converts integers to the form in which they are coded.
template <class T>
void bring_into_form(WideForm form, uint64_t offset, CodedArray& coded) {
  coded.layout.wide_form = form;
  coded.layout.offset = offset;
  if (form == WideForm::as_they_are) return;
  const uint64_t count = element_count(coded.layout.shape);
  std::vector<std::byte> elements(count * sizeof(T));
  if (form == WideForm::from_offset) {
    for_each<T>(coded.view, [&](T element, size_t index) {
      const uint64_t difference = static_cast<uint64_t>(element) - offset;
      std::memcpy(elements.data() + index * sizeof(T), &difference, sizeof(T));
    });
  } else {
    for_each<T>(coded.view, [&](T element, size_t index) {
      const uint32_t halves[] = {static_cast<uint32_t>(static_cast<uint64_t>(element) >> 32),
                                 static_cast<uint32_t>(element)};
      std::memcpy(elements.data() + index * 4, &halves[0], 4);
      std::memcpy(elements.data() + (count + index) * 4, &halves[1], 4);
    });
    coded.view.type = coded_type(coded.layout.type, coded.layout.wide_form);
    coded.view.shape = {2, count};
  }
  take_over(std::move(elements), coded);
}

// Lets integers of type T be coded as numbers that doubles hold.
template <class T>
void fit_into_doubles(CodedArray& coded) {
  const Extremes<T> extremes = extremes_of<T>(coded.view);
  if (fits(extremes, WideForm::as_they_are, 0)) return;
  const auto least = static_cast<uint64_t>(extremes.least);
  if (fits(extremes, WideForm::from_offset, least)) return bring_into_form<T>(WideForm::from_offset, least, coded);
  bring_into_form<T>(WideForm::halves, 0, coded);
}

// The same in a form that is given; false if the integers do not fit into it.
template <class T>
bool fit_into(const CodedLayout& given, CodedArray& coded) {
  if (!fits(extremes_of<T>(coded.view), given.wide_form, given.offset)) return false;
  bring_into_form<T>(given.wide_form, given.offset, coded);
  return true;
}

// The array with as many sides as are coded, its elements as they are.
CodedArray folded(const ArrayView& array) {
  // If memory is exhausted amid an initializer list within another, g++ 12 destroys what is made already twice.
  CodedArray coded;
  coded.layout.shape = array.shape;
  coded.layout.type = array.type;
  coded.view = array;
  const Sides sides = coded.layout.sides();
  if (array.shape.size() > kMaxSides) {
    if (!array.strides.empty()) take_over(packed(array), coded);
    coded.view.shape.assign(sides.begin(), sides.end());
  } else if (array.shape.empty()) {
    coded.view.shape = {1};
  }
  return coded;
}

}  // namespace

CodedArray coded_array(const ArrayView& array) {
  CodedArray coded = folded(array);
  if (array.type == ElementType::int64) fit_into_doubles<int64_t>(coded);
  if (array.type == ElementType::uint64) fit_into_doubles<uint64_t>(coded);
  return coded;
}

std::optional<CodedArray> coded_array_like(const CodedLayout& given, const ArrayView& array) {
  CodedArray coded = folded(array);
  if (array.type == ElementType::int64 && !fit_into<int64_t>(given, coded)) return std::nullopt;
  if (array.type == ElementType::uint64 && !fit_into<uint64_t>(given, coded)) return std::nullopt;
  return coded;
}

}  // namespace laq::array
