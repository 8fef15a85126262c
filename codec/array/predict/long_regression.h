// Prediction in raster order by recursive least squares in blocks: the weights of the samples before, in the present
// row and around the same place in the rows before, are those that would have served best so far, the latest samples
// counting most. For series of one or more channels, whose rows are long.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "array/predict/samples.h"
#include "base/least_mean_squares.h"
#include "base/linear_algebra.h"
#include "variance/expected_magnitude.h"

namespace laq::array {

// Weights w that minimise the sum of forgotten squares of value - w . features, solved anew every kBlock samples.
// Values and features are in steps of the quantizer, so that the scale of the elements does not matter.
class Regression {
 public:
  // Features: `count` of them, followed by zeros up to a multiple of kDoubles.
  explicit Regression(int count)
      : count_((count + kDoubles - 1) / kDoubles * kDoubles),
        products_(static_cast<size_t>(count_) * count_),
        factor_(products_.size()),
        targets_(count_),
        weights_(count_),
        solution_(count_) {}

  int padded_count() const { return count_; }
  double predict(const double* features) const { return dot(weights_.data(), features, count_); }

  void update(const double* features, double value) {
    add_outer_product(products_.data(), features, count_);
    add_scaled(targets_.data(), features, value, count_);
    if (++seen_ % kBlock != 0) return;
    double trace = 0;
    for (int i = 0; i < count_; ++i) trace += products_[static_cast<size_t>(i) * count_ + i];
    const double ridge = kRidge * trace / count_ + kLeastRidge;
    if (solve(products_.data(), ridge, targets_.data(), count_, factor_.data(), solution_.data())) {
      std::swap(weights_, solution_);
    }
    for (double& product : products_) product *= kKept;
    for (double& target : targets_) target *= kKept;
  }

 private:
  static constexpr int kBlock = 64;
  static constexpr double kKept = 0.93;        // of what is remembered, after a block
  static constexpr double kRidge = 1e-10;      // in mean squares of a feature
  static constexpr double kLeastRidge = 0.01;  // in squared steps

  int count_;
  std::vector<double> products_;  // lower triangle
  std::vector<double> factor_;
  std::vector<double> targets_, weights_, solution_;
  int64_t seen_ = 0;
};

// What the regression leaves, predicted from a long history of itself by normalised least mean squares: echoes and
// tones that lie beyond the regression's reach. In steps of the quantizer.
template <int kTaps>
class LongMemory {
 public:
  double predict() { return predicted_ = dot(weights_.data(), history_.data() + at_, kTaps); }

  void update(double found) {
    double* const history = history_.data() + at_;
    learn(weights_, history, kRate, found - predicted_, energy_ + kLeastEnergy);
    // The newest comes last; the window moves over a buffer twice as long.
    energy_ += found * found - history[0] * history[0];
    energy_ = std::max(energy_, 0.0);
    history[kTaps] = found;
    if (++at_ == kTaps) {
      std::copy_n(history_.begin() + kTaps, kTaps, history_.begin());
      at_ = 0;
    }
  }

 private:
  static constexpr double kRate = 0.02, kLeastEnergy = 1;
  std::array<double, kTaps> weights_{};
  std::array<double, 2 * kTaps> history_{};
  double energy_ = 0, predicted_ = 0;
  int at_ = 0;
};

// What that allocates at most: two triangles of products of up to 40 features, and rows of them.
inline constexpr size_t kRegressionBytes = (2 * 40 + 4) * 40 * sizeof(double);

// As for_each_interpolated(), in raster order.
template <class Visit>
void for_each_regressed(Samples& samples, Visit&& visit) {
  constexpr int kKind = 3;
  const Grid& grid = samples.grid;
  const int depth = grid.sides[0], height = grid.sides[1], width = grid.sides[2];
  const ptrdiff_t row = grid.stride(1);
  const int own = height > 1 ? 20 : 32, around = height > 1 ? 5 : 0, second = height > 2 ? 1 : 0;
  const int count = own + 2 * around + (around > 0) + 2 * second + (second > 0);
  Regression regression(count);
  std::vector<double> features(regression.padded_count());
  LongMemory<256> memory;
  LongMemory<16> near;
  const double in_steps = samples.in_steps();
  std::array<double, 4>
      errors{};  // mean magnitudes in steps: of the nearest sample, the regression, with one memory, with both
  for (int z = 0; z < depth; ++z) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const size_t place = z * grid.stride(0) + y * row + x;
        if (place == 0) continue;
        const double* const value = samples.values.data() + place;
        const double* const root = samples.roots.data() + place;
        const int8_t* const sign = samples.signs.data() + place;
        const double nearest = x > 0 ? value[-1] : y > 0 ? value[-row] : value[-grid.stride(0)];
        int i = 0;
        for (int lag = 1; lag <= own; ++lag) features[i++] = x >= lag ? (value[-lag] - nearest) * in_steps : 0;
        features[0] = x >= 2 ? (value[-1] - value[-2]) * in_steps : 0;  // the nearest itself would be zero
        const auto rows_before = [&](int rows, int reach) {
          const double level = y >= rows ? value[-rows * row - (x > 0)] : 0;
          for (int dx = -reach; dx <= reach; ++dx) {
            const double beside = y >= rows ? value[-rows * row + std::clamp(dx, -x, width - 1 - x)] : 0;
            features[i++] = (beside - level) * in_steps;
          }
        };
        if (around > 0) rows_before(1, around);
        if (second > 0) rows_before(2, second);
        const double regressed = regression.predict(features.data());
        const double remembered = memory.predict(), nearly = near.predict();
        const std::array<double, 4> candidates = {0, regressed, regressed + remembered,
                                                  regressed + remembered + nearly};
        const auto best = std::min_element(errors.begin(), errors.end()) - errors.begin();
        const double predicted = nearest + candidates[best] * samples.step;
        const double up = y > 0 ? root[-row] : 0;
        const double beside = y > 0 ? 0.5 * (root[-row - (x > 0)] + root[-row + (x + 1 < width)]) : 0;
        const bool goes_on = visit(
            place,
            Expectation{predicted,
                        kKind,
                        {x > 0 ? root[-1] : 0, x > 1 ? root[-2] : 0, x > 3 ? 0.5 * (root[-3] + root[-4]) : 0, up,
                         beside, residual_root(errors[best])},
                        {x > 0 ? sign[-1] : int8_t{0}, y > 0 ? sign[-row] : int8_t{0}, x > 1 ? sign[-2] : int8_t{0}}});
        if (!goes_on) return;
        const double found = (samples.values[place] - nearest) * in_steps;
        for (int c = 0; c < 4; ++c) errors[c] += (std::fabs(found - candidates[c]) - errors[c]) * 0.01;
        regression.update(features.data(), found);
        memory.update(found - regressed);
        near.update(found - regressed - remembered);
      }
    }
  }
}

}  // namespace laq::array
