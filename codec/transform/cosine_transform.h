// The discrete cosine transform of type IV, orthonormal and thus its own inverse, of 2^n values. Every value is the
// result of single IEEE double operations in a fixed order: the same on every machine.
//
//   X[k] = sqrt(2 / N) sum over n of x[n] cos(pi / N (n + 1/2)(k + 1/2))
//
// Source: by a complex Fourier transform of half the length (Malvar, "Signal Processing with Lapped Transforms", 1992,
// section 2.5), which is Stockham's with radix 4 (Van Loan, "Computational Frameworks for the FFT", 1992, section 1.7).
#pragma once

#include <vector>

#include "transform/rotation.h"

namespace laq {

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

}  // namespace laq
