// The chunks of WAV and AIFF files: RIFF, RIFX, RF64, BW64 and FORM. Sources: Multimedia Programming Interface and Data
// Specifications 1.0 (RIFF), EBU Tech 3306 (RF64), Audio Interchange File Format 1.3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

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

// Do these bytes begin like a WAV or AIFF file? The first 12 suffice.
bool is_chunked_sound(std::span<const std::byte> file);

// is_chunked_sound() must be true for the file. If the header of the samples claims 0 bytes, as in files that were
// written to a pipe, they are taken to reach to the end of the file, unless proper chunks follow.
SoundChunks parse_sound_chunks(std::span<const std::byte> file);

}  // namespace laq::io
