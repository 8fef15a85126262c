// The array as it is coded, which is the caller's own or a copy that fits into a CodedLayout.
#pragma once

#include <cstddef>
#include <vector>

#include <laq/array.hpp>

#include "array/coded_layout.h"

namespace laq::array {

struct CodedArray {
  CodedLayout layout;  // of the caller's array
  ArrayView view;      // of at most four sides and of the coded type
  std::vector<std::byte> storage = {};
};

// Refers to the caller's elements where it need not copy them. May throw std::bad_alloc.
CodedArray coded_array(const ArrayView& array);

}  // namespace laq::array
