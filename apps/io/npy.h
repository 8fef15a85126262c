// NumPy's files of one array. Source: NEP 1, "A Simple File Format for NumPy Arrays".
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "laq/array.hpp"

namespace laq::io {

// Whether these bytes begin like such a file.
bool is_npy(std::span<const std::byte> file);

// Little-endian integers of up to 32 bits and floating-point numbers of 32 and 64, in either order; without sides it is
// an array of one element. The array refers to the bytes of the file. Errors say what is wrong and what can be read.
Result<ArrayView> parse_npy(std::span<const std::byte> file);

// In C order, version 1.0.
std::vector<std::byte> write_npy(const Array& array);

}  // namespace laq::io
