// Reads audio files: WAV and AIFF with uncompressed samples, and, by libsndfile, FLAC and compressed WAV and AIFF.
// Writes WAV.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "io/notes.h"
#include "laq/array.hpp"

namespace laq::io {

// Whether these bytes begin like a WAV, FLAC or AIFF file.
bool is_audio(std::span<const std::byte> file);

// An array of channels x samples: int16 for samples of up to 16 bits, int32 for up to 32, otherwise float32 or float64.
// A file that ends early, or claims another length than it has, is read as far as it goes; the notes say so, and name
// what is not kept. Samples are allocated as they are read. The error is `unsupported` if a file needs libsndfile and
// this program was built without it.
Result<Noted<Array>> read_audio(std::span<const std::byte> file);

// A WAV file of an array with one or two sides (channels x samples). Errors say what WAV cannot hold.
Result<Noted<std::vector<std::byte>>> write_wav(const Array& array);

}  // namespace laq::io
