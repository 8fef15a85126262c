// Codes the samples of series row by row, as writer or reader. The difference of a sample from the one before is
// predicted by a cascade:
//   a regression on the preceding differences and on those around the same place in the rows above, with three
//   memories; filters, long ones first, each of which predicts the error of those before it; and a blend of the
//   predictions up to each stage.
// Sources: cascades of least-mean-squares filters behind a regression as in MPEG-4 ALS (ISO/IEC 14496-3, RLS-LMS) and
// sac (github.com/slmdev/sac).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "array/predict/blend.h"
#include "array/predict/block_regression.h"
#include "array/predict/mixed_indices.h"
#include "array/predict/residual_coder.h"
#include "array/predict/samples.h"
#include "array/predict/series_filter.h"
#include "array/predict/series_kernels.h"
#include "base/grid.h"
#include "base/work.h"
#include "variance/expected_magnitude.h"

namespace laq::array {

// The two rows that predict a row best, as distances to earlier rows. They are coded for each row but the first two if
// the array has this many rows; otherwise they are the nearest ones.
inline constexpr int kLeastReferring = 2, kMostReferring = 256;  // rows
inline constexpr bool has_references(int rows) {
  return rows > kLeastReferring && rows <= kMostReferring;
}
inline constexpr std::array<int, 2> kNearestRows = {1, 2};
using RowReferences = std::vector<std::array<int, 2>>;

// Predicts the differences of a series in steps of the quantizer.
class SeriesCascade {
 public:
  // rows: how many the array has.
  explicit SeriesCascade(int rows) : SeriesCascade(series_kernels(), rows) {}

  static constexpr size_t bytes() {
    return BlockRegression::bytes(kMostFeatures) + SeriesFilters<kFilters.size()>::bytes(kFilters);
  }

  // How far windows reach before and behind a place, with what vectors read beyond.
  static constexpr int kBefore = 32, kBehind = 24;

  // Differences of the row and of its two reference rows, the better one first; readable from kBefore before to kBehind
  // beyond.
  void begin_row(const double* row, const double* above, const double* above2) {
    regression_.begin_row({above2, above, row});
  }

  double predict(ptrdiff_t place) {
    regressed_ = memories_.predict(regression_.predict(place));
    std::array<double, kFilters.size() + 2> stages = {0, regressed_};
    for (size_t k = 0; k < kFilters.size(); ++k) stages[k + 2] = stages[k + 1] + filters_.predicted()[k];
    return predicted_ = stages_.predict(stages);
  }
  // The recent mean error of the best stage.
  double uncertainty() const { return stages_.least_error(); }

  void update(ptrdiff_t place, double found, bool is_last) {
    memories_.update(found);
    stages_.update(found);
    regression_.update(place, found - predicted_, is_last);
    filters_.update(found - regressed_);
  }

 private:
  static constexpr std::array<FilterShape, 3> kFilters = {{{256, 0.008}, {32, 0.005}, {16, 0.02}}};
  static constexpr int kMostFeatures = 48;

  SeriesCascade(const SeriesKernels& kernels, int rows)
      : regression_(kernels, windows_for(rows)), filters_(kernels, kFilters) {}

  // The last window ends with the predicted difference, so that it counts one feature less.
  static BlockRegression::Windows windows_for(int rows) {
    using Window = BlockRegression::Window;
    constexpr Window kLongRow = {-31, 32}, kRow = {-23, 24}, kAbove = {-7, 16}, kAbove2 = {-3, 8};
    return {rows > 2 ? kAbove2 : Window{}, rows > 1 ? kAbove : Window{}, rows > 1 ? kRow : kLongRow};
  }

  BlockRegression regression_;
  Blend<BlockRegression::kMemories> memories_;
  SeriesFilters<kFilters.size()> filters_;
  Blend<kFilters.size() + 2> stages_;
  double regressed_ = 0, predicted_ = 0;
};

template <class Coder>
class SeriesRows {
 public:
  // masked: of each sample, whether it is left out; empty if no sample is masked. references: of each row, for a
  // writer; empty if they are the nearest.
  SeriesRows(ResidualCoder<Coder>& residuals, const Grid& grid, const std::vector<bool>& masked,
             const RowReferences& references)
      : residuals_(residuals),
        width_(grid.sides[2]),
        height_(grid.sides[0] * grid.sides[1]),
        masked_(masked),
        references_(references),
        rows_(kept_rows(height_)),
        cascade_(height_),
        indices_(std::make_unique<MixedIndices>()) {
    none_.resize(width_);
  }

  // What rows allocate beside the values.
  static size_t bytes(const Grid& grid) {
    return SeriesCascade::bytes() + MixedIndices::bytes() +
           (kept_rows(grid.sides[0] * grid.sides[1]) + 1) * (sizeof(Row) + Row::bytes(grid.sides[2]));
  }

  // first: the value of the first sample. values: of all samples; they stay as they are from where the stream ends.
  void code(double first, const DecodedValues& values) {
    values.set(0, first);
    for (int y = 0; y < height_ && !residuals_.is_past_end(); ++y) code_row(y, values);
  }

 private:
  // What is known of a row, with zeros around it.
  struct Row {
    static constexpr int kBeside = 4;

    std::vector<double> differences;  // from the sample to the left, in steps; the first one is 0
    std::vector<double> roots;        // of the indices' magnitudes
    std::vector<int8_t> signs;        // of the indices: -1, 0, 1

    void resize(int width) {
      differences.assign(SeriesCascade::kBefore + width + SeriesCascade::kBehind, 0);
      roots.assign(width + 2 * kBeside, 0);
      signs.assign(width + 2 * kBeside, 0);
    }
    static size_t bytes(int width) {
      constexpr size_t kAround = SeriesCascade::kBefore + SeriesCascade::kBehind;
      return (width + kAround) * (2 * sizeof(double) + sizeof(int8_t));
    }
    double* difference() { return differences.data() + SeriesCascade::kBefore; }
    double* root() { return roots.data() + kBeside; }
    int8_t* sign() { return signs.data() + kBeside; }
  };

  static constexpr double kLargestDifference = 0x1p60;  // in steps, so that squares and their sums are finite

  // Rows that may be referred to are kept.
  static size_t kept_rows(int height) { return has_references(height) ? height : kLeastReferring + 1; }
  Row& row_before(int y, int rows) { return rows > y ? none_ : rows_[(y - rows) % rows_.size()]; }

  std::array<int, 2> code_references(int y) {
    constexpr int kBits = 8;
    std::array<int, 2> found = kNearestRows;
    if (y < kLeastReferring || !has_references(height_)) return found;
    if (!references_.empty()) found = references_[y];
    for (int& rows : found) {
      rows = std::min(static_cast<int>(residuals_.bits(kBits, static_cast<uint32_t>(rows - 1))) + 1, y);
    }
    return found;
  }

  void code_row(int y, const DecodedValues& values) {
    const std::array<int, 2> references = code_references(y);
    Row& row = rows_[y % rows_.size()];
    Row& above = row_before(y, references[0]);
    row.resize(width_);
    double* const differences = row.difference();
    double* const roots = row.root();
    int8_t* const signs = row.sign();
    const double* const roots_above = above.root();
    const int8_t* const signs_above = above.sign();
    cascade_.begin_row(differences, above.difference(), row_before(y, references[1]).difference());
    const size_t start = static_cast<size_t>(y) * width_;
    const double in_steps = 1 / residuals_.step();
    constexpr int kReported = 1 << 10;
    for (int x = 0; x < width_; ++x) {
      const size_t place = start + x;
      if (x % kReported == 0) report_work(std::min(kReported, width_ - x));
      if (place == 0) continue;
      // The first sample of a row is near the one above; nothing is learnt from how far it is.
      const double nearest = values[x > 0 ? place - 1 : place - width_];
      const double predicted = x > 0 ? nearest + cascade_.predict(x) * residuals_.step() : nearest;
      if (!masked_.empty() && masked_[place]) {
        values.set(place, residuals_.stand_in(predicted));
      } else {
        const std::array<double, 8> around = {means_.slow,
                                              means_.fast,
                                              roots[x - 1],
                                              roots[x - 2],
                                              0.5 * (roots[x - 3] + roots[x - 4]),
                                              roots_above[x],
                                              0.5 * (roots_above[x - 1] + roots_above[x + 1]),
                                              residual_root(cascade_.uncertainty())};
        const double magnitude = magnitudes_.predict(around);
        const IndexView view = {magnitude,
                                around[7],
                                around[1],
                                around[0],
                                around[2],
                                around[3],
                                around[5],
                                (predicted - residuals_.stand_in(predicted)) * in_steps,
                                (signs[x - 1] + 1) + 3 * (signs_above[x] + 1) + 9 * (signs[x - 2] + 1)};
        const auto [value, index] = residuals_.code(
            place, predicted, [&](Coder& coder, int64_t wanted) { return indices_->code(coder, view, wanted); });
        values.set(place, value);
        roots[x] = root_of(2 * std::abs(index));
        signs[x] = static_cast<int8_t>((index > 0) - (index < 0));
        means_.update(roots[x]);
        magnitudes_.update(around, magnitude, roots[x]);
        if (residuals_.is_past_end()) return;
      }
      if (x == 0) continue;
      differences[x] = std::clamp((values[place] - nearest) * in_steps, -kLargestDifference, kLargestDifference);
      cascade_.update(x, differences[x], x + 1 == width_);
    }
  }

  ResidualCoder<Coder>& residuals_;
  int width_, height_;
  const std::vector<bool>& masked_;
  const RowReferences& references_;
  std::vector<Row> rows_;
  Row none_;  // stands for rows before the first one
  SeriesCascade cascade_;
  std::unique_ptr<MixedIndices> indices_;
  MagnitudePredictor<8> magnitudes_{{0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1}};
  RunningMeans means_;
};

}  // namespace laq::array
