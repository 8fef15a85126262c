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

#include "transform/rotation.h"

namespace laq {

// The discrete cosine transform of type IV, orthonormal and thus its own inverse, of 2^n values.
//
//   X[k] = sqrt(2 / N) sum over n of x[n] cos(pi / N (n + 1/2)(k + 1/2))
//
// Source: by a complex Fourier transform of half the length (Malvar, "Signal Processing with Lapped Transforms", 1992,
// section 2.5), which is Stockham's with radix 4 (Van Loan, "Computational Frameworks for the FFT", 1992, section 1.7).
class CosineTransform {
 public:
  static constexpr int kLeastLog2 = 2;

  // log2_length: at least kLeastLog2.
  explicit CosineTransform(int log2_length);

  void run(double* values);

 private:
  struct Halves {  // complex numbers
    std::vector<double> real, imaginary;
  };

  void transform();
  template <int kStride>
  void radix4(int count, int stride);
  void radix2(int stride);

  int length_;
  std::vector<Rotation> twist_;  // before and after the Fourier transform
  std::vector<Rotation> roots_;  // of unity: angle 2 pi k / (length / 2)
  Halves now_, next_;
};

class LappedTransform {
 public:
  // Blocks have 2^least_log2 up to 2^most_log2 values.
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
