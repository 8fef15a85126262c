// The bits that one uniform step for a whole tensor would take, to compare with locally adaptive steps.
#pragma once

#include <cstddef>
#include <span>

#include <laq/array.hpp>

namespace laq::tensor {

// Bits an element that indices of a uniform quantizer have for this mean squared error: their entropy, as if each were
// coded alone by an ideal coder that knows their distribution. Taken from up to 65536 elements all over the tensor; 0
// if the error is 0, or not less than that of coding nothing.
double uniform_bits(ElementType type, std::span<const std::byte> elements, double mean_squared_error);

}  // namespace laq::tensor
