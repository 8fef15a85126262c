// The metadata in front of a FLAC file's frames. Source: RFC 9639, section 8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

struct FlacHeader {
  int bits = 0;          // bits of a sample
  uint64_t samples = 0;  // samples of each channel; 0: unknown
};

bool is_flac(std::span<const std::byte> file);

// The error is `unsupported` unless samples have 8, 16 or 24 bits, because libsndfile reads no others.
Result<FlacHeader> parse_flac_header(std::span<const std::byte> file);

// Makes the header say that the number of samples is unknown. parse_flac_header() must accept the file.
void clear_flac_length(std::vector<std::byte>& file);

// Notes what the file has and an array that is read from it has not.
void note_flac_losses(std::span<const std::byte> file, Notes& notes);

}  // namespace laq::io
