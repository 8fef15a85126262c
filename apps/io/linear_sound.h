// Uncompressed sounds in WAV and AIFF files. The lengths that headers claim are checked against the bytes that are
// there.
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
  size_t bytes = 0;        // of a sample in the file: 1 to 4 for integers, 4 or 8 for floating-point numbers
  int valid_bits = 0;      // of an integer: the highest bits of its bytes
  bool is_padded = false;  // a sample takes more bytes than its bits need, which is unusual
  Coding coding = Coding::signed_integer;
  bool is_big_endian = false;
  std::span<const std::byte> data = {};
  // The number of frames that the header claims, if it does. A frame has one sample of each channel.
  std::optional<uint64_t> claimed_frames = {};
};

// Nothing if the samples are compressed. It is an error if the header contradicts itself.
Result<std::optional<LinearSound>> parse_linear_sound(const SoundChunks& file);

// An array of channels x samples, with the types of read_audio(). An integer keeps only the bytes that its valid bits
// need, or all of them if the bits below are not zero.
Result<Noted<Array>> read_linear_sound(const LinearSound& sound);

// Notes what the file has and an array that is read from it has not.
void note_sound_losses(const SoundChunks& file, Notes& notes);

// Remarks "ends early, after 10 of 20 samples", or what else is odd if a file claims another number of samples than it
// has.
void remark_length(std::optional<uint64_t> claimed, uint64_t found, Notes& notes);

}  // namespace laq::io
