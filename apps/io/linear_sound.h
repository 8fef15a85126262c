// Sounds of plain numbers, not compressed, in WAV and AIFF files. Their headers are not believed: what they say of
// lengths is held against the bytes that are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "io/notes.h"
#include "io/sound_chunks.h"
#include "laq/array.hpp"

namespace laq::io {

struct LinearSound {
  enum class Coding : uint8_t { signed_integer, offset_integer, floating_point };

  uint32_t channels = 0;
  uint32_t sample_rate = 0;
  size_t bytes = 0;        // of a sample in the file: 1 to 4 if it is an integer, else 4 or 8
  int valid_bits = 0;      // of an integer, which are the highest ones of its bytes
  bool is_padded = false;  // the header has more bytes for a sample than its bits need, which is unusual
  Coding coding = Coding::signed_integer;
  bool is_big_endian = false;
  std::span<const std::byte> data = {};
  // The number of frames, which have a sample of each channel, if the header says one.
  std::optional<uint64_t> said_frames = {};
};

// Nothing if the samples are compressed; an Error if the header contradicts itself.
Result<std::optional<LinearSound>> parse_linear_sound(const SoundChunks& file);

// Channels x samples: int16 where a sample has up to 16 bits, int32 up to 32, else float32 or float64. As many bytes of
// an integer are taken as its valid bits need, and all where those below are not zero.
Result<Noted<Array>> read_linear_sound(const LinearSound& sound);

// Names what the file has and an array read from it has not.
void note_sound_losses(const SoundChunks& file, Notes& notes);

// Remarks "ends early, after 10 of 20 samples", or what else is odd if a file says another number of samples than it
// has.
void remark_length(std::optional<uint64_t> said, uint64_t found, Notes& notes);

}  // namespace laq::io
