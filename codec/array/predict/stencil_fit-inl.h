// Fits the stencil of a pass by least squares, for each SIMD target. Sums run in eight parts of a fixed order, so that
// every target gives the same stencil. The cubic stays where it is cheaper.
#if defined(LAQ_ARRAY_STENCIL_FIT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ARRAY_STENCIL_FIT_INL_H_
#undef LAQ_ARRAY_STENCIL_FIT_INL_H_
#else
#define LAQ_ARRAY_STENCIL_FIT_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include <hwy/highway.h>

#include "array/predict/lane_encoder.h"
#include "array/predict/multilevel-inl.h"
#include "base/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

class StencilFit {
 public:
  StencilFit(Level& level, Pass pass, const LanesToWrite& write)
      : level_(level),
        pass_(pass),
        rows_(level, pass),
        has_mask_(write.has_mask),
        trusts_masked_(write.trusts_masked),
        is_quick_(write.is_quick) {
    const double samples = static_cast<double>(level.grid.size()) / (level.grid.sides[0] > 1 ? 8 : 4);
    taps_ =
        std::min(Taps::count_of(level, pass), std::min(write.most_taps, std::max(8, static_cast<int>(samples / 150))));
    row_pitch_ = (rows_.length + 7) / 8 * 8;
    pitch_ = std::max(kBatch, row_pitch_);
    all_rows_ = count(level.grid.sides[0], 0) * count(level.grid.sides[1], 1);
    is_large_ = samples > 20000;
  }

  // The cheapest stencil of several fits.
  void fit(Stencil& stencil) {
    constexpr long kLeastSamples = 1500;
    if (all_rows_ * rows_.length < kLeastSamples) return;
    deviations_.resize(taps_ * pitch_);
    weighted_.resize(taps_ * pitch_);
    weights_.resize(kKinds * pitch_);
    means_.resize(rows_.length);
    errors_.resize(rows_.length + 1);
    // The weights of many taps cost more than they gain where samples are few. The kind that serves few taps best
    // serves many as well, about.
    const int kinds = is_large_ ? kKinds : kKinds - 1;
    double least = 0;
    const int best_kind = fit(std::min(taps_, kFewTaps), 0, kinds, least, stencil);
    if (taps_ > kFewTaps) fit(taps_, best_kind, best_kind + 1, least, stencil);
  }

 private:
  // How much a sample counts: by 1, or less where the cubic's errors are large within so many samples.
  static constexpr int kKinds = 3;
  static constexpr std::array<int, kKinds> kReaches = {0, 16, 4};
  static constexpr ptrdiff_t kBatch = 256;  // samples of rows whose products are summed at once, about
  static constexpr int kBlock = 3;          // sums of kBlock^2 products fit into sixteen registers
  using Eight = laq::HWY_NAMESPACE::EightOf<float>;

  double samples() const { return static_cast<double>(all_rows_) * rows_.length; }
  long count(int side, int axis) const { return (side - rows_.begin[axis] + rows_.step[axis] - 1) / rows_.step[axis]; }

  template <class Visit>
  void for_each_row(long step, Visit&& visit) {
    TapsOfRows taps(level_, pass_, taps_);
    const long rows_of_plane = count(level_.grid.sides[1], 1);
    for (long number = 0; number < all_rows_; number += step) {
      const int z = rows_.begin[0] + rows_.step[0] * static_cast<int>(number / rows_of_plane);
      const int y = rows_.begin[1] + rows_.step[1] * static_cast<int>(number % rows_of_plane);
      visit(taps.of_row(z, y), level_.values(pass_ == Pass::odd, z, y));
    }
  }

  // About so many rows are looked at; the distance between them is odd, so that they are of all kinds.
  long step_between_rows() const {
    constexpr long kLeastRows = 16, kMostSamples = 200000, kShare = 64;
    constexpr long kEnough = 12000, kLeastQuick = 3000, kQuickShare = 8;
    const long least = is_quick_ ? std::clamp(all_rows_ * rows_.length / kQuickShare, kLeastQuick, kEnough) : kEnough;
    const long wanted =
        std::max({kLeastRows, least / rows_.length, std::min<long>(all_rows_ / kShare, kMostSamples / rows_.length)});
    return std::max(1L, all_rows_ / wanted) | 1;
  }

  // Takes the cheapest stencil of so many taps, by some kinds of weights, if it costs less than `least`. Returns its
  // kind.
  int fit(int taps, int first_kind, int end_kind, double& least, Stencil& stencil) {
    // Stencils of many taps overfit the sampled rows.
    constexpr double kOverfit = 0.006;  // bits of a sample
    unknowns_ = taps - 1;
    first_kind_ = first_kind;
    end_kind_ = end_kind;
    add_up();
    double least_of_kinds = std::numeric_limits<double>::infinity();
    int best_kind = first_kind;
    for (int kind = first_kind; kind < end_kind; ++kind) {
      Stencil fitted;
      if (!solve(kind, fitted)) continue;
      const double bits = more_bits(fitted) + (taps > kFewTaps ? kOverfit * samples() : 0);
      if (bits < least_of_kinds) {
        least_of_kinds = bits;
        best_kind = kind;
      }
      if (bits >= least) continue;
      least = bits;
      stencil = fitted;
    }
    return best_kind;
  }

  // The products of the sampled rows, by each kind of weights.
  void add_up() {
    for (auto& products : products_) products.assign((unknowns_ + 1) * (unknowns_ + 1), 0);
    weight_.fill(0);
    filled_ = 0;
    for_each_row(step_between_rows(), [&](const Taps& taps, const float* target) HWY_ATTR {
      if (filled_ + row_pitch_ > pitch_) add_batch();
      take_deviations(taps, target);
      weight_[0] += rows_.length;
      if (end_kind_ > 1) add_errors(taps, target);
      for (int kind = std::max(1, first_kind_); kind < end_kind_; ++kind)
        weight_[kind] += weigh(kReaches[kind], weights(kind));
      filled_ += row_pitch_;
    });
    add_batch();
  }

  void add_batch() {
    if (first_kind_ == 0) add_products(deviations_, products_[0]);
    for (int kind = std::max(1, first_kind_); kind < end_kind_; ++kind) {
      const float* const by = weights(kind) - filled_;
      for (int k = 0; k <= unknowns_; ++k) {
        const float* const from = deviations_.data() + k * pitch_;
        float* const to = weighted_.data() + k * pitch_;
        for (ptrdiff_t i = 0; i < filled_; ++i) to[i] = from[i] * by[i];
      }
      add_products(weighted_, products_[kind]);
    }
    filled_ = 0;
  }

  // About the bits that a stencil costs beyond the cubic, its weights included.
  double more_bits(const Stencil& stencil) {
    constexpr int kBitsOfCount = 5, kBitsOfTap = Stencil::kWeightBits + 4;
    return compare(stencil, 4 * step_between_rows() | 1) + kBitsOfCount + kBitsOfTap * stencil.count;
  }

  // The next row of a batch begins here.
  float* deviation(int k) { return deviations_.data() + k * pitch_ + filled_; }
  float* weights(int kind) { return weights_.data() + kind * pitch_ + filled_; }

  // Differences from the mean of the first two taps: of the second tap, of the others, and of the target.
  void take_deviations(const Taps& taps, const float* target) {
    const int length = rows_.length;
    const float *a = taps[0], *b = taps[1];
    float* HWY_RESTRICT const means = means_.data();
    for (int i = 0; i < length; ++i) means[i] = 0.5f * (a[i] + b[i]);
    for (int k = 0; k <= unknowns_; ++k) {
      const float* const from = k < unknowns_ ? taps[k + 1] : target;
      float* HWY_RESTRICT const to = deviation(k);
      for (int i = 0; i < length; ++i) to[i] = from[i] - means[i];
      std::fill(to + length, to + row_pitch_, 0.0f);
    }
    if (!has_mask_) return;
    // Samples near a mask are left out of the fits of all stencils, those of few taps as well.
    for (int i = 0; i < length; ++i) {
      bool is_masked = std::isnan(target[i]);
      for (int k = 0; k < taps_; ++k) is_masked = is_masked || std::isnan(taps[k][i]);
      for (int k = 0; k <= unknowns_ && is_masked; ++k) deviation(k)[i] = 0;
    }
  }

  static float cubic(const Taps& taps, int i) {
    return 0.5625f * (taps[0][i] + taps[1][i]) - 0.0625f * (taps[2][i] + taps[3][i]);
  }

  // Sums up the errors of the cubic along a row: errors_[i] is that of the samples before i.
  void add_errors(const Taps& taps, const float* target) {
    double sum = 0;
    for (int i = 0; i < rows_.length; ++i) {
      const float error = std::fabs(target[i] - cubic(taps, i));
      errors_[i] = sum;
      sum += error < std::numeric_limits<float>::max() ? error : 0;
    }
    errors_[rows_.length] = sum;
  }

  // Sets the weights of a row's samples by the errors around. Returns the sum of their squares.
  double weigh(int reach, float* weights) const {
    constexpr float kNoise = 0.4f;
    const int length = rows_.length;
    const double* const errors = errors_.data();
    for (int i = 0; i < length; ++i) {
      const int begin = std::max(0, i - reach), end = std::min(length, i + reach + 1);
      weights[i] = 1 / (static_cast<float>(errors[end] - errors[begin]) / static_cast<float>(end - begin) + kNoise);
    }
    std::fill(weights + length, weights + row_pitch_, 0.0f);
    Eight sum = Eight::zero();
    for (int i = 0; i < length; i += Eight::kLanes) {
      const Eight weight = Eight::load(weights + i);
      sum = sum + weight * weight;
    }
    return static_cast<double>(sum.sum());
  }

  // Adds the products of all unknowns with each other and the target, over a batch. Only the upper triangle is filled
  // in.
  void add_products(const std::vector<float>& batch, std::vector<double>& products) const {
    const int width = unknowns_ + 1;
    for (int a = 0; a < unknowns_; a += kBlock) {
      for (int b = a; b < width; b += kBlock) add_block(batch.data(), a, b, products.data());
    }
  }

  // Adds the products of kBlock rows of a batch with so many others; at the end there are fewer. Each vector is read
  // for kBlock sums.
  HWY_INLINE void add_block(const float* batch, int a, int b, double* products) const {
    const int width = unknowns_ + 1;
    const float *left[kBlock], *right[kBlock];
    Eight sums[kBlock][kBlock];
    for (int k = 0; k < kBlock; ++k) {
      left[k] = batch + std::min(a + k, unknowns_ - 1) * pitch_;
      right[k] = batch + std::min(b + k, width - 1) * pitch_;
      for (Eight& sum : sums[k]) sum = Eight::zero();
    }
    for (ptrdiff_t i = 0; i < filled_; i += Eight::kLanes) {
      Eight x[kBlock];
      for (int k = 0; k < kBlock; ++k) x[k] = Eight::load(left[k] + i);
      for (int m = 0; m < kBlock; ++m) {
        const Eight y = Eight::load(right[m] + i);
        for (int k = 0; k < kBlock; ++k) sums[k][m] = sums[k][m] + x[k] * y;
      }
    }
    for (int k = 0; k < kBlock && a + k < unknowns_; ++k) {
      for (int m = 0; m < kBlock && b + m < width; ++m) products[(a + k) * width + b + m] += sums[k][m].sum();
    }
  }

  // The weights of the first taps, whose sum is 1; false if there are none.
  bool solve(int kind, Stencil& stencil) {
    constexpr double kNoise = 0.5 / 12;  // of a sample that is quantized; half of it serves best
    const int count = unknowns_, width = count + 1;
    equations_.resize(count * width);
    const auto at = [&](int row, int column) -> double& { return equations_[row * width + column]; };
    const auto product = [&](int row, int column) { return products_[kind][row * (unknowns_ + 1) + column]; };
    for (int i = 0; i < count; ++i) {
      for (int j = 0; j < i; ++j) at(i, j) = product(j, i);
      for (int j = i; j < count; ++j) at(i, j) = product(i, j);
      at(i, count) = product(i, unknowns_);
      at(i, i) += weight_[kind] * kNoise + 1e-9 * at(i, i);
    }
    for (int i = 0; i < count; ++i) {
      if (at(i, i) <= 1e-12) return false;
      for (int row = i + 1; row < count; ++row) {
        const double factor = at(row, i) / at(i, i);
        for (int column = i; column <= count; ++column) at(row, column) -= factor * at(i, column);
      }
    }
    constexpr int kUnit = 1 << Stencil::kWeightBits;
    std::array<int, Taps::kMost> numbers{};
    std::array<double, Taps::kMost> solution{};
    int rest = kUnit;
    for (int i = count; i-- > 0;) {
      double value = at(i, count);
      for (int column = i + 1; column < count; ++column) value -= at(i, column) * solution[column];
      solution[i] = value / at(i, i);
      if (!(std::fabs(solution[i]) < Stencil::kLargestWeight * 0.5 - 1)) return false;
      numbers[i + 1] = static_cast<int>(std::lrint(solution[i] * kUnit));
      rest -= numbers[i + 1];
    }
    // The rest of a sum of 1 goes to the first two taps, from whose mean the differences are.
    numbers[0] = rest >> 1;
    numbers[1] += rest - numbers[0];
    for (const int side : {0, 1}) {
      if (std::abs(numbers[side]) >= Stencil::kLargestWeight * kUnit) return false;
    }
    stencil.count = width;
    for (int k = 0; k < width; ++k) stencil.weights[k] = static_cast<float>(numbers[k]) / kUnit;
    return true;
  }

  // About how many bits more the stencil costs than the cubic, for all rows.
  double compare(const Stencil& stencil, long step) {
    fitted_.resize(rows_.length + kRowPadding);
    cubic_.resize(rows_.length + kRowPadding);
    const bool skips_masked = has_mask_ && !trusts_masked_, needs_cubic = skips_masked || !cubic_bits_;
    int64_t bits = 0, bits_of_cubic = 0;
    long judged = 0;  // samples
    for_each_row(step, [&](const Taps& taps, const float* target) HWY_ATTR {
      predict(taps.data(), stencil, rows_.length, fitted_.data());
      if (needs_cubic) predict(taps.data(), Stencil(), rows_.length, cubic_.data());
      if (skips_masked) {
        for (int i = 0; i < rows_.length; ++i) {
          const float error = target[i] - fitted_[i];
          if (std::isnan(error)) continue;
          bits += bits_of(error);
          bits_of_cubic += bits_of(target[i] - cubic_[i]);
          ++judged;
        }
        return;
      }
      bits += bits_of_row(target, fitted_.data());
      if (needs_cubic) bits_of_cubic += bits_of_row(target, cubic_.data());
      judged += rows_.length;
    });
    if (needs_cubic) cubic_bits_ = bits_of_cubic;  // all stencils are judged by the same rows
    constexpr double kFraction = 1 << 15;
    const auto difference = static_cast<double>(bits - *cubic_bits_);
    return judged > 0 ? difference / kFraction * samples() / static_cast<double>(judged) : 0;
  }

  // About the logarithm of an error's size, in 2^-15. Bits of sizes are compared, as the compiler makes vectors of
  // these.
  static int32_t bits_of(float error) {
    constexpr float kBeyondHalf = 3, kWithinHalf = 0.45f;
    constexpr auto kHalf = std::bit_cast<int32_t>(0.5f), kMost = std::bit_cast<int32_t>(1e30f);
    const float size = std::fabs(error);
    const auto bits = std::bit_cast<int32_t>(size);
    const auto beyond = std::bit_cast<int32_t>(size * kBeyondHalf);
    const bool is_counted = (bits > kHalf) & (bits < kMost);
    return (is_counted ? beyond : std::bit_cast<int32_t>(kWithinHalf)) >> 8;
  }
  int64_t bits_of_row(const float* target, const float* predicted) const {
    int64_t bits = 0;
    for (int i = 0; i < rows_.length; ++i) bits += bits_of(target[i] - predicted[i]);
    return bits;
  }

  Level& level_;
  Pass pass_;
  PassRows rows_;
  bool has_mask_, trusts_masked_, is_quick_, is_large_;
  int taps_, unknowns_ = 0, first_kind_ = 0, end_kind_ = 0;
  ptrdiff_t row_pitch_, pitch_;  // of a row in a batch, and of a batch
  ptrdiff_t filled_ = 0;         // samples of the batch, with those that fill rows up
  long all_rows_;
  std::vector<float> deviations_, weighted_, weights_, means_, fitted_, cubic_;
  std::vector<double> errors_;                        // [sample], summed
  std::optional<int64_t> cubic_bits_;                 // of the rows by which stencils are judged
  std::array<std::vector<double>, kKinds> products_;  // [kind]
  std::vector<double> equations_;
  std::array<double, kKinds> weight_{};  // [kind], of all samples
};

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
