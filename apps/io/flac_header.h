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
  int bits = 0;          // of a sample
  uint64_t samples = 0;  // of each channel; 0: unknown
};

bool is_flac(std::span<const std::byte> file);

// `unsupported` for other than 8, 16 and 24 bits, which libsndfile does not read.
Result<FlacHeader> parse_flac_header(std::span<const std::byte> file);

// Makes the header say that the number of samples is unknown. The file is one that parse_flac_header() takes.
void clear_flac_length(std::vector<std::byte>& file);

// Names what the file has and an array read from it has not.
void note_flac_losses(std::span<const std::byte> file, Notes& notes);

}  // namespace laq::io
