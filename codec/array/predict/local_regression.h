// Prediction in raster order by local regression: the weights of the samples before are those with the least squared
// error in the blocks around, in the rows above and in earlier slices. They are corrections of Lorenzo's predictor,
// with which every field begins; how much they correct tells how uncertain the prediction is.
//
// Sources: Ibarria et al., "Out-of-core compression and decompression of large n-dimensional scalar fields", 2003;
// least-squares adaptation as in Li and Orchard, "Edge-directed prediction for lossless compression of natural images",
// 2001, here by blocks, so that one solution serves many samples.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/framed_field.h"
#include "base/grid.h"

namespace laq::array {

class LocalRegression {
 public:
  static constexpr int kOwn = 2;    // taps in the row itself, beyond the nearest sample
  static constexpr int kTaps = 16;  // with those in rows before
  static constexpr int kProducts = kTaps * (kTaps + 1) / 2 + kTaps;  // of taps with taps, and with the target
  static constexpr int kBlockWidth = 16, kBandHeight = 4;
  // Room for the samples of a block, whose width is less than one and a half of the usual one, and eight more.
  static constexpr ptrdiff_t kFeatureDistance = kBlockWidth * 3 / 2 * kBandHeight + 8;

  // grid: of two or three dimensions. step: of the quantizer. values: those of the grid as far as they are decoded.
  // masked: of each sample, whether to learn nothing from it; empty if no sample is masked.
  LocalRegression(const Grid& grid, double step, FramedField<double>& values, const std::vector<bool>& masked);

  // What one allocates.
  static size_t bytes(const Grid& grid);

  // A prediction is the sum over the taps in rows before and over the samples to the left, the nearest first. The
  // regression's correction of Lorenzo's predictor is a sum over the same samples, by weights of its own.
  struct Weights {
    std::array<double, kOwn + 1> own, correction;  // of the samples to the left
  };
  struct RowWeights {
    std::array<double, kTaps> weight, correction;  // of the taps in rows before that are present
  };
  // Blocks lie side by side in a row.
  int blocks() const { return blocks_; }
  int begin_of(int block) const { return static_cast<int>(static_cast<int64_t>(block) * grid_.sides[2] / blocks_); }
  const Weights& weights(int block) const { return block_weights_[block].own; }
  // The sums over the taps in rows before, for each sample of the row.
  const double* sums() const { return sums_.data(); }
  const double* corrections() const { return corrections_.data(); }

  // The caller begins a row before its first sample is decoded and ends it after the last. Rows come in raster order.
  void begin_row(int z, int y);
  void end_row(int z, int y);

 private:
  // A sample at these distances before the present one; the first distance that is not zero is positive.
  struct Tap {
    int z, y, x;
    double lorenzo;  // its weight there
  };
  static std::array<Tap, kTaps> taps_of(const Grid& grid);

  static constexpr int kLearntRows = 2;  // the distance between rows that are learnt from

  struct BlockWeights {
    Weights own;
    RowWeights rows;
  };

  bool is_present(const Tap& tap, int z, int y) const;
  const double* row_of(const Tap& tap, int z, int y) const;
  void learn(int z, int first, int end);
  void clear_masked(ptrdiff_t sample, int width, double* features) const;
  void keep_band(double* before) const;
  const double* earlier_band(const double* before);
  void solve(int z, int band, int rows);
  void set_weights();

  Grid grid_;
  double scale_;
  FramedField<double>& values_;
  const std::vector<bool>& masked_;
  std::array<Tap, kTaps> taps_;
  int blocks_, bands_;
  int band_begin_ = 0;
  ptrdiff_t stride_;  // from one product, or tap, to the next
  std::vector<double> sums_, corrections_;
  std::vector<double> solutions_;  // corrections of Lorenzo's weights: of every tap, for all blocks
  std::vector<BlockWeights> block_weights_;
  uint32_t present_ = 0;                                     // a bit for each tap whose row is there
  std::vector<double> latest_, recent_, earlier_, mixture_;  // products: see MixBlocks()
  std::vector<double> features_;                             // of a block: see Deviations()
  std::vector<std::vector<double>> bands_before_;            // products of each band in earlier slices
  std::array<std::array<const double*, kTaps>, kBandHeight> tap_rows_{};
};

}  // namespace laq::array
