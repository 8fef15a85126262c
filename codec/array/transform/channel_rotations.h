// Rotations of pairs of channels that are alike, so that little is left in one of each pair: Jacobi's method for the
// Karhunen-Loeve transform, with as many rotations as pay for their bits. The angle may change along time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "transform/rotation.h"

namespace laq::array {

inline constexpr int kRotationsOfChannel = 8;  // at most, on average
inline constexpr int kRotationSpanLog2 = 10;   // samples in which an angle changes evenly

struct ChannelRotation {
  static constexpr int kAngleBits = 10;  // of a half turn
  static constexpr int kChange = 16;     // 2^-kAngleBits half turns: a unit of change

  int first, second;         // channels
  int angle;                 // in 2^-kAngleBits half turns, up to the middle of the first span
  std::vector<int> changes;  // from the middle of each span to that of the next, in units; empty: the angle is constant
};

// How many changes a rotation has whose angle is not constant: one between every two spans whose middles lie within the
// length.
inline size_t changes_of(size_t length) {
  const size_t middles = (length + (size_t{1} << kRotationSpanLog2) / 2) >> kRotationSpanLog2;
  return std::max<size_t>(middles, 1) - 1;
}

// angle: any, in 2^-kAngleBits half turns.
inline Rotation rotation_by(int angle) {
  constexpr int kTurn = 2 << ChannelRotation::kAngleBits;
  return rotation_of((angle & (kTurn - 1)) / static_cast<double>(kTurn));
}

// values: channels one after the other, each of `length` samples.
void rotate_channels(std::span<const ChannelRotation> rotations, size_t length, double* values);
void rotate_channels_back(std::span<const ChannelRotation> rotations, size_t length, double* values);

}  // namespace laq::array
