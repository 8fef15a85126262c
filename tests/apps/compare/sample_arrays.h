// Arrays of smooth numbers for laq compare.
#pragma once

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

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
  using laq::ElementType;
  switch (type) {
    case ElementType::int8:
      return array_of<int8_t>(type, shape, wave);
    case ElementType::uint8:
      return array_of<uint8_t>(type, shape, wave);
    case ElementType::int16:
      return array_of<int16_t>(type, shape, wave);
    case ElementType::uint16:
      return array_of<uint16_t>(type, shape, wave);
    case ElementType::int32:
      return array_of<int32_t>(type, shape, wave);
    case ElementType::uint32:
      return array_of<uint32_t>(type, shape, wave);
    case ElementType::float32:
      return array_of<float>(type, shape, wave);
    case ElementType::float64:
      break;
  }
  return array_of<double>(ElementType::float64, shape, wave);
}
