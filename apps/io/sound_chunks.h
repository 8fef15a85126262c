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
  std::span<const std::byte> data;  // as far as the file goes
  uint64_t said_bytes = 0;          // of the data, as its header says
};

struct SoundChunks {
  bool is_aiff = false;
  bool is_big_endian = false;
  std::vector<SoundChunk> chunks;
  std::span<const std::byte> behind;  // bytes behind the last chunk that are none

  // The first chunk of that name; nullptr if there is none.
  const SoundChunk* find(std::string_view id) const;
};

// Whether these bytes begin like a WAV or AIFF file; the first 12 are enough.
bool is_chunked_sound(std::span<const std::byte> file);

// The file must be one for which is_chunked_sound() is true. If the header of the samples says 0 bytes, as it does in
// files that were written to a pipe, they are taken to the end of the file, unless proper chunks follow.
SoundChunks parse_sound_chunks(std::span<const std::byte> file);

}  // namespace laq::io
