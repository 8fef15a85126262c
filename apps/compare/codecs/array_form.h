// A prefix of files with the type and shape of an array, for codecs whose decoder needs to be told them. These bytes do
// not count as bytes of the codec.
#pragma once

#include <span>
#include <vector>

#include "laq/array.hpp"

namespace laq::compare {

std::vector<std::byte> array_form(const Array& array);

// Returns the array with elements of zero, and takes the prefix off `file`. Errors: `corrupt` if there is no valid
// prefix, `out_of_memory` if the elements do not fit into memory.
Result<Array> take_array_form(std::span<const std::byte>& file);

}  // namespace laq::compare
