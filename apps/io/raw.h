// Files of nothing but the elements of an array: packed, little-endian, the last side fastest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "laq/array.hpp"

namespace laq::io {

// The array refers to the bytes of the file. Errors: a file of another size than type and shape say, or no shape.
Result<ArrayView> parse_raw(std::span<const std::byte> file, ElementType type, const std::vector<uint64_t>& shape);

}  // namespace laq::io
