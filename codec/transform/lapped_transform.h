// The modulated lapped transform (MDCT) with blocks of changing length: a line is cut into blocks of 2^n values; at
// every cut the values on both sides are rotated into each other, as far as half of the shorter block, and then every
// block goes through a cosine transform of its own. Orthonormal; all values come back, those at the ends too. Every
// value is the result of single IEEE double operations in a fixed order: the same on every machine.
//
// Sources: Malvar, "Signal Processing with Lapped Transforms", 1992; changes of length as by Edler, "Coding of audio
// signals with overlapping block transform and adaptive window functions", 1989; the window is that of "Vorbis I
// specification", section 4.3.1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "transform/cosine_transform.h"

namespace laq {

class LappedTransform {
 public:
  // Of the lengths of blocks.
  LappedTransform(int least_log2, int most_log2);

  // What one for lengths up to `most` allocates: tables of each length, a few numbers for each value.
  static size_t bytes(size_t most) { return 2 * most * 6 * sizeof(double); }

  // log2_lengths: of the blocks of a line, one after the other. In place: each block becomes its coefficients, the
  // lowest frequency first.
  void forward(std::span<const uint8_t> log2_lengths, double* line);
  void inverse(std::span<const uint8_t> log2_lengths, double* line);

 private:
  void transform_blocks(std::span<const uint8_t> log2_lengths, double* line);
  template <class Turn>
  void for_each_pair(std::span<const uint8_t> log2_lengths, double* line, Turn&& turn) const;

  int least_log2_;
  std::vector<CosineTransform> transforms_;       // by length
  std::vector<std::vector<Rotation>> rotations_;  // of the values around a cut, nearest first; by the shorter length
};

}  // namespace laq
