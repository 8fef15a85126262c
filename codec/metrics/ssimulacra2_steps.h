// The steps of SSIMULACRA 2 (ssimulacra2.cpp): row kernels, vectorized, with the window that they blur with, and the
// score of what they add up.
//
// A row begins on a 64-byte boundary with at least kRowMargin elements before it and after its last column. Kernels may
// read both margins and write rubbish after the last column.
#pragma once

#include <array>
#include <vector>

namespace laq::ssimulacra2 {

inline constexpr int kRowMargin = 16;

// Recursive Gaussian: the sum of three filters y_k(n) = gain_k (x(n - kDelay) + x(n + kReach)) - turn_k y_k(n - 1) -
// y_k(n - 2), whose responses are cosines that end at +-kReach. The poles lie on the unit circle, so that rounding
// errors do not fade: in flat areas they move the score (by up to 1 point in a picture with much sky, against exact
// filtering). To agree with the tool to 0.01 all values have to round as they do there, so the steps are the tool's:
// along rows one sample at a time near both ends and four at once between, down columns one at a time; with fused
// multiplication and addition (without, scores differ by some 0.05).
struct RecursiveGaussian {
  static constexpr int kReach = 4;           // samples to each side: for sigma 1.5
  static constexpr int kDelay = kReach + 2;  // n - kDelay leaves the window when n is made
  static constexpr int kTerms = 3;

  std::array<float, kTerms> gain, turn;
  // Four outputs from four inputs and the two outputs before, by inserting the recursion into itself: output i is the
  // sum of from_input[i - j] * input j (j <= i), from_last[i] * y(-1) and from_last_but_one[i] * y(-2).
  std::array<std::array<float, 4>, kTerms> from_input, from_last, from_last_but_one;
};

// sigma: such that the window reaches kReach samples, 1.37 to 1.67 (asserted).
RecursiveGaussian recursive_gaussian(double sigma);

// Linear RGB (0..1) to the XYB of the metric: each plane within 0..1 for colours of sRGB. In place where x, y, b are r,
// g, b.
void linear_to_xyb(const float* r, const float* g, const float* b, int width, float* x, float* y, float* z);

// Means of 2x2 samples; `width` columns come out.
void halve_rows(const float* above, const float* below, int width, float* out);

// A row and where it goes, blurred along itself. Both margins of `in` have to be zero.
struct BlurredRow {
  const float* in;
  float* out;
};
void blur_rows(const BlurredRow* rows, int count, const RecursiveGaussian& gaussian, int width);

void multiply_rows(const float* a, const float* b, int width, float* out);

// Going down a picture, what the blur of columns needs to make row n.
struct ColumnBlur {
  const float* entering;  // row n + kReach, blurred along the row; zero outside of the picture
  const float* leaving;   // row n - kDelay
  std::array<const float*, RecursiveGaussian::kTerms> last;  // y_k(n - 1)
  std::array<float*, RecursiveGaussian::kTerms> current;     // y_k(n - 2), replaced by y_k(n)
};

// Only the state, where no output is wanted (n < 0).
void advance_columns(const ColumnBlur& columns, const RecursiveGaussian& gaussian, int width);

// variance = blurred squares, less mean * mean.
void mean_and_variance(const ColumnBlur& values, const ColumnBlur& squares, const RecursiveGaussian& gaussian,
                       int width, float* mean, float* variance);

// One row of one plane of the reference.
struct ReferenceRow {
  const float* image;
  const float* mean;
  const float* variance;
};

// The same row of the distorted picture.
struct DistortedRow {
  const float* image;
  ColumnBlur values;
  ColumnBlur squares;   // of the values
  ColumnBlur products;  // of the values with the reference's
};

// Sums over pixels of the error maps and of their fourth powers.
struct MapSums {
  double ssim = 0, ssim_4 = 0;          // 1 - SSIM
  double artifact = 0, artifact_4 = 0;  // edges only in the distorted picture
  double lost = 0, lost_4 = 0;          // edges only in the reference
};

// Adds one row to the sums.
void add_error_maps(const ReferenceRow& reference, const DistortedRow& distorted, const RecursiveGaussian& gaussian,
                    int width, MapSums& sums);

inline constexpr int kScales = 6;

// The error maps of one scale.
struct ScaleSums {
  double pixels = 0;
  std::array<MapSums, 3> planes;  // X, Y, B
};

// At most 100, of equal pictures. scales: 1 .. kScales, the finest first; small pictures have fewer.
double score_of(const std::vector<ScaleSums>& scales);

}  // namespace laq::ssimulacra2
