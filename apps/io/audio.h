// Audio files in: WAV and AIFF with plain samples, and by libsndfile FLAC and compressed kinds of the former. WAV out,
// by libsndfile.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "io/notes.h"
#include "laq/array.hpp"

namespace laq::io {

// Whether these bytes begin like a WAV, FLAC or AIFF file.
bool is_audio(std::span<const std::byte> file);

// Channels x samples: int16 where a sample has up to 16 bits, int32 up to 32, else float32 or float64. A file that ends
// early, or says another length than it has, is read as far as it goes, which the notes tell, as they name what is not
// kept. Samples are allocated as they are read. `unsupported` for what needs libsndfile where this program was built
// without it.
Result<Noted<Array>> read_audio(std::span<const std::byte> file);

// A WAV file of an array with one or two sides (channels x samples). Errors say what it cannot hold.
Result<Noted<std::vector<std::byte>>> write_wav(const Array& array);

}  // namespace laq::io
