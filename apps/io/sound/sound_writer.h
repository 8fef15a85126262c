// The bytes of a new WAV, Wave64, AIFF, CAF or AU file around its samples.
#pragma once

#include <cstdint>
#include <string>

#include "io/sound/sound_formats.h"

namespace laq::io {

struct SoundPlan {
  SampleLayout layout;
  uint64_t frames = 0;
  bool is_big_endian = false;      // the headers of a WAV file
  std::string format = {};         // the data of its chunk "fmt "; empty: the usual ones
  uint32_t channel_mask = 0;       // of a new chunk "fmt "; 0: unknown
  std::string chunks_before = {};  // with their headers; of an AU file its annotation
  std::string chunks_behind = {};

  uint64_t data_bytes() const { return frames * layout.frame_bytes(); }
};

struct SoundFrame {
  std::string before, behind;  // what stands before and behind the samples
};

// A WAV file of more than 4 GiB becomes an RF64 file. Other sizes of 32 bits are not checked.
SoundFrame frame_of(const SoundPlan& plan, SoundKind kind);

}  // namespace laq::io
