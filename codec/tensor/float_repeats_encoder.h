// Finds runs of elements whose magnitudes stood before in a tensor, forwards or backwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tensor/lossless_floats.h"

namespace laq::tensor {

// magnitudes: the bits of the elements without signs. costs: about what each element takes without copies, in bits.
// depth: how many earlier places are compared. The copies that pay, in ascending order.
std::vector<FloatCopy> find_copies(std::span<const uint64_t> magnitudes, std::span<const float> costs, int depth);

}  // namespace laq::tensor
