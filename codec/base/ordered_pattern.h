// Bits of elements as unsigned integers in the order of the elements' values; -0 comes before 0, and NaN at both ends.
#pragma once

#include <cstdint>

#include "base/element.h"

namespace laq {

class OrderedPatterns {
 public:
  explicit OrderedPatterns(ElementType type)
      : sign_(uint64_t{1} << (8 * element_bytes(type) - 1)),
        all_(sign_ | (sign_ - 1)),
        has_sign_(type == ElementType::int8 || type == ElementType::int16 || type == ElementType::int32),
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

}  // namespace laq
