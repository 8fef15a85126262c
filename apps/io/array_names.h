// Names of element types and shapes, as the command line and messages have them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "laq/array.hpp"

namespace laq::io {

// NumPy's name of the type: "float32".
const char* type_name(ElementType type);
std::optional<ElementType> type_of_name(std::string_view name);
// All names, separated by commas.
std::string type_names();

// "60x83x83"
std::string shape_name(const std::vector<uint64_t>& shape);
// Parses "60,83,83"; nothing if the text is no such list.
std::optional<std::vector<uint64_t>> parse_shape(std::string_view text);

}  // namespace laq::io
