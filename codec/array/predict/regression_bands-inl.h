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
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "array/predict/band_field.h"
#include "array/predict/band_window-inl.h"
#include "array/predict/feature_weights-inl.h"
#include "array/predict/index_coder-inl.h"
#include "array/predict/local_regression.h"
#include "array/predict/regression_bands.h"
#include "base/lanes-inl.h"
#include "base/work.h"
#include "levels/float32_cells-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

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
        up_behind_(width_ + 2),
        down_behind_(width_ + 2),
        row_(width_),
        entering_(columns_of_band(grid)),
        block_of_(width_),
        models_(std::make_unique<IndexModels>()),
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
  static constexpr uint32_t kAllRows = (1u << kRows) - 1;
  static constexpr int kMagnitudes = kIsPlane ? 8 : 10, kRests = kIsPlane ? 6 : 10;  // features
  static constexpr int kPartColumns = 4;    // from which the weights of rests and magnitudes learn at once
  static constexpr float kMostRest = 1e9f;  // in steps

  // What the weights learn from: the regression from the taps of a block, and the target.
  struct Learning {
    alignas(64) double taps[kTaps + 1][LocalRegression::kBlockSamples];
    FeatureWeights<kRests, kRows, kPartColumns> rests{0.01f, {}};
    FeatureWeights<kMagnitudes, kRows, kPartColumns> magnitudes{0.02f, first_magnitude_weights()};
  };
  static constexpr std::array<float, kMagnitudes> first_magnitude_weights() {
    constexpr float kFirst[] = {0.2f, 0.1f, 0.1f, 0.1f, 0.15f, 0.1f, 0.05f, 0.1f, 0.1f, 0.05f};
    std::array<float, kMagnitudes> weights{};
    std::copy_n(kFirst, kMagnitudes, weights.begin());
    return weights;
  }

  // What is known of a column's samples before they are coded. Arrays have a number for each row.
  struct Column {
    HWY_INLINE Column() {}  // written out for the target's attribute, see LanesOf

    Doubles taps[kTaps], nearest;
    Doubles lorenzo, regressed;  // the predictions of Lorenzo and of the regression
    Doubles predicted;           // regressed, plus the expected rest
    Floats bias, expected;       // the rest and the root that are expected
    Floats leaning;              // below zero if signs around are negative
    alignas(64) double predictions[kRows];
    alignas(64) float leanings[kRows];
    alignas(64) int32_t models[kRows], shifts[kRows];  // of the indices
    bool is_shifted;                                   // whether a shift is not zero
  };
  // A column after coding.
  struct Coded {
    alignas(64) double values[kRows];       // of raw samples and, unless elements are float32, of the others
    alignas(kRows) uint8_t symbols[kRows];  // of the rows
    uint32_t raw = 0;                       // a bit for each row
    bool has_rests = false;                 // whether some index is more than its symbol: an escape, or a shift above 0
    int64_t indices[kRows];                 // set only then
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
  // The rows of the slice before that lie beside the band's first one and last one.
  void load_behind() {
    constexpr int kLast = kRows - 1;
    const BandRows<double> up = values_.band(z_ - 1, std::max(band_ - 1, 0));
    const BandRows<double> down = values_.band(z_ - 1, std::min(band_ + 1, bands_ - 1));
    for (int x = -1; x <= width_; ++x) {
      up_behind_[x + 1] = band_ > 0 ? up.at(x + kLast * kDelay)[kLast] : up.at(x)[0];
      down_behind_[x + 1] = band_ + 1 < bands_ ? down.at(x)[0] : down.at(x + kLast * kDelay)[kLast];
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
      const double weight = taps_[k].lorenzo + solution.corrections[k * solution.stride];
      weights_[k][row] = weight;
      nearest -= weight;
    }
    weights_[kTaps][row] = nearest;
  }

  // The slice before, one row further up and one further down.
  HWY_INLINE Doubles up_behind(int t) const {
    const Doubles rows = values_.behind(t - kDelay);
    return rows.after(Doubles::all(up_behind_[std::clamp(t, -1, width_) + 1]));
  }
  HWY_INLINE Doubles down_behind(int t) const {
    const Doubles rows = values_.behind(t + kDelay);
    return rows.before(Doubles::all(down_behind_[std::clamp(t - (kRows - 1) * kDelay, -1, width_) + 1]));
  }

  // The rows beside those of the band in the slice before, at the columns to the left, of t, and to the right.
  struct BesideBehind {
    HWY_INLINE BesideBehind() {}  // as Column's

    Doubles up[3], down[3];
  };

  // In the order of LocalRegression::taps_of().
  HWY_INLINE void load_taps(int t, BesideBehind& beside, Column& column) {
    Doubles* const taps = column.taps;
    if constexpr (kIsPlane) {
      taps[0] = values_.above(t, 3, 0), taps[1] = values_.above(t, 3, 1), taps[2] = values_.above(t, 3, -1);
      taps[3] = values_.above(t, 2, 0), taps[4] = values_.above(t, 2, 1), taps[5] = values_.above(t, 2, -1);
      taps[6] = values_.above(t, 2, 2), taps[7] = values_.above(t, 2, -2);
      taps[8] = values_.above(t, 1, 0), taps[9] = values_.above(t, 1, 1), taps[10] = values_.above(t, 1, -1);
      taps[11] = values_.above(t, 1, 2), taps[12] = values_.above(t, 1, -2), taps[13] = values_.above(t, 1, -3);
    } else {
      taps[0] = values_.two_behind(t);
      for (int k = 0; k < 3; ++k) taps[1 + k] = values_.behind(t - 1 + k);
      beside.up[2] = up_behind(t + 1);
      beside.down[2] = down_behind(t + 1);
      for (int k = 0; k < 3; ++k) taps[4 + k] = beside.up[k], taps[7 + k] = beside.down[k];
      for (int k = 0; k < 2; ++k) beside.up[k] = beside.up[k + 1], beside.down[k] = beside.down[k + 1];
      taps[10] = values_.above(t, 2, 0);
      taps[11] = values_.above(t, 1, 1), taps[12] = values_.above(t, 1, 0), taps[13] = values_.above(t, 1, -1);
    }
    taps[14] = values_.load(t - 3);
    taps[15] = values_.load(t - 2);
    column.nearest = values_.load(t - 1);
    if (HWY_LIKELY(band_ > 0 && (kIsPlane || z_ >= 2))) return;
    // The nearest sample stands in for a tap whose slice or row is not there.
    for (int k = 0; k < kTaps; ++k) {
      if (z_ < taps_[k].z) taps[k] = column.nearest;
      if (taps_[k].z == 0 && band_ == 0) taps[k] = taps[k].where(Doubles::load(kFrom[taps_[k].y]), column.nearest);
    }
  }

  // Lorenzo's prediction.
  static HWY_INLINE Doubles lorenzo(const Column& column) {
    const Doubles* const taps = column.taps;
    if constexpr (kIsPlane) return (taps[8] - taps[9]) + column.nearest;
    return ((taps[2] - taps[1]) + (taps[4] - taps[5])) + ((taps[12] - taps[11]) + column.nearest);
  }

  // Predicts a column's values.
  HWY_INLINE void predict(int t, BesideBehind& beside, Column& column) {
    load_taps(t, beside, column);
    column.lorenzo = lorenzo(column);
    Doubles sum = Doubles::zero();
    for (int k = 0; k < kTaps; ++k) sum = sum + column.taps[k] * Doubles::load(weights_[k].data());
    column.regressed = sum + column.nearest * Doubles::load(weights_[kTaps].data());

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
    column.predicted.store(column.predictions);
  }

  // Expects the magnitudes of a column's indices, and chooses their models.
  HWY_INLINE void expect(int t, const Floats& fast, const Floats& slow, Column& column) {
    constexpr float kMostCorrected = 4e17f;
    const Floats corrected = ((column.regressed - column.lorenzo) * Doubles::all(in_steps_))
                                 .to_floats()
                                 .absolute()
                                 .at_most(Floats::all(kMostCorrected));
    Floats features[kMagnitudes];
    features[0] = roots_.load(t - 1);
    features[1] = roots_.load(t - 2);
    features[2] = fast;
    features[3] = slow;
    features[4] = roots_.above(t, 1, 0);
    const Floats sides = roots_.above(t, 1, 1) + roots_.above(t, 1, -1);
    features[5] = sides * Floats::all(0.5f);
    features[6] = roots_.above(t, 2, 0);
    features[7] = (corrected + corrected).root();
    Floats around = features[4] + sides, leaning = signs_.above(t, 1, 0);
    if constexpr (!kIsPlane) {
      features[8] = roots_.behind(t);
      features[9] = (roots_.behind(t - 1) + roots_.behind(t + 1)) * Floats::all(0.5f);
      around = around + features[8];
      leaning = leaning + signs_.behind(t);
    }
    around = around + (features[0] + features[1]);
    const Floats left = signs_.load(t - 1);
    column.leaning = leaning + (left + left);
    column.leaning.store(column.leanings);
    column.expected = learning_->magnitudes.expect(features).at_least(Floats::zero());
    column.is_shifted = choose_models<kRows>(column.expected, corrected, around, column.models, column.shifts);
  }

  size_t place(int t, int row) const { return first_place_ + t + row * (grid_.stride(1) - kDelay); }

  // The rows of which a column has a sample to be coded, a bit each, where not every row has one, or some are left out.
  HWY_NOINLINE uint32_t rows_to_code(int t, const Column& column) {
    alignas(64) float expected[kRows];
    column.expected.store(expected);
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

  // Codes the symbols of a column. Returns a byte for each row: its symbol, or the symbol of index 0 if it is not
  // coded, which an exclusive or with kMost replaces by the row's own.
  template <bool kIsWhole>
  HWY_INLINE uint32_t code_symbols(Coder& coder, uint32_t rows, const Column& column, const WantedIndex* wanted) {
    uint32_t symbols = kIsWhole ? 0 : IndexModels::kMost * uint32_t{0x01010101};
    const int last_state = coder.states() - 1;
    for (int row = 0; row < kRows; ++row) {
      if (!kIsWhole && (rows >> row & 1) == 0) continue;
      const int symbol = code_symbol(coder, row & last_state, models_->units[column.models[row]], wanted[row]);
      symbols ^= static_cast<uint32_t>(kIsWhole ? symbol : symbol ^ IndexModels::kMost) << (8 * row);
    }
    return symbols;
  }

  // Finds the indices of a whole column of float32 samples. False if one of them may have none.
  HWY_INLINE bool quantize(int t, const Column& column, WantedIndex* wanted) const {
    alignas(32) double numbers[kRows];
    for (int row = 0; row < kRows; ++row) numbers[row] = residuals_.source(place(t, row));
    Doubles index;
    if (!laq::HWY_NAMESPACE::quantize_float32(residuals_.quantizer(), Doubles::load(numbers), column.predicted,
                                              residuals_.dead_zone(), index)) {
      return false;
    }
    index.store(numbers);
    for (int row = 0; row < kRows; ++row) {
      wanted[row] = wanted_index(static_cast<int64_t>(numbers[row]), column.shifts[row], column.leanings[row] < 0);
    }
    return true;
  }

  // Codes the samples of a column: the flags of raw ones, the symbols of the others, and what those do not tell.
  template <bool kIsFloat32>
  HWY_INLINE void code_rows(Coder& coder, int t, uint32_t rows, const Column& column, Coded& coded) {
    WantedIndex wanted[kRows];
    const bool has_indices = Coder::kReads || (kIsFloat32 && rows == kAllRows && quantize(t, column, wanted));
    if (!has_indices || !residuals_.begin_without_flags(std::popcount(rows))) {
      for (int row = 0; row < kRows; ++row) {
        if ((rows >> row & 1) == 0) continue;
        int64_t index = 0;
        if (const std::optional<double> raw = residuals_.begin(place(t, row), column.predictions[row], index)) {
          coded.values[row] = *raw;
          coded.raw |= 1u << row;
        } else if constexpr (!Coder::kReads) {
          wanted[row] = wanted_index(index, column.shifts[row], column.leanings[row] < 0);
        }
      }
      rows &= ~coded.raw;
    }
    const uint32_t symbols = rows == kAllRows ? code_symbols<true>(coder, rows, column, wanted)
                                              : code_symbols<false>(coder, rows, column, wanted);
    std::memcpy(coded.symbols, &symbols, sizeof symbols);
    // An escape, 15, is the only symbol whose byte has bit 4 set once 1 is added to it; no byte carries into the next.
    static_assert(IndexModels::kEscape == 15);
    const bool has_escape = ((symbols + 0x01010101) & 0x10101010) != 0;
    if (HWY_UNLIKELY(has_escape || column.is_shifted)) code_rests(coder, rows, column, wanted, coded);
  }
  HWY_NOINLINE void code_rests(Coder& coder, uint32_t rows, const Column& column, const WantedIndex* wanted,
                               Coded& coded) {
    coded.has_rests = true;
    for (int row = 0; row < kRows; ++row) {
      coded.indices[row] = (rows >> row & 1) == 0 ? 0
                                                  : code_rest(coder, *models_, coded.symbols[row], column.shifts[row],
                                                              column.leanings[row] < 0, wanted[row]);
    }
  }

  // The values of a column.
  template <bool kIsFloat32>
  HWY_INLINE Doubles values_of(const Column& column, const Doubles& index, uint32_t rows, Coded& coded) const {
    if constexpr (kIsFloat32) {
      const Doubles rounded = laq::HWY_NAMESPACE::reconstruct_float32(column.predicted, index, step_);
      if (HWY_LIKELY(coded.raw == 0)) return rounded;
      alignas(64) double values[kRows];
      rounded.store(values);
      for (int row = 0; row < kRows; ++row) {
        if ((coded.raw >> row & 1) != 0) values[row] = coded.values[row];
      }
      return Doubles::load(values);
    } else {
      for (int row = 0; row < kRows; ++row) {
        if (((rows & ~coded.raw) >> row & 1) == 0) continue;
        int64_t number = coded.symbols[row] - IndexModels::kMost;
        if (column.leanings[row] < 0) number = -number;
        coded.values[row] =
            residuals_.reconstruct(column.predictions[row], coded.has_rests ? coded.indices[row] : number);
      }
      return Doubles::load(coded.values);
    }
  }

  template <bool kIsFloat32>
  HWY_NOINLINE void code_block(int block) {
    const int begin = regression_.first_column(block), end = regression_.end_column(block);
    const bool may_leave_out = !masked_.empty() || first_place_ == 0 || height_ < kRows;
    Coder& coder = residuals_.coder();
    Learning& learning = *learning_;
    Floats fast = Floats::load(fast_.data()), slow = Floats::load(slow_.data());
    BesideBehind beside;
    if constexpr (!kIsPlane) {
      for (int k = 0; k < 2; ++k) beside.up[k] = up_behind(begin - 1 + k), beside.down[k] = down_behind(begin - 1 + k);
    }
    int learnt = 0, part_begin = begin;
    for (int t = begin; t < end; ++t) {
      if (t > 0 && t % kDelay == 0 && t / kDelay < height_) begin_row(t / kDelay);
      follow(t);
      for (uint32_t rows = entering_[t]; rows != 0; rows &= rows - 1) enter_block(std::countr_zero(rows), t);
      Column column;
      predict(t, beside, column);
      expect(t, fast, slow, column);

      // What the regression learns from is kept early: the taps need no registers then.
      const bool is_learnt = (t & (learnt_distance_ - 1)) == 0;
      if (is_learnt) {
        for (int k = 0; k < kTaps; ++k) {
          ((column.taps[k] - column.nearest) * Doubles::all(in_steps_)).store(learning.taps[k] + learnt);
        }
      }

      Coded coded;
      const bool is_whole = !may_leave_out && t >= (kRows - 1) * kDelay && t < width_;
      uint32_t rows = kAllRows;
      if (HWY_UNLIKELY(!is_whole)) {
        std::fill_n(coded.values, kRows, 0.0);
        rows = rows_to_code(t, column);
      }
      code_rows<kIsFloat32>(coder, t, rows, column, coded);

      Floats size;
      Doubles index;
      if (HWY_LIKELY(!coded.has_rests)) {
        size = (Floats::of_bytes(coded.symbols) - Floats::all(IndexModels::kMost)).turned_by(column.leaning);
        index = size.to_doubles();
      } else {
        alignas(64) double indices[kRows];
        for (int row = 0; row < kRows; ++row) indices[row] = static_cast<double>(coded.indices[row]);
        index = Doubles::load(indices);
        size = index.to_floats();
      }
      Doubles value = values_of<kIsFloat32>(column, index, rows, coded);
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
  const std::array<RegressionTap, kTaps>& taps_ = LocalRegression::taps_of(grid_);
  static constexpr int kSlices = kIsPlane ? 1 : 2;  // that features look at
  BandWindow<double, kIsPlane, kIsPlane ? 3 : 2, kIsPlane ? 1 : 3> values_;
  BandWindow<float, kIsPlane, 2, kSlices> roots_, rests_;  // rests: what the regression leaves, in steps
  BandWindow<float, kIsPlane, 1, kSlices> signs_;          // of indices
  std::vector<double> up_behind_, down_behind_, row_;
  std::vector<uint8_t> entering_;  // by column: a bit for each row that comes to a new block
  std::vector<int> block_of_;      // by the first sample of a block
  alignas(64) std::array<std::array<double, kRows>, kTaps + 1> weights_{};  // of each row's block
  alignas(64) std::array<float, kRows> fast_{}, slow_{1, 1, 1, 1};          // running means of each row's roots
  std::unique_ptr<IndexModels> models_;
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
