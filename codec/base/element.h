// Elements as numbers: double holds every value of every type exactly, but for integers of 64 bits. Those are coded as
// other numbers where they are beyond 2^53 (array/coded_layout.h).
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
#include <laq/float16.hpp>

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
    case ElementType::int64:
      return f(static_cast<int64_t*>(nullptr));
    case ElementType::uint64:
      return f(static_cast<uint64_t*>(nullptr));
    case ElementType::float16:
      return f(static_cast<Float16*>(nullptr));
    case ElementType::bfloat16:
      return f(static_cast<BFloat16*>(nullptr));
    case ElementType::float64:
      break;
  }
  return f(static_cast<double*>(nullptr));
}

constexpr bool is_wide_integer(ElementType type) {
  return type == ElementType::int64 || type == ElementType::uint64;
}
constexpr bool is_signed_integer(ElementType type) {
  return type == ElementType::int8 || type == ElementType::int16 || type == ElementType::int32 ||
         type == ElementType::int64;
}
constexpr bool is_integer(ElementType type) {
  return !is_floating_point(type);
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
// Integers of 64 bits are within 2^53, where doubles count exactly.
class ElementRange {
 public:
  static constexpr double kMostWide = 0x1p53;

  // significant_bits: of integers of up to 32 bits; 0, and as many as the type has or more, stand for all of them.
  ElementRange(ElementType type, int significant_bits = 0) : type_(type), is_integer_(is_integer(type)) {
    switch (type) {
      case ElementType::float16:
        set_floating_point(Float16::kGreatest, Float16::kFractionBits, Float16::kLeastExponent);
        return;
      case ElementType::bfloat16:
        set_floating_point(BFloat16::kGreatest, BFloat16::kFractionBits, BFloat16::kLeastExponent);
        return;
      case ElementType::float32:
        set_floating_point(static_cast<double>(std::numeric_limits<float>::max()), 23, -126);
        return;
      case ElementType::float64:
        set_floating_point(std::numeric_limits<double>::max(), 52, kLeastExponent);
        return;
      case ElementType::int64:
      case ElementType::uint64:
        least_ = type == ElementType::int64 ? -kMostWide : 0;
        greatest_ = kMostWide;
        return;
      default:
        set_integers(significant_bits);
    }
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
    if (fraction_bits_ == 52) return inside;
    if (fraction_bits_ == 23) return static_cast<float>(inside);
    return type_ == ElementType::bfloat16 ? static_cast<double>(BFloat16(inside))
                                          : static_cast<double>(Float16(inside));
  }

  // The functions below serve floating-point types only. Their numbers are counted in ascending order: 0 has the number
  // 0 and -0 has -1. A count beyond the finite elements stands for the last one.
  int fraction_bits() const { return fraction_bits_; }
  // The distance between neighbours from 2^exponent on.
  double spacing(int exponent) const { return std::ldexp(1.0, std::max(exponent, least_exponent_) - fraction_bits_); }
  int64_t number_of(double element) const {
    if (fraction_bits_ == 52) return number_of_bits(std::bit_cast<int64_t>(element));
    if (fraction_bits_ == 23) return number_of_bits(std::bit_cast<int32_t>(static_cast<float>(element)));
    if (type_ == ElementType::bfloat16) return number_of_bits(std::bit_cast<int16_t>(BFloat16(element)));
    return number_of_bits(std::bit_cast<int16_t>(Float16(element)));
  }
  double numbered(int64_t number) const {
    number = std::clamp(number, number_of(least_), number_of(greatest_));
    if (fraction_bits_ == 52) return std::bit_cast<double>(bits_of_number<int64_t>(number));
    if (fraction_bits_ == 23) return std::bit_cast<float>(bits_of_number<int32_t>(number));
    if (type_ == ElementType::bfloat16) {
      return static_cast<double>(std::bit_cast<BFloat16>(bits_of_number<int16_t>(number)));
    }
    return static_cast<double>(std::bit_cast<Float16>(bits_of_number<int16_t>(number)));
  }

 private:
  // Bits of signed integers count the numbers above 0; below, they count downwards from the least integer, which is -0.
  template <class Bits>
  static int64_t number_of_bits(Bits bits) {
    return bits < 0 ? int64_t{std::numeric_limits<Bits>::min()} - (int64_t{bits} + 1) : bits;
  }
  template <class Bits>
  static Bits bits_of_number(int64_t number) {
    return static_cast<Bits>(number < 0 ? std::numeric_limits<Bits>::min() - (number + 1) : number);
  }

  void set_floating_point(double greatest, int fraction_bits, int least_exponent) {
    least_ = -greatest;
    greatest_ = greatest;
    fraction_bits_ = fraction_bits;
    least_exponent_ = least_exponent;
  }

  void set_integers(int significant_bits) {
    const int bits = static_cast<int>(8 * element_bytes(type_));
    const bool is_signed = is_signed_integer(type_);
    const int used = significant_bits == 0 ? bits : std::min(significant_bits, bits);
    least_ = is_signed ? -std::ldexp(1.0, used - 1) : 0;
    greatest_ = std::ldexp(1.0, is_signed ? used - 1 : used) - 1;
  }

  ElementType type_;
  bool is_integer_;
  double least_ = 0, greatest_ = 0;
  int fraction_bits_ = 0, least_exponent_ = 0;
};

}  // namespace laq
