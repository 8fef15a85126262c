// Elements as patterns of bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/element.h"

namespace laq::array {

// The bits of the element `index` of packed ones, which have 1, 2, 4 or 8 bytes.
inline uint64_t bits_at(std::span<const std::byte> elements, size_t element_bytes, size_t index) {
  const std::byte* const from = elements.data() + index * element_bytes;
  uint64_t bits = 0;
  // Copies of known sizes are single loads.
  switch (element_bytes) {
    case 1:
      return std::to_integer<uint64_t>(*from);
    case 2:
      std::memcpy(&bits, from, 2);
      return bits;
    case 4:
      std::memcpy(&bits, from, 4);
      return bits;
    default:
      std::memcpy(&bits, from, sizeof(bits));
      return bits;
  }
}

// Bits of elements as unsigned integers in the order of the elements' values; -0 comes before 0, and NaN at both ends.
class OrderedPatterns {
 public:
  explicit OrderedPatterns(ElementType type)
      : sign_(uint64_t{1} << (8 * element_bytes(type) - 1)),
        all_(sign_ | (sign_ - 1)),
        has_sign_(is_signed_integer(type)),
        is_float_(!is_integer(type)) {}

  uint64_t from_bits(uint64_t bits) const {
    if (is_float_) return (bits & sign_) != 0 ? ~bits & all_ : bits | sign_;
    return has_sign_ ? bits ^ sign_ : bits;
  }
  uint64_t to_bits(uint64_t pattern) const {
    if (is_float_) return (pattern & sign_) != 0 ? pattern ^ sign_ : ~pattern & all_;
    return has_sign_ ? pattern ^ sign_ : pattern;
  }
  uint64_t greatest() const { return all_; }

 private:
  uint64_t sign_, all_;
  bool has_sign_, is_float_;
};

}  // namespace laq::array
