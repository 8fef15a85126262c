// The array as it is coded, which is the caller's own or a copy that fits into a CodedLayout.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <laq/array.hpp>

#include "array/chunk_layout.h"
#include "array/coded_layout.h"

namespace laq::array {

struct CodedArray {
  CodedLayout layout;  // of the caller's array
  ArrayView view;      // of at most four sides and of the coded type
  std::vector<std::byte> storage = {};
  std::optional<Chunking> chunking = {};  // if it is not the encoder's to choose
};

// Refers to the caller's elements where it need not copy them. May throw std::bad_alloc.
CodedArray coded_array(const ArrayView& array);

// The same in the form and with the offset that another array has. Nothing if its integers of 64 bits do not fit.
std::optional<CodedArray> coded_array_like(const CodedLayout& given, const ArrayView& array);

}  // namespace laq::array
