// Files that hold the elements of an array and nothing else: packed, little-endian, the last side fastest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "laq/array.hpp"

namespace laq::io {

// The array refers to the bytes of the file. It is an error if the file has another size than type and shape need, or
// if the shape has no elements.
Result<ArrayView> parse_raw(std::span<const std::byte> file, ElementType type, const std::vector<uint64_t>& shape);

}  // namespace laq::io
