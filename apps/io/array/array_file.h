// Arrays in the formats that other programs use: NumPy's files, audio, and files that hold the elements and nothing
// else; and the names of element types and shapes, as the command line and messages have them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/array/file_array.h"
#include "io/notes.h"
#include "laq/array.hpp"
#include "laq/float16.hpp"

namespace laq::io {

// Whether these bytes begin like a file of an array; the first kHeadBytes suffice.
bool is_array_file(std::span<const std::byte> file);

// The function that reads such a file; null for other files. The kind of a sound behind an ID3 tag is not known before.
Result<Noted<Array>> (*array_reader_of(std::span<const std::byte> file))(std::span<const std::byte> file);

// The array in the bytes of a file of any kind that holds one. Of an NPZ file that of the name `member`, or the only
// one if that is empty. Errors and notes are those of the reader of its kind; an array that is packed in an NPZ file is
// refused if it has more than max_bytes. May throw std::bad_alloc.
Result<Noted<FileArray>> parse_array(std::span<const std::byte> file, const std::string& member = {},
                                     uint64_t max_bytes = UINT64_MAX);

// The same, packed and without attachments, for what is about its elements.
Result<Noted<Array>> read_array(std::span<const std::byte> file, uint64_t max_bytes = UINT64_MAX);
Result<Noted<Array>> read_array(const std::string& path);

// The same of the bytes of NPY and NPZ files.
Result<Noted<Array>> read_npy(std::span<const std::byte> file);
Result<Noted<Array>> read_npz(std::span<const std::byte> file);

// An array of the bytes of a file, to which it refers: packed, little-endian, the last side fastest. It is an error if
// the file has another size than type and shape need, or if the shape has no elements.
Result<ArrayView> parse_raw(std::span<const std::byte> file, ElementType type, const std::vector<uint64_t>& shape);

// NumPy's name of the type: "float32".
const char* type_name(ElementType type);
std::optional<ElementType> type_of_name(std::string_view name);
// All names, separated by commas.
std::string type_names();

// "60x83x83"; "0-d" without sides
std::string shape_name(const std::vector<uint64_t>& shape);
// Parses "60,83,83"; nothing if the text is no such list.
std::optional<std::vector<uint64_t>> parse_shape(std::string_view text);

// Calls `use` with a zero of the C++ type of the elements, and returns what it returns.
template <class Use>
auto with_element_type(ElementType type, Use&& use) {
  switch (type) {
    case ElementType::int8:
      return use(int8_t{});
    case ElementType::uint8:
      return use(uint8_t{});
    case ElementType::int16:
      return use(int16_t{});
    case ElementType::uint16:
      return use(uint16_t{});
    case ElementType::int32:
      return use(int32_t{});
    case ElementType::uint32:
      return use(uint32_t{});
    case ElementType::float32:
      return use(float{});
    case ElementType::float64:
      return use(double{});
    case ElementType::int64:
      return use(int64_t{});
    case ElementType::uint64:
      return use(uint64_t{});
    case ElementType::bfloat16:
      return use(BFloat16{});
    case ElementType::float16:
      break;
  }
  return use(Float16{});
}

// Sets `numbers` to the elements from `begin` on.
template <class Number>
void load_elements(const Array& array, size_t begin, std::span<Number> numbers) {
  with_element_type(array.type, [&](auto element) {
    const std::byte* from = array.data.data() + begin * sizeof element;
    for (size_t i = 0; i < numbers.size(); ++i, from += sizeof element) {
      std::memcpy(&element, from, sizeof element);
      numbers[i] = static_cast<Number>(element);
    }
  });
}

// The elements as doubles, which hold every value exactly, but for integers of 64 bits beyond 2^53: those are rounded.
std::vector<double> to_doubles(const Array& array);

// The product of the sides.
double element_count(std::span<const uint64_t> shape);

// Sets the elements of an array of this type. For integers the values are rounded, and limited to what the type holds.
void set_elements(std::span<const double> values, Array& array);

}  // namespace laq::io
