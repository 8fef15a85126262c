// Prediction in raster order by long regression: the weights of the samples before, in the present row and around the
// same place in the rows before, are those with the least squared error so far; the latest errors count most. For
// series of one or more channels, whose rows are long. Memories that learn predict what the regression leaves. Sources:
// least squares as in linear prediction (Makhoul, "Linear prediction: a tutorial review", 1975), solved by
// base/linear_algebra.h; the memories by base/least_mean_squares.h.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "array/predict/samples.h"
#include "base/least_mean_squares.h"
#include "base/linear_algebra.h"
#include "variance/expected_magnitude.h"

namespace laq::array {

// Weights w that minimise the weighted sum of the squares of value - w . features, solved anew after every kBlock
// samples. Values and features are in steps of the quantizer, so that the scale of the elements does not matter.
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
  static constexpr double kKept = 0.93;        // share of all sums that is kept after a block
  static constexpr double kRidge = 1e-10;      // in mean squares of a feature
  static constexpr double kLeastRidge = 0.01;  // in squared steps

  int count_;
  std::vector<double> products_;  // lower triangle
  std::vector<double> factor_;
  std::vector<double> targets_, weights_, solution_;
  int64_t seen_ = 0;
};

// Predicts what the regression leaves from a history of the same: echoes and tones beyond the regression's reach. In
// steps of the quantizer.
template <int kTaps>
class LongMemory {
 public:
  double predicted() const { return predicted_; }
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

// Predicts how far a sample is from the nearest one before it: by nothing, by the regression, and by the regression
// with one or both memories of what it leaves. The candidate with the least mean error so far is in force.
class RegressionCascade {
 public:
  explicit RegressionCascade(int count) : regression_(count) {}

  int padded_count() const { return regression_.padded_count(); }

  // features: of the regression; they must stay as they are until update().
  double predict(const double* features) {
    features_ = features;
    const double regressed = regression_.predict(features);
    const double with_memory = regressed + memory_.predict();
    candidates_ = {0, regressed, with_memory, with_memory + near_memory_.predict()};
    best_ = std::min_element(errors_.begin(), errors_.end()) - errors_.begin();
    return candidates_[best_];
  }
  // The mean error of the candidate in force: how uncertain the prediction is.
  double uncertainty() const { return errors_[best_]; }

  void update(double found) {
    for (size_t c = 0; c < errors_.size(); ++c) move_mean(errors_[c], std::fabs(found - candidates_[c]), 0.01);
    regression_.update(features_, found);
    memory_.update(found - candidates_[1]);
    near_memory_.update(found - candidates_[1] - memory_.predicted());
  }

 private:
  Regression regression_;
  LongMemory<256> memory_;
  LongMemory<16> near_memory_;
  const double* features_ = nullptr;
  std::array<double, 4> candidates_{}, errors_{};  // errors: mean magnitudes
  ptrdiff_t best_ = 0;
};

// What that allocates at most: two triangles of products of up to 40 features, and rows of them.
inline constexpr size_t kRegressionBytes = (2 * 40 + 4) * 40 * sizeof(double);

// The samples of a grid that the regression of one sample sees: those before it in its row, and those around the same
// place in one or two rows before.
class RegressionNeighbours {
 public:
  explicit RegressionNeighbours(const Grid& grid)
      : width_(grid.sides[2]), height_(grid.sides[1]), plane_(grid.stride(0)) {}

  int count() const { return own_ + (height_ > 1 ? 2 * kReach + 1 : 0) + (height_ > 2 ? 2 * kSecondReach + 1 : 0); }

  // value: the sample's place among the values.
  double nearest(const double* value, int y, int x) const {
    return x > 0 ? value[-1] : y > 0 ? value[-width_] : value[-plane_];
  }

  // Writes the features: differences of neighbours from the nearest sample and, in rows before, from the one above
  // that.
  void gather(const double* value, int y, int x, double in_steps, double* features) const {
    const double nearest_value = nearest(value, y, x);
    for (int lag = 1; lag <= own_; ++lag) *features++ = x >= lag ? (value[-lag] - nearest_value) * in_steps : 0;
    features[-own_] = x >= 2 ? (value[-1] - value[-2]) * in_steps : 0;  // the nearest one itself would be zero
    const auto rows_before = [&](int rows, int reach) {
      const double* const row = value - rows * width_;
      const double level = y >= rows ? row[-(x > 0)] : 0;
      for (int dx = -reach; dx <= reach; ++dx) {
        const double beside = y >= rows ? row[std::clamp<ptrdiff_t>(dx, -x, width_ - 1 - x)] : 0;
        *features++ = (beside - level) * in_steps;
      }
    };
    if (height_ > 1) rows_before(1, kReach);
    if (height_ > 2) rows_before(2, kSecondReach);
  }

 private:
  static constexpr int kReach = 5, kSecondReach = 1;  // of the first row before, and of the second

  ptrdiff_t width_, height_, plane_;
  int own_ = height_ > 1 ? 20 : 32;  // samples of the row itself
};

// As for_each_interpolated(), in raster order.
template <class Visit>
void for_each_regressed(Samples& samples, Visit&& visit) {
  constexpr int kKind = kPredictionKinds - 1;
  const Grid& grid = samples.grid;
  const int width = grid.sides[2];
  const RegressionNeighbours neighbours(grid);
  RegressionCascade cascade(neighbours.count());
  std::vector<double> features(cascade.padded_count());
  const double in_steps = samples.in_steps();
  size_t place = 0;
  for (int z = 0; z < grid.sides[0]; ++z) {
    for (int y = 0; y < grid.sides[1]; ++y) {
      for (int x = 0; x < width; ++x, ++place) {
        if (place == 0) continue;
        const double* const value = samples.values.data() + place;
        const double* const root = samples.roots.data() + place;
        const int8_t* const sign = samples.signs.data() + place;
        const double nearest = neighbours.nearest(value, y, x);
        neighbours.gather(value, y, x, in_steps, features.data());
        const double predicted = nearest + cascade.predict(features.data()) * samples.step;
        const double up = y > 0 ? root[-width] : 0;
        const double beside = y > 0 ? 0.5 * (root[-width - (x > 0)] + root[-width + (x + 1 < width)]) : 0;
        const double left = x > 0 ? root[-1] : 0, left2 = x > 1 ? root[-2] : 0;
        const double further = x > 3 ? 0.5 * (root[-3] + root[-4]) : 0;
        const Expectation expected{
            predicted,
            kKind,
            {left, left2, further, up, beside, residual_root(cascade.uncertainty())},
            {x > 0 ? sign[-1] : int8_t{0}, y > 0 ? sign[-width] : int8_t{0}, x > 1 ? sign[-2] : int8_t{0}}};
        if (!visit(place, expected)) return;
        cascade.update((*value - nearest) * in_steps);
      }
    }
  }
}

}  // namespace laq::array
