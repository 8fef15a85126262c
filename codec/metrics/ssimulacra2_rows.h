// Row kernels of SSIMULACRA 2 (ssimulacra2.h), vectorized.
//
// A row begins on a 64-byte boundary with at least kRowMargin elements before it and after its last column. Kernels may
// read both margins and write rubbish after the last column.
#pragma once

#include <array>

namespace laq::ssimulacra2 {

inline constexpr int kRowMargin = 16;

// The window reaches this many samples to each side: 2 * 4 + 1 taps.
inline constexpr int kWindowReach = 4;
inline constexpr int kWindowTaps = 2 * kWindowReach + 1;

// Taps at distance 0..4 of the window.
using Window = std::array<float, kWindowReach + 1>;

// The same row of all nine, above to below; where the picture has ended, rows of zeros.
using TapRows = std::array<const float*, kWindowTaps>;

// Linear RGB (0..1) to the XYB of the metric: each plane within 0..1 for colours of sRGB. In place where x, y, b are r,
// g, b.
void linear_to_xyb(const float* r, const float* g, const float* b, int width, float* x, float* y, float* z);

// Only the Y plane of a gray row.
void linear_to_y(const float* gray, int width, float* y);

// Means of 2x2 samples; `width` columns come out.
void halve_rows(const float* above, const float* below, int width, float* out);

// Both margins have to be zero.
void blur_row(const float* row, const Window& window, int width, float* out);

void multiply_rows(const float* a, const float* b, int width, float* out);

// mean = window over `values`, variance = window over `squares`, less mean * mean.
void mean_and_variance(const TapRows& values, const TapRows& squares, const Window& window, int width, float* mean,
                       float* variance);

// One row of one plane of the reference.
struct ReferenceRow {
  const float* image;
  const float* mean;
  const float* variance;
};

// The same of the distorted picture. The tap rows are blurred along the row already.
struct DistortedRow {
  const float* image;
  TapRows values;
  TapRows squares;   // of the values
  TapRows products;  // of the values with the reference's
};

// Sums over pixels of the error maps and of their fourth powers.
struct MapSums {
  double ssim = 0, ssim_4 = 0;          // 1 - SSIM
  double artifact = 0, artifact_4 = 0;  // edges only in the distorted picture
  double lost = 0, lost_4 = 0;          // edges only in the reference
};

// Adds one row to the sums.
void add_error_maps(const ReferenceRow& reference, const DistortedRow& distorted, const Window& window, int width,
                    MapSums& sums);

}  // namespace laq::ssimulacra2
