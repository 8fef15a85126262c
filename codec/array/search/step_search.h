// The search for the step of an array whose target is a number of decibels, or of bits: the largest step that reaches
// the decibels, or the smallest that keeps within the bits. It runs in units of the statistics, so that the scale of
// the elements does not matter.
#pragma once

#include <vector>

#include <laq/array.hpp>

#include "array/array_codec.h"
#include "array/coded_array.h"
#include "array/statistics.h"

namespace laq::array {

// The payload. May throw std::bad_alloc.
Result<std::vector<std::byte>> search_step(const CodedArray& array, const Statistics& statistics,
                                           const ArrayEncodeOptions& options, const FileBytes& file_bytes);

}  // namespace laq::array
