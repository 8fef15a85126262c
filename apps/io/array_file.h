// Arrays in the formats that other programs use: NumPy's files and audio.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "io/notes.h"
#include "laq/array.hpp"

namespace laq::io {

// Whether these bytes begin like a file of an array; the first 12 are enough.
bool is_array_file(std::span<const std::byte> file);

// The array of a file, packed. Errors: of reading, as read_file() gives them; of parse_npy() and read_audio(). The
// notes are those of read_audio().
Result<Noted<Array>> read_array(const std::string& path);

// The elements as doubles, which hold every value of every type exactly.
std::vector<double> to_doubles(const Array& array);

}  // namespace laq::io
