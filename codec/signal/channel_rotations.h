// Channels that are alike are rotated into each other, pair by pair, so that little is left in one of them: Jacobi's
// way to the Karhunen-Loeve transform, with as many rotations as pay.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "transform/rotation.h"

namespace laq {

inline constexpr int kRotationsOfChannel = 8;  // at most, on average
inline constexpr int kMostRotatedChannels = 96;

struct ChannelRotation {
  static constexpr int kAngleBits = 10;  // of a half turn

  int first, second;  // channels
  int angle;          // in 2^-kAngleBits half turns

  Rotation rotation() const { return rotation_of(angle / static_cast<double>(2 << kAngleBits)); }
};

// spectra: of the channels one after the other, blocks of 2^block_log2 coefficients in steps.
std::vector<ChannelRotation> choose_rotations(std::span<const double> spectra, int channels, int block_log2);

// values: channels one after the other, each of `length`.
void rotate_channels(std::span<const ChannelRotation> rotations, size_t length, double* values);
void rotate_channels_back(std::span<const ChannelRotation> rotations, size_t length, double* values);

}  // namespace laq
