// Sounds by libsndfile, for what audio.h reads and writes by it. Without the library each call is an error.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "io/notes.h"
#include "laq/array.hpp"

namespace laq::io {

// An array of channels x samples: int16 for samples of up to 16 bits, else int32. Reads frames until there are no more,
// whatever number the header claims.
Result<Noted<Array>> read_by_libsndfile(std::span<const std::byte> file);

// A FLAC file without tags. The bytes depend on nothing but the array.
Result<std::vector<std::byte>> write_flac_by_libsndfile(const Array& array);

}  // namespace laq::io
