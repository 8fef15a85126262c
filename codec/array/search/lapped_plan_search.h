// The search for the plan of a lapped transform: the rotations of its channels, and the lengths of its blocks.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "array/transform/channel_rotations.h"

namespace laq::array {

struct BlockChoice {
  std::vector<uint8_t> log2_lengths;
  double bits;  // estimate of what the line takes
};

// The lengths that take the fewest bits. line: whole frames, in steps.
BlockChoice choose_block_lengths(std::span<const double> line, int frame_log2);

// Ways of rotating all channels, one or two of which the best is not known before the blocks are. lines: the channels
// one after the other, in steps, each of whole blocks of 2^block_log2 values.
std::vector<std::vector<ChannelRotation>> promising_rotations(std::span<const double> lines, int channels,
                                                              int block_log2);

}  // namespace laq::array
