// Local regression: the prediction is a weighted sum of preceding samples, whose weights minimize the squared error
// over neighbouring blocks in the bands above and in earlier slices. It corrects Lorenzo's predictor, with which every
// field begins; the size of the correction is a measure of uncertainty.
//
// Sources: Ibarria et al., "Out-of-core compression and decompression of large n-dimensional scalar fields", 2003;
// least-squares adaptation as in Li and Orchard, "Edge-directed prediction for lossless compression of natural images",
// 2001, here by blocks, so that one solution serves many samples.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/aligned_vector.h"
#include "base/grid.h"

namespace laq::array {

// A sample at these distances before the present one; the first distance that is not zero is positive.
struct RegressionTap {
  int z, y, x;
  double lorenzo;  // its weight there
};

class LocalRegression {
 public:
  static constexpr int kTaps = 16;  // beside the nearest sample, (0, 0, 1), to which they are compared
  static constexpr int kProducts = kTaps * (kTaps + 1) / 2 + kTaps;  // of taps with taps, and with the target
  static constexpr int kBlockWidth = 16;                             // in columns
  static constexpr int kRows = 4;                                    // of a band
  // Room for the samples of a block: one and a half of the usual width, what the delays of rows add to it, and eight
  // more.
  static constexpr int kBlockSamples = (kBlockWidth * 3 / 2 + 4 * (kRows - 1)) * kRows + 8;

  // Grids with one slice have the first taps, those with more the second ones.
  static constexpr std::array<RegressionTap, kTaps> kTapsOfPlane = {{{0, 3, 0, 0},
                                                                     {0, 3, 1, 0},
                                                                     {0, 3, -1, 0},
                                                                     {0, 2, 0, 0},
                                                                     {0, 2, 1, 0},
                                                                     {0, 2, -1, 0},
                                                                     {0, 2, 2, 0},
                                                                     {0, 2, -2, 0},
                                                                     {0, 1, 0, 1},
                                                                     {0, 1, 1, -1},
                                                                     {0, 1, -1, 0},
                                                                     {0, 1, 2, 0},
                                                                     {0, 1, -2, 0},
                                                                     {0, 1, -3, 0},
                                                                     {0, 0, 3, 0},
                                                                     {0, 0, 2, 0}}};
  static constexpr std::array<RegressionTap, kTaps> kTapsOfSlices = {{{2, 0, 0, 0},
                                                                      {1, 0, 1, -1},
                                                                      {1, 0, 0, 1},
                                                                      {1, 0, -1, 0},
                                                                      {1, 1, 1, 1},
                                                                      {1, 1, 0, -1},
                                                                      {1, 1, -1, 0},
                                                                      {1, -1, 1, 0},
                                                                      {1, -1, 0, 0},
                                                                      {1, -1, -1, 0},
                                                                      {0, 2, 0, 0},
                                                                      {0, 1, 1, -1},
                                                                      {0, 1, 0, 1},
                                                                      {0, 1, -1, 0},
                                                                      {0, 0, 3, 0},
                                                                      {0, 0, 2, 0}}};

  // grid: of two or three dimensions.
  explicit LocalRegression(const Grid& grid);
  static size_t bytes(const Grid& grid);

  // Blocks lie side by side in a row. The samples that they learn from begin in each row of a band at the same column.
  int blocks() const { return blocks_; }
  int begin_of(int block) const { return static_cast<int>(static_cast<int64_t>(block) * width_ / blocks_); }
  int first_column(int block) const { return block == 0 ? 0 : begin_of(block) + (columns_ - width_) / 2; }
  int end_column(int block) const { return block + 1 == blocks_ ? columns_ : first_column(block + 1); }

  // The corrections of Lorenzo's weights in a block: that of tap k is corrections[k * stride].
  struct Solution {
    const double* corrections;
    ptrdiff_t stride;
  };
  Solution solution(int block) const;

  // The caller begins each slice, gives the samples of each block of a band to learn(), and ends the band. Bands come
  // in raster order.
  void begin_slice(int z);
  // features: of `count` samples (whole eights), a row for each tap, the tap's difference from the nearest sample in
  // steps, and one for the target, the sample's difference from Lorenzo's prediction. Rows are kBlockSamples apart.
  void learn(int block, const double* features, int count);
  void end_band(int z, int band);

 private:
  void keep_band(double* before) const;
  const double* earlier_band(const double* before);
  void solve(int z, int band, double kept);

  int width_, columns_, blocks_, bands_;
  ptrdiff_t stride_;  // from one product, or tap, to the next
  AlignedVector<double> latest_, recent_;
  AlignedVector<double> mixture_, solutions_, earlier_;
  std::vector<AlignedVector<double>> bands_before_;  // products of each band in earlier slices
};

}  // namespace laq::array
