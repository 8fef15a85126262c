// Elements as numbers: double holds every value of every type exactly.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include <laq/array.hpp>

namespace laq {

static_assert(std::endian::native == std::endian::little, "streams hold elements in little-endian order");

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

// The values of packed elements, and back; finite values that the type holds exactly.
inline std::vector<double> values_of(ElementType type, std::span<const std::byte> elements) {
  std::vector<double> values(elements.size() / element_bytes(type));
  with_type(type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    for (size_t i = 0; i < values.size(); ++i) {
      T value;
      std::memcpy(&value, elements.data() + i * sizeof(T), sizeof(T));
      values[i] = static_cast<double>(value);
    }
  });
  return values;
}
inline void store_values(ElementType type, std::span<const double> values, std::span<std::byte> elements) {
  with_type(type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    for (size_t i = 0; i < values.size(); ++i) {
      const T value = static_cast<T>(values[i]);
      std::memcpy(elements.data() + i * sizeof(T), &value, sizeof(T));
    }
  });
}

// The exponent by which elements up to `largest` in size are scaled: that of std::ilogb, but never below the exponent
// of the least normal double. It is 0 if all elements are 0.
inline constexpr int kLeastExponent = -1022;
inline int exponent_of(double largest) {
  return largest > 0 ? std::max(std::ilogb(largest), kLeastExponent) : 0;
}

// What the elements of an array may be: what their type holds, or of integers what their significant bits hold.
class ElementRange {
 public:
  // significant_bits: of integers; 0, and as many as the type has or more, stand for all of them.
  ElementRange(ElementType type, int significant_bits = 0)
      : type_(type), is_integer_(is_integer(type)), is_single_(type == ElementType::float32) {
    with_type(type, [=, this](auto* p) {
      using T = std::remove_pointer_t<decltype(p)>;
      least_ = static_cast<double>(std::numeric_limits<T>::lowest());
      greatest_ = static_cast<double>(std::numeric_limits<T>::max());
      constexpr int kBits = 8 * sizeof(T);
      if (!is_integer_ || significant_bits == 0 || significant_bits >= kBits) return;
      const double share = std::ldexp(1.0, significant_bits - kBits);
      least_ *= share;
      greatest_ = (greatest_ + 1) * share - 1;
    });
  }

  ElementType type() const { return type_; }
  double least() const { return least_; }
  double greatest() const { return greatest_; }

  // NaN becomes the least.
  double clamp(double value) const { return value >= least_ ? std::min(value, greatest_) : least_; }

  // The element that is nearest.
  double round(double value) const {
    const double inside = clamp(value);
    if (is_integer_) return std::nearbyint(inside);
    return is_single_ ? static_cast<double>(static_cast<float>(inside)) : inside;
  }

  // The functions below serve floating-point types only. Their numbers are counted in ascending order: 0 has the number
  // 0 and -0 has -1. A count beyond the finite elements stands for the last one.
  int fraction_bits() const { return is_single_ ? 23 : 52; }
  // The distance between neighbours from 2^exponent on.
  double spacing(int exponent) const {
    constexpr int kLeastOfSingle = -126;
    return std::ldexp(1.0, std::max(exponent, is_single_ ? kLeastOfSingle : kLeastExponent) - fraction_bits());
  }
  int64_t number_of(double element) const {
    if (is_single_) {
      const auto bits = std::bit_cast<int32_t>(static_cast<float>(element));
      return bits < 0 ? int64_t{std::numeric_limits<int32_t>::min()} - 1 - bits : bits;
    }
    const auto bits = std::bit_cast<int64_t>(element);
    return bits < 0 ? std::numeric_limits<int64_t>::min() - (bits + 1) : bits;
  }
  double numbered(int64_t number) const {
    number = std::clamp(number, number_of(least_), number_of(greatest_));
    if (is_single_) {
      const auto bits = static_cast<int32_t>(number);
      return std::bit_cast<float>(bits < 0 ? std::numeric_limits<int32_t>::min() - (bits + 1) : bits);
    }
    return std::bit_cast<double>(number < 0 ? std::numeric_limits<int64_t>::min() - (number + 1) : number);
  }

 private:
  ElementType type_;
  bool is_integer_, is_single_;
  double least_ = 0, greatest_ = 0;
};

}  // namespace laq
