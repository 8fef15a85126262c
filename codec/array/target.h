// Reaching the target of an array: one encode within a bound, or several towards decibels or bits.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <laq/array.hpp>

namespace laq::array {

// The payload that reaches options.target, which has been checked. file_bytes: the bytes of the file around a payload
// of so many, which targets in bits count. May throw std::bad_alloc.
Result<std::vector<std::byte>> encode_to_target(const ArrayView& array, const ArrayEncodeOptions& options,
                                                const std::function<size_t(size_t)>& file_bytes);

}  // namespace laq::array
