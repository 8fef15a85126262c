// Type and shape of an array before its file, for codecs whose decoder has to be told them. These bytes are not
// counted.
#pragma once

#include <span>
#include <vector>

#include "laq/array.hpp"

namespace laq::compare {

std::vector<std::byte> array_form(const Array& array);

// The array with its elements zero; `file` then begins behind the form. Errors: corrupt where it holds none, or one of
// more elements than memory has room for.
Result<Array> take_array_form(std::span<const std::byte>& file);

}  // namespace laq::compare
