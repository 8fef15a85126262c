// Audio files by libsndfile: WAV, FLAC, AIFF and others in, WAV out.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "laq/array.hpp"

namespace laq::io {

// Whether these bytes begin like a WAV, FLAC or AIFF file.
bool is_audio(std::span<const std::byte> file);

// Channels x samples: int16 where a sample has up to 16 bits, int32 up to 32, else float32 or float64. `unsupported`
// where this program was built without libsndfile.
Result<Array> read_audio(std::span<const std::byte> file);

// A WAV file of an array with one or two sides (channels x samples). Errors say what it cannot hold.
Result<std::vector<std::byte>> write_wav(const Array& array);

}  // namespace laq::io
