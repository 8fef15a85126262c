// The parts of sound files, for read_audio(): the chunks of WAV and AIFF, their uncompressed samples, and the metadata
// of FLAC. Sources: Multimedia Programming Interface and Data Specifications 1.0 (RIFF), EBU Tech 3306 (RF64), Audio
// Interchange File Format 1.3, RFC 9639 (FLAC), section 8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "io/notes.h"
#include "laq/array.hpp"

namespace laq::io {

struct SoundChunk {
  std::string_view id;
  std::span<const std::byte> data;  // as much of it as the file has
  uint64_t claimed_bytes = 0;       // size of the data that the header claims
};

struct SoundChunks {
  bool is_aiff = false;
  bool is_big_endian = false;
  std::vector<SoundChunk> chunks;
  std::span<const std::byte> behind;  // what follows the last chunk

  // The first chunk of this id; nullptr if there is none.
  const SoundChunk* find(std::string_view id) const;
};

// Do these bytes begin like a WAV or AIFF file (RIFF, RIFX, RF64, BW64 or FORM)? The first 12 suffice.
bool is_chunked_sound(std::span<const std::byte> file);

// is_chunked_sound() must be true for the file. If the header of the samples claims 0 bytes, as in files that were
// written to a pipe, they are taken to reach to the end of the file, unless proper chunks follow.
SoundChunks parse_sound_chunks(std::span<const std::byte> file);

// An array of channels x samples, with the types of read_audio(); nothing if the samples are compressed. An integer
// keeps only the bytes that its valid bits need, or all of them if the bits below are not zero. The lengths that
// headers claim are checked against the bytes that are there; it is an error if the header contradicts itself.
Result<std::optional<Noted<Array>>> read_linear_sound(const SoundChunks& file);

// Notes what the file has and an array that is read from it has not.
void note_sound_losses(const SoundChunks& file, Notes& notes);
void note_flac_losses(std::span<const std::byte> file, Notes& notes);

// Remarks "ends early, after 10 of 20 samples", or what else is odd if a file claims another number of samples than it
// has.
void remark_length(std::optional<uint64_t> claimed, uint64_t found, Notes& notes);

bool is_flac(std::span<const std::byte> file);

struct FlacHeader {
  int bits = 0;          // bits of a sample
  uint64_t samples = 0;  // samples of each channel; 0: unknown
};

// The error is `unsupported` unless samples have 8, 16 or 24 bits, because libsndfile reads no others.
Result<FlacHeader> parse_flac_header(std::span<const std::byte> file);

// Makes the header say that the number of samples is unknown. parse_flac_header() must accept the file.
void clear_flac_length(std::vector<std::byte>& file);

}  // namespace laq::io
