// NumPy files (.npy), which hold one array. Source: NEP 1, "A Simple File Format for NumPy Arrays", and the functions
// of numpy.lib.format.
//
// NumPy has more types than LAQ. Elements of such a type are coded as a type that holds the same values:
//   bool                       uint8 with one significant bit
//   datetime64, timedelta64    int64
//   complex64, complex128      float32, float64 with a side of 2 in front: all real parts, then all imaginary ones
// Big-endian elements are turned. The attachment `npyh` (docs/format.md) tells what the file had, so that write_npy
// writes the same again; arrays of which the coded type and shape tell everything have none.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "io/array/file_array.h"
#include "io/notes.h"
#include "laq/array.hpp"

namespace laq::io {

// Whether these bytes begin like a NumPy file.
bool is_npy(std::span<const std::byte> file);

// Reads arrays of all types of numbers that have up to 64 bits, in C or Fortran order. Errors say what is wrong and how
// to save the array so that it can be read. May throw std::bad_alloc.
Result<Noted<FileArray>> parse_npy(std::span<const std::byte> file);

// Writes a file of version 1.0, byte for byte as numpy.save does. An attachment `npyh` that does not fit the array is
// ignored.
std::vector<std::byte> write_npy(const Array& array);

// What write_npy puts before the elements; nothing if it does not write them in their order, as they are. The data of
// the array is not looked at.
std::optional<std::vector<std::byte>> npy_head(const Array& array);

// How NumPy sees a coded array.
struct NumpyForm {
  std::string descr;                 // "<f4"
  std::vector<uint64_t> shape = {};  // without the side of real and imaginary parts
  bool is_fortran = false;           // the order of elements in the file
  bool is_complex = false;
  bool is_big_endian = false;

  // The part of the coded array that is a region of this shape.
  ArrayRegion coded(ArrayRegion region) const;
  // "complex64", "bool", "datetime64[ns]"
  std::string type_name() const;
};
NumpyForm numpy_form(ElementType type, std::span<const uint64_t> shape, std::span<const Attachment> attachments);

}  // namespace laq::io
