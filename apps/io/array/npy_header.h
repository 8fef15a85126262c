// The header of a NumPy file: a dictionary as Python writes it, with three entries.
//   {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
// Other programs write double quotes, other blanks and other orders, and Python 2 long integers: (3L, 4L).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "laq/laq.hpp"

namespace laq::io {

// The values as they stand there, without the blanks around them.
struct NpyHeader {
  std::string_view descr, fortran_order, shape;
};

// The error completes "not a good .npy file: ".
Result<NpyHeader> parse_npy_header(std::string_view header);

// The contents of 'text' or "text"; nothing if the value is no such string.
std::optional<std::string_view> python_string(std::string_view value);

// The numbers of a tuple, (3, 4). The error completes "its shape ".
Result<std::vector<uint64_t>> python_tuple(std::string_view value);

// The names of the fields in a list of them, [('x', '<f4'), ...], for a message: "'x', 'y'"; empty if there are none.
std::string npy_field_names(std::string_view value);

}  // namespace laq::io
