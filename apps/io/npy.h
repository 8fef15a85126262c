// NumPy files (.npy), which hold one array. Source: NEP 1, "A Simple File Format for NumPy Arrays".
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "laq/array.hpp"

namespace laq::io {

// Whether these bytes begin like a NumPy file.
bool is_npy(std::span<const std::byte> file);

// Reads little-endian integers of up to 32 bits and floating-point numbers of 32 and 64 bits, in C or Fortran order. An
// array without sides becomes one of one element. The result refers to the bytes of the file. Errors say what is wrong
// and how to save the array so that it can be read.
Result<ArrayView> parse_npy(std::span<const std::byte> file);

// Writes a file in C order, of version 1.0.
std::vector<std::byte> write_npy(const Array& array);

}  // namespace laq::io
