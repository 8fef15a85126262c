// Reaching the target of an array: one encode within a bound, or several towards decibels or bits.
#pragma once

#include <cstddef>
#include <vector>

#include <laq/array.hpp>

namespace laq {

// The payload that reaches options.target, which has been checked. May throw std::bad_alloc.
Result<std::vector<std::byte>> encode_to_target(const ArrayView& array, const ArrayEncodeOptions& options);

}  // namespace laq
