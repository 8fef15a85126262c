// Reads and writes sound files: WAV, Wave64, AIFF, CAF and AU with uncompressed samples; by libsndfile FLAC, and
// compressed samples in the others, which are read only.
//
// What a file has beside its samples travels with the array as attachments, and comes back if a file of the same kind
// is written: the bytes are those of the file that was read if the samples are. In a file of another kind the tags
// come back; the notes name the rest.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "io/file_kind.h"
#include "io/notes.h"
#include "laq/array.hpp"

namespace laq::io {

// Whether these bytes begin like a sound file that read_audio() reads, or refuses by its name; 12 bytes suffice.
bool is_audio(std::span<const std::byte> file);

// An array of channels x samples: int16 for samples of up to 16 bits, int32 for up to 32, otherwise float32 or float64.
// A file that ends early, or claims another length than it has, is read as far as it goes; the notes say so, and name
// what is not kept. Samples are allocated as they are read. The error is `unsupported` if a file needs libsndfile and
// this program was built without it, or if its samples were coded with loss.
Result<Noted<Array>> read_audio(std::span<const std::byte> file);

// A file of an array with one or two sides (channels x samples). Errors say what the kind of file cannot hold.
Result<Noted<std::vector<std::byte>>> write_wav(const Array& array);  // above 4 GiB as RF64
Result<Noted<std::vector<std::byte>>> write_wave64(const Array& array);
Result<Noted<std::vector<std::byte>>> write_aiff(const Array& array);
Result<Noted<std::vector<std::byte>>> write_caf(const Array& array);
Result<Noted<std::vector<std::byte>>> write_au(const Array& array);
// Needs libsndfile.
Result<Noted<std::vector<std::byte>>> write_flac(const Array& array);

// Takes out what came from a sound file beside its samples, but not the kind of the file.
void strip_sound(std::vector<Attachment>& attachments);

// Notes what an array that came from a sound file has beside its elements, for a file that holds nothing else.
void note_lost_sound(const Array& array, Notes& notes);

}  // namespace laq::io
