// How types and shapes of arrays are called on the command line and in messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "laq/array.hpp"

namespace laq::io {

// As NumPy calls it: "float32".
const char* type_name(ElementType type);
std::optional<ElementType> type_of_name(std::string_view name);
// All of them, with commas.
std::string type_names();

// "60x83x83"
std::string shape_name(const std::vector<uint64_t>& shape);
// Of "60,83,83"; nothing where it is no such list.
std::optional<std::vector<uint64_t>> parse_shape(std::string_view text);

}  // namespace laq::io
