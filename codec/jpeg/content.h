// The content of a LAQ file that keeps a JPEG file, taken apart; see jpeg_codec.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <laq/laq.hpp>

#include "entropy/coder.h"
#include "jpeg/borders.h"
#include "jpeg/frame.h"

namespace laq::jpeg {

inline constexpr int kMostGroups = 1 << 12;

// What both directions make of the headers.
struct Plan {
  Frame frame;
  std::vector<Dequantization> factors;  // of each component, as the tables stand before the first scan
};

// headers: those of a file, or a file.
Result<Plan> plan_of(std::span<const std::byte> headers);

// Memory for the coefficients. Not to be called before the blocks are known to fit into the limits.
void allocate(Frame& frame);

// The bytes of the whole file, from its headers, coefficients and choices; an error if it is not file_bytes long.
Result<std::vector<std::byte>> write_file(std::span<const std::byte> headers, Frame& frame,
                                          std::span<const std::byte> choices, uint64_t file_bytes);

// What headers of JPEG files often hold, for their compression.
std::span<const std::byte> usual_headers();

}  // namespace laq::jpeg
