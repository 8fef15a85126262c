// Elements as numbers: double holds every value of every type exactly.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include <laq/array.hpp>

namespace laq {

// Calls f with a null pointer to the C++ type.
template <class Function>
auto with_type(ElementType type, Function&& f) {
  switch (type) {
    case ElementType::int8:
      return f(static_cast<int8_t*>(nullptr));
    case ElementType::uint8:
      return f(static_cast<uint8_t*>(nullptr));
    case ElementType::int16:
      return f(static_cast<int16_t*>(nullptr));
    case ElementType::uint16:
      return f(static_cast<uint16_t*>(nullptr));
    case ElementType::int32:
      return f(static_cast<int32_t*>(nullptr));
    case ElementType::uint32:
      return f(static_cast<uint32_t*>(nullptr));
    case ElementType::float32:
      return f(static_cast<float*>(nullptr));
    case ElementType::float64:
      break;
  }
  return f(static_cast<double*>(nullptr));
}

constexpr bool is_integer(ElementType type) {
  return type < ElementType::float32;
}

// What an element type can hold.
struct ElementRange {
  double least;
  double greatest;

  explicit ElementRange(ElementType type) {
    with_type(type, [this](auto* p) {
      using T = std::remove_pointer_t<decltype(p)>;
      least = static_cast<double>(std::numeric_limits<T>::lowest());
      greatest = static_cast<double>(std::numeric_limits<T>::max());
    });
  }
  // NaN becomes the least.
  double clamp(double value) const { return value >= least ? std::min(value, greatest) : least; }
};

}  // namespace laq
