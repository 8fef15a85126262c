// Arrays of smooth numbers for laq compare.
#pragma once

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "io/array/array_file.h"
#include "laq/array.hpp"

// number(i) for element i, within what the type holds.
template <class Element, class Number>
laq::Array array_of(laq::ElementType type, std::vector<uint64_t> shape, Number&& number) {
  laq::Array array{type, std::move(shape), {}, {}};
  size_t count = 1;
  for (const uint64_t side : array.shape) count *= side;
  array.data.resize(count * sizeof(Element));
  for (size_t i = 0; i < count; ++i) {
    const auto element = static_cast<Element>(number(i));
    std::memcpy(&array.data[i * sizeof(Element)], &element, sizeof(Element));
  }
  return array;
}

// Waves between 10 and 90.
inline double wave(size_t i) {
  return 50 + 30 * std::sin(0.05 * static_cast<double>(i)) + 10 * std::sin(0.31 * static_cast<double>(i));
}

inline laq::Array wave_array(laq::ElementType type, const std::vector<uint64_t>& shape) {
  return laq::io::with_element_type(type, [&](auto element) { return array_of<decltype(element)>(type, shape, wave); });
}
