// Which rotations of channels save bits.
#pragma once

#include <span>
#include <vector>

#include "array/transform/channel_rotations.h"

namespace laq::array {

// Ways of rotating all channels, one or two of which the best is not known before the blocks are. lines: the channels
// one after the other, in steps, each of whole blocks of 2^block_log2 values.
std::vector<std::vector<ChannelRotation>> promising_rotations(std::span<const double> lines, int channels,
                                                              int block_log2);

}  // namespace laq::array
