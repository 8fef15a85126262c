// Channels that are alike are rotated into each other, pair by pair, so that little is left in one of them: Jacobi's
// way to the Karhunen-Loeve transform, with as many rotations as pay. The angle of two channels may change along time.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "transform/rotation.h"

namespace laq::array {

inline constexpr int kRotationsOfChannel = 8;  // at most, on average
inline constexpr int kRotationSpanLog2 = 10;   // samples in which an angle changes evenly

struct ChannelRotation {
  static constexpr int kAngleBits = 10;  // of a half turn
  static constexpr int kChange = 16;     // angles in a unit of change

  int first, second;         // channels
  int angle;                 // in 2^-kAngleBits half turns, as far as the middle of the first span
  std::vector<int> changes;  // from the middle of each span to that of the next, in kChange; empty: none at all
};

// How many changes an angle has that changes.
inline size_t changes_of(size_t length) {
  const size_t spans = (length + (size_t{1} << kRotationSpanLog2) - 1) >> kRotationSpanLog2;
  return spans - 1;
}

// angle: any, in 2^-kAngleBits half turns.
inline Rotation rotation_by(int angle) {
  constexpr int kTurn = 2 << ChannelRotation::kAngleBits;
  return rotation_of((angle & (kTurn - 1)) / static_cast<double>(kTurn));
}

// values: channels one after the other, each of `length`.
void rotate_channels(std::span<const ChannelRotation> rotations, size_t length, double* values);
void rotate_channels_back(std::span<const ChannelRotation> rotations, size_t length, double* values);

}  // namespace laq::array
