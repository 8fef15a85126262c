// Prediction in raster order by local regression: the weights of the samples before are those that would have served
// best in the blocks around, in the rows above and in the slices before. They are corrections of Lorenzo's predictor,
// with which every field begins.
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

  // grid: of two or three dimensions. step: of the quantizer. values: those of the grid as far as they are decoded.
  // holes: samples to learn nothing from; empty where there are none.
  LocalRegression(const Grid& grid, double step, FramedField<double>& values, const std::vector<bool>& holes);

  // What one allocates.
  static size_t bytes(const Grid& grid);

  // A sample is predicted by the sum over the rows before and of the samples to its left, the nearest first. What the
  // regression corrects of Lorenzo's predictor is a sum of the same kind.
  struct Weights {
    std::array<double, kOwn + 1> own, correction;
  };
  // Blocks lie side by side in a row.
  int blocks() const { return blocks_; }
  int begin_of(int block) const { return static_cast<int>(static_cast<int64_t>(block) * grid_.sides[2] / blocks_); }
  const Weights& weights(int block) const { return block_weights_[block].own; }
  // Over the rows before, of each sample of the row.
  const double* sums() const { return sums_.data(); }
  const double* corrections() const { return corrections_.data(); }

  // Before the first sample of a row is decoded, and after the last. Rows come in raster order.
  void begin_row(int z, int y);
  void end_row(int z, int y);

 private:
  // A sample at these distances before the present one; the first distance that is not zero is positive.
  struct Tap {
    int z, y, x;
    double lorenzo;  // its weight there
  };
  static std::array<Tap, kTaps> taps_of(const Grid& grid);

  static constexpr int kBlockWidth = 16, kBandHeight = 4, kLearntRows = 2;
  // Samples of a block, whose width is less than one and a half of the usual one, and eight more.
  static constexpr ptrdiff_t kFeatureDistance = kBlockWidth * 3 / 2 * kBandHeight + 8;

  struct BlockWeights {
    Weights own;
    std::array<double, kTaps> rows, corrections;  // of the taps in rows before that are present
  };

  bool is_present(const Tap& tap, int z, int y) const;
  const double* row_of(const Tap& tap, int z, int y) const;
  void learn(int z, int first, int end);
  void forget_holes(int z, int y, int begin, int width, int place);
  void remember(double* before) const;
  const double* recall(const double* before);
  void solve(int z, int band, int rows);
  void set_weights();

  Grid grid_;
  double scale_;
  FramedField<double>& values_;
  const std::vector<bool>& holes_;
  std::array<Tap, kTaps> taps_;
  int blocks_, bands_;
  int band_begin_ = 0;
  ptrdiff_t stride_;  // from one product, or tap, to the next
  std::vector<double> sums_, corrections_;
  std::vector<double> solutions_;  // corrections of every tap, of all blocks
  std::vector<BlockWeights> block_weights_;
  uint32_t present_ = 0;                           // the taps whose rows are there
  std::vector<double> latest_, recent_, mixture_;  // products of the last rows, of all above, and around
  std::vector<double> features_;
  std::vector<double> recalled_;
  std::vector<std::vector<double>> before_;  // of each band, in the slices before
  std::array<std::array<const double*, kTaps>, kBandHeight> tap_rows_{};
};

}  // namespace laq::array
