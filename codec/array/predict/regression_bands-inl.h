// See regression_bands.h. To be included once for each target, see Highway's foreach_target.
#if defined(LAQ_ARRAY_REGRESSION_BANDS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ARRAY_REGRESSION_BANDS_INL_H_
#undef LAQ_ARRAY_REGRESSION_BANDS_INL_H_
#else
#define LAQ_ARRAY_REGRESSION_BANDS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "array/predict/band_field.h"
#include "array/predict/band_window-inl.h"
#include "array/predict/column_coder-inl.h"
#include "array/predict/feature_weights-inl.h"
#include "array/predict/local_regression.h"
#include "array/predict/regression_bands.h"
#include "base/lanes-inl.h"
#include "base/work.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

using Doubles = laq::HWY_NAMESPACE::LanesOf<double, kRows>;
using Floats = laq::HWY_NAMESPACE::LanesOf<float, kRows>;

template <class Coder, bool kIsPlane>
class RegressionBands {
 public:
  RegressionBands(ResidualCoder<Coder>& residuals, const Grid& grid, const std::vector<bool>& masked,
                  int learnt_distance)
      : residuals_(residuals),
        grid_(grid),
        masked_(masked),
        learnt_distance_(learnt_distance),
        step_(residuals.step()),
        in_steps_(1 / step_),
        width_(grid.sides[2]),
        bands_(bands_of(grid)),
        regression_(grid),
        values_(grid),
        roots_(grid),
        rests_(grid),
        signs_(grid),
        up_behind_(kIsPlane ? 0 : columns_of_band(grid)),
        down_behind_(kIsPlane ? 0 : columns_of_band(grid)),
        row_(width_),
        entering_(columns_of_band(grid)),
        block_of_(width_),
        column_coder_(residuals, grid.stride(1) - kDelay),
        learning_(std::make_unique<Learning>()) {
    for (int b = 0; b < regression_.blocks(); ++b) {
      const int begin = regression_.begin_of(b);
      block_of_[begin] = b;
      for (int r = 0; r < kRows; ++r) entering_[begin + r * kDelay] |= 1u << r;
    }
  }

  void code(double first, const TakeRow& take) {
    first_ = first;
    const bool is_float32 = residuals_.is_float32();
    const size_t most_of_states = samples_of_states(grid_);
    size_t of_states = 0;  // samples since the coder's states began
    for (int z = 0; z < grid_.sides[0]; ++z) {
      regression_.begin_slice(z);
      for (int band = 0; band < bands_; ++band) {
        if (of_states >= most_of_states) {
          residuals_.coder().restart();
          of_states = 0;
        }
        if (residuals_.is_past_end()) return;
        begin_band(z, band);
        for (int b = 0; b < regression_.blocks(); ++b) is_float32 ? code_block<true>(b) : code_block<false>(b);
        regression_.end_band(z, band);
        fill_missing_rows();
        take_rows(take);
        const int rows = std::min(kRows, grid_.sides[1] - band * kRows);
        of_states += static_cast<size_t>(rows) * static_cast<size_t>(grid_.sides[2]);
      }
    }
  }

 private:
  static constexpr int kDelay = delay_of_rows(kIsPlane);
  static constexpr int kTaps = LocalRegression::kTaps;
  static constexpr const std::array<RegressionTap, kTaps>& kTapsAt =
      kIsPlane ? LocalRegression::kTapsOfPlane : LocalRegression::kTapsOfSlices;
  static constexpr uint32_t kAllRows = (1u << kRows) - 1;
  static constexpr int kMagnitudes = kIsPlane ? 8 : 10, kRests = kIsPlane ? 6 : 10;  // features
  static constexpr int kPartColumns = 4;    // from which the weights of rests and magnitudes learn at once
  static constexpr float kMostRest = 1e9f;  // in steps

  // The memory that learning works on: the taps and targets of a block, and the weights of rests and magnitudes.
  struct Learning {
    alignas(64) double taps[kTaps + 1][LocalRegression::kBlockSamples];
    FeatureWeights<kRests, kRows, kPartColumns> rests{0.01f, {}};
    FeatureWeights<kMagnitudes, kRows, kPartColumns> magnitudes{0.02f, first_magnitude_weights()};
  };
  static constexpr std::array<float, kMagnitudes> first_magnitude_weights() {
    constexpr float kFirst[] = {0.1f, 0.1f, 0.1f, 0.1f, 0.15f, 0.1f, 0.05f, 0.2f, 0.1f, 0.05f};
    std::array<float, kMagnitudes> weights{};
    std::copy_n(kFirst, kMagnitudes, weights.begin());
    return weights;
  }

  // What is known of a column's samples before they are coded.
  struct Column {
    HWY_INLINE Column() {}  // written out for the target's attribute, see LanesOf

    Doubles lorenzo, regressed;  // the predictions of Lorenzo and of the regression
    Doubles predicted;           // regressed, plus the expected rest
    Floats bias, expected;       // the rest and the root that are expected
    Floats leaning;              // below zero if signs around are negative
  };

  void begin_band(int z, int band) {
    z_ = z;
    band_ = band;
    height_ = std::min(kRows, grid_.sides[1] - band * kRows);
    first_place_ = static_cast<size_t>(z * grid_.stride(0) + static_cast<ptrdiff_t>(band) * kRows * grid_.stride(1));
    values_.begin_band(z, band);
    roots_.begin_band(z, band);
    rests_.begin_band(z, band);
    signs_.begin_band(z, band);
    if (z > 0) load_behind();
    begin_row(0);
    for (int t = 1 - BandField<double>::kBeyond; t < 0; ++t) follow(t);
  }
  // The rows of the slice before that lie one row further up, and one further down, than those of the band.
  void load_behind() {
    constexpr int kLast = kRows - 1;
    const BandRows<double> up = values_.band(z_ - 1, std::max(band_ - 1, 0));
    const BandRows<double> down = values_.band(z_ - 1, std::min(band_ + 1, bands_ - 1));
    for (int t = -1; t <= columns_of_band(grid_); ++t) {
      const int x = std::clamp(t, -1, width_), x_of_last = std::clamp(t - kLast * kDelay, -1, width_);
      const double above = band_ > 0 ? up.at(x + kLast * kDelay)[kLast] : up.at(x)[0];
      const double below = band_ + 1 < bands_ ? down.at(x_of_last)[0] : down.at(x_of_last + kLast * kDelay)[kLast];
      values_.behind(t - kDelay).after(Doubles::all(above)).store(up_behind_.at(t));
      values_.behind(t + kDelay).before(Doubles::all(below)).store(down_behind_.at(t));
    }
  }
  HWY_INLINE void follow(int column) {
    values_.follow(column);
    roots_.follow(column);
    rests_.follow(column);
    signs_.follow(column);
  }

  // To the left of a row stands the first sample of the row above.
  void begin_row(int row) {
    double value = first_;
    float root = 0;
    if (row > 0) {
      value = values_.first_of(row - 1);
      root = roots_.first_of(row - 1);
    } else if (z_ > 0 || band_ > 0) {
      value = values_.first_above();
      root = roots_.first_above();
    }
    values_.begin_row(row, value);
    roots_.begin_row(row, root);
    rests_.begin_row(row, 0);
    signs_.begin_row(row, 0);
  }
  // To the right of a row stands its last sample.
  void end_row(int row) {
    values_.end_row(row, values_.last_of(row));
    roots_.end_row(row, roots_.last_of(row));
    rests_.end_row(row, 0);
    signs_.end_row(row, 0);
  }
  // Rows that a slice's last band lacks are like its last one.
  void fill_missing_rows() {
    const int last = height_ - 1;
    for (int row = height_; row < kRows; ++row) {
      for (int x = -3; x < width_ + 3; ++x) {
        const int to = x + row * kDelay, from = x + last * kDelay;
        values_.at(to)[row] = values_.at(from)[last];
        roots_.at(to)[row] = roots_.at(from)[last];
        rests_.at(to)[row] = signs_.at(to)[row] = 0;
      }
    }
  }
  // A row comes to a new block. The nearest sample has what the weights of the others leave of one.
  void enter_block(int row, int t) {
    const LocalRegression::Solution solution = regression_.solution(block_of_[t - row * kDelay]);
    double nearest = 1;
    for (int k = 0; k < kTaps; ++k) {
      const double weight = kTapsAt[k].lorenzo + solution.corrections[k * solution.stride];
      weights_[k][row] = weight;
      nearest -= weight;
    }
    weights_[kTaps][row] = nearest;
  }

  // The samples at a tap of a column's. The nearest one stands in for a tap whose slice or row is not there.
  template <int kTap, bool kMayLack>
  HWY_INLINE Doubles tap(int t, const Doubles& nearest) const {
    constexpr RegressionTap kAt = kTapsAt[kTap];
    if constexpr (kMayLack) {
      if (z_ < kAt.z) return nearest;
      if (kAt.z == 0 && band_ == 0) return tap<kTap, false>(t, nearest).where(Doubles::load(kFrom[kAt.y]), nearest);
    }
    if constexpr (kAt.z == 2) return values_.two_behind(t);
    if constexpr (kAt.z == 1 && kAt.y == 0) return values_.behind(t - kAt.x);
    if constexpr (kAt.z == 1) return Doubles::load((kAt.y > 0 ? up_behind_ : down_behind_).at(t - kAt.x));
    if constexpr (kAt.z == 0 && kAt.y > 0) return values_.above(t, kAt.y, kAt.x);
    if constexpr (kAt.z == 0 && kAt.y == 0) return values_.load(t - kAt.x);
  }
  using AllTaps = std::make_integer_sequence<int, kTaps>;

  // Predicts a column's values by Lorenzo and by the regression.
  template <bool kMayLack, int... kTap>
  HWY_INLINE void regress(int t, const Doubles& nearest, Column& column, std::integer_sequence<int, kTap...>) const {
    const Doubles taps[] = {tap<kTap, kMayLack>(t, nearest)...};
    if constexpr (kIsPlane) {
      static_assert(kTapsAt[8].lorenzo == 1 && kTapsAt[9].lorenzo == -1);
      column.lorenzo = (taps[8] - taps[9]) + nearest;
    } else {
      static_assert(kTapsAt[2].lorenzo == 1 && kTapsAt[1].lorenzo == -1 && kTapsAt[4].lorenzo == 1 &&
                    kTapsAt[5].lorenzo == -1 && kTapsAt[12].lorenzo == 1 && kTapsAt[11].lorenzo == -1);
      column.lorenzo = ((taps[2] - taps[1]) + (taps[4] - taps[5])) + ((taps[12] - taps[11]) + nearest);
    }
    Doubles sum = Doubles::zero();
    ((sum = sum + taps[kTap] * Doubles::load(weights_[kTap].data())), ...);
    column.regressed = sum + nearest * Doubles::load(weights_[kTaps].data());
  }
  // Keeps what the regression learns from.
  template <bool kMayLack, int... kTap>
  HWY_INLINE void keep_taps(int t, const Doubles& nearest, int learnt, std::integer_sequence<int, kTap...>) {
    const Doubles in_steps = Doubles::all(in_steps_);
    (((tap<kTap, kMayLack>(t, nearest) - nearest) * in_steps).store(learning_->taps[kTap] + learnt), ...);
  }
  // The same where a tap may not be there, apart, as it is rare.
  HWY_NOINLINE void regress_at_edge(int t, double* lorenzo, double* regressed) const {
    Column column;
    regress<true>(t, values_.load(t - 1), column, AllTaps());
    column.lorenzo.store(lorenzo);
    column.regressed.store(regressed);
  }
  HWY_NOINLINE void keep_taps_at_edge(int t, int learnt) { keep_taps<true>(t, values_.load(t - 1), learnt, AllTaps()); }

  // Predicts a column's values.
  HWY_INLINE void predict(int t, bool may_lack, const Doubles& nearest, Column& column) {
    if (HWY_LIKELY(!may_lack)) {
      regress<false>(t, nearest, column, AllTaps());
    } else {
      alignas(64) double lorenzo[kRows], regressed[kRows];
      regress_at_edge(t, lorenzo, regressed);
      column.lorenzo = Doubles::load(lorenzo);
      column.regressed = Doubles::load(regressed);
    }
    Floats features[kRests];
    features[0] = rests_.load(t - 1);
    features[1] = rests_.load(t - 2);
    features[2] = rests_.above(t, 1, 0);
    features[3] = rests_.above(t, 1, 1);
    features[4] = rests_.above(t, 1, -1);
    features[5] = rests_.above(t, 2, 0);
    if constexpr (!kIsPlane) {
      features[6] = rests_.behind(t);
      features[7] = (rests_.behind(t - 1) + rests_.behind(t + 1)) * Floats::all(0.5f);
      // Rows beside it, of the band alone.
      const Floats up = rests_.behind(t - kDelay), down = rests_.behind(t + kDelay);
      features[8] = up.after(up);
      features[9] = down.before(down);
    }
    column.bias = learning_->rests.expect(features);
    column.predicted = column.regressed + column.bias.to_doubles() * Doubles::all(step_);
  }

  // Expects the magnitudes of a column's indices, and chooses their models.
  HWY_INLINE void expect(int t, const Floats& fast, const Floats& slow, Column& column, IndexCoding& coding) {
    constexpr float kMostCorrected = 8e17f;
    const Floats corrected = ((column.regressed - column.lorenzo) * Doubles::all(2 * in_steps_))
                                 .to_floats()
                                 .absolute()
                                 .at_most(Floats::all(kMostCorrected));
    // The correction's root, which waits for the value to the left, comes first, as sums begin with the last feature.
    Floats features[kMagnitudes];
    const Floats left = roots_.load(t - 1), sides = roots_.above(t, 1, 1) + roots_.above(t, 1, -1);
    features[0] = corrected.root();
    features[1] = roots_.load(t - 2);
    features[2] = fast;
    features[3] = slow;
    features[4] = roots_.above(t, 1, 0);
    features[5] = sides * Floats::all(0.5f);
    features[6] = roots_.above(t, 2, 0);
    features[7] = left;
    Floats around = features[4] + sides, leaning = signs_.above(t, 1, 0);
    if constexpr (!kIsPlane) {
      features[8] = roots_.behind(t);
      features[9] = (roots_.behind(t - 1) + roots_.behind(t + 1)) * Floats::all(0.5f);
      around = around + features[8];
      leaning = leaning + signs_.behind(t);
    }
    around = around + (left + features[1]);
    const Floats sign = signs_.load(t - 1);
    column.leaning = leaning + (sign + sign);
    column.leaning.store(coding.leanings);
    column.expected = learning_->magnitudes.expect(features).at_least(Floats::zero());
    coding.is_shifted = choose_models<kRows>(column.expected, corrected, around, coding.models, coding.shifts);
  }

  size_t place(int t, int row) const { return first_place_ + t + row * (grid_.stride(1) - kDelay); }

  // The rows of which a column has a sample to be coded, a bit each, where not every row has one, or some are left out.
  HWY_NOINLINE uint32_t rows_to_code(int t, const float* expected) {
    const int first_row = t < width_ ? 0 : (t - width_) / kDelay + 1, end = std::min(height_, t / kDelay + 1);
    uint32_t rows = 0;
    for (int row = first_row; row < end; ++row) {
      const bool is_first = place(t, row) == 0;
      if (is_first || (!masked_.empty() && masked_[place(t, row)])) {
        values_.at(t)[row] = is_first ? first_ : values_.at(t - 1)[row];
        roots_.at(t)[row] = is_first ? 0 : expected[row];
        rests_.at(t)[row] = signs_.at(t)[row] = 0;
      } else {
        rows |= 1u << row;
      }
    }
    return rows;
  }

  template <bool kIsFloat32>
  HWY_NOINLINE void code_block(int block) {
    const int begin = regression_.first_column(block), end = regression_.end_column(block);
    const bool may_leave_out = !masked_.empty() || first_place_ == 0 || height_ < kRows;
    Learning& learning = *learning_;
    Floats fast = Floats::load(fast_.data()), slow = Floats::load(slow_.data());
    const bool may_lack = band_ == 0 || (!kIsPlane && z_ < 2);
    int learnt = 0, part_begin = begin;
    for (int t = begin; t < end; ++t) {
      if (t > 0 && t % kDelay == 0 && t / kDelay < height_) begin_row(t / kDelay);
      follow(t);
      const Doubles nearest = values_.load(t - 1);
      for (uint32_t rows = entering_[t]; rows != 0; rows &= rows - 1) enter_block(std::countr_zero(rows), t);
      Column column;
      IndexCoding coding;
      predict(t, may_lack, nearest, column);
      expect(t, fast, slow, column, coding);

      // What the regression learns from is kept early: the taps need no registers then.
      const bool is_learnt = (t & (learnt_distance_ - 1)) == 0;
      if (is_learnt) {
        if (HWY_LIKELY(!may_lack)) {
          keep_taps<false>(t, nearest, learnt, AllTaps());
        } else {
          keep_taps_at_edge(t, learnt);
        }
      }

      const bool is_whole = !may_leave_out && t >= (kRows - 1) * kDelay && t < width_;
      uint32_t rows = kAllRows;
      if (HWY_UNLIKELY(!is_whole)) {
        alignas(64) float expected[kRows];
        column.expected.store(expected);
        rows = rows_to_code(t, expected);
      }
      Floats size;
      Doubles value;
      column_coder_.template code<kIsFloat32>(place(t, 0), rows, column.predicted, column.leaning, coding, size, value);
      Floats sign = size.sign(), root = (size.absolute() + size.absolute()).root();
      Floats rest = ((value - column.regressed) * Doubles::all(in_steps_)).to_floats();
      rest = rest.at_most(Floats::all(kMostRest)).at_least(Floats::all(-kMostRest));
      Floats error = root - column.expected, rest_error = rest - column.bias, moved_fast = root, moved_slow = root;
      Doubles target = (value - column.lorenzo) * Doubles::all(in_steps_);
      if (HWY_UNLIKELY(!is_whole)) {
        alignas(32) float ones[kRows];
        for (int row = 0; row < kRows; ++row) ones[row] = static_cast<float>(rows >> row & 1);
        const Floats active = Floats::load(ones);
        const Doubles active_doubles = active.to_doubles();
        value = value.where(active_doubles, values_.load(t));
        error = error.where(active, Floats::zero());
        rest_error = rest_error.where(active, Floats::zero());
        moved_fast = root.where(active, fast);
        moved_slow = root.where(active, slow);
        sign = sign.where(active, signs_.load(t));
        rest = rest.where(active, rests_.load(t));
        root = root.where(active, roots_.load(t));
        target = target.where(active_doubles, Doubles::zero());
        for (int k = 0; k < kTaps && is_learnt; ++k) {
          double* const kept = learning.taps[k] + learnt;
          Doubles::load(kept).where(active_doubles, Doubles::zero()).store(kept);
        }
      }
      fast = fast + (moved_fast - fast) * Floats::all(0.1f);
      slow = slow + (moved_slow - slow) * Floats::all(0.01f);
      value.store(values_.at(t));
      root.store(roots_.at(t));
      rest.store(rests_.at(t));
      sign.store(signs_.at(t));
      learning.magnitudes.take_errors(error);
      learning.rests.take_errors(rest_error);
      if (is_learnt) {
        target.store(learning.taps[kTaps] + learnt);
        learnt += kRows;
      }
      const int behind_last = t - (width_ - 1);
      if (behind_last >= 0 && behind_last % kDelay == 0 && behind_last / kDelay < height_) {
        end_row(behind_last / kDelay);
      }
      if (t + 1 - part_begin == kPartColumns || t + 1 == end) {
        learning.magnitudes.learn();
        learning.rests.learn();
        part_begin = t + 1;
      }
    }
    fast.store(fast_.data());
    slow.store(slow_.data());
    // Whole eights.
    for (double* const row : learning.taps) Doubles::zero().store(row + learnt);
    regression_.learn(block, learning.taps[0], (learnt + 7) & -8);
  }

  void take_rows(const TakeRow& take) {
    for (int row = 0; row < height_; ++row) {
      const double* const values = values_.at(row * kDelay) + row;
      for (int x = 0; x < width_; ++x) row_[x] = values[static_cast<ptrdiff_t>(x) * kRows];
      report_work(width_);
      take(place(row * kDelay, row), row_);
    }
  }

  // kFrom[n] has ones for the rows from number n on, and zeros before them.
  alignas(32) static constexpr double kFrom[4][kRows] = {{1, 1, 1, 1}, {0, 1, 1, 1}, {0, 0, 1, 1}, {0, 0, 0, 1}};

  ResidualCoder<Coder>& residuals_;
  Grid grid_;
  const std::vector<bool>& masked_;
  int learnt_distance_;  // from one column that the regression learns from to the next
  double step_, in_steps_, first_ = 0;
  int width_, bands_;
  int z_ = 0, band_ = 0, height_ = 0;  // of the band that is being coded
  size_t first_place_ = 0;
  LocalRegression regression_;
  static constexpr int kSlices = kIsPlane ? 1 : 2;  // that features look at
  BandWindow<double, kIsPlane, kIsPlane ? 3 : 2, kIsPlane ? 1 : 3> values_;
  BandWindow<float, kIsPlane, 2, kSlices> roots_, rests_;  // rests: what the regression leaves, in steps
  BandWindow<float, kIsPlane, 1, kSlices> signs_;          // of indices
  RowsAbove<double> up_behind_, down_behind_;              // see load_behind()
  std::vector<double> row_;
  std::vector<uint8_t> entering_;  // by column: a bit for each row that comes to a new block
  std::vector<int> block_of_;      // by the first sample of a block
  alignas(64) std::array<std::array<double, kRows>, kTaps + 1> weights_{};  // of each row's block
  alignas(64) std::array<float, kRows> fast_{}, slow_{1, 1, 1, 1};          // running means of each row's roots
  ColumnCoder<Coder> column_coder_;
  std::unique_ptr<Learning> learning_;
};

template <class Coder>
void code_bands(ResidualCoder<Coder>& residuals, const Grid& grid, const std::vector<bool>& masked, int learnt_distance,
                double first, const TakeRow& take) {
  if (grid.sides[0] == 1) {
    RegressionBands<Coder, true>(residuals, grid, masked, learnt_distance).code(first, take);
  } else {
    RegressionBands<Coder, false>(residuals, grid, masked, learnt_distance).code(first, take);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#endif
