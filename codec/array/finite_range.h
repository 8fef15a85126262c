// The range of elements, found by vectors.
#pragma once

#include <cstddef>
#include <span>

#include "base/element.h"

namespace laq::array {

// The range of the finite elements. The least is above the greatest if there are none.
struct FiniteRange {
  double least, greatest;
  bool has_others;  // whether some elements are not finite
};

// packed: elements of the type, one after the other, without alignment.
FiniteRange finite_range_of(ElementType type, std::span<const std::byte> packed);

}  // namespace laq::array
