// The biorthogonal 9/7 wavelet by lifting, along one axis at a time. Every value is the result of single IEEE double
// operations in a fixed order: the same on every machine.
//
// Source: Daubechies and Sweldens, "Factoring wavelet transforms into lifting steps", 1998; ISO/IEC 15444-1, annex F.
#pragma once

#include <cstddef>
#include <vector>

namespace laq {

// Lines of numbers: `count` of them, `distance` apart, each of `length` elements that are `stride` apart.
struct Lines {
  double* data;
  int length;
  ptrdiff_t stride;
  int count;
  ptrdiff_t distance;
};

class Wavelet {
 public:
  // Splits each line into its low half, (length + 1) / 2 elements, and its high half behind it.
  void forward(const Lines& lines);
  void inverse(const Lines& lines);

  // What lines of a length need beside themselves.
  static size_t scratch_bytes(int length, int count);

  // The norm of what one coefficient of the split number `level` (from 0) gives back, in the limit of long lines.
  static double low_norm(int level);
  static double high_norm(int level);

 private:
  std::vector<double> scratch_;
};

}  // namespace laq
