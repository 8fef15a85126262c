// Prediction by interpolation between samples of coarser grids, from the coarsest down. A sample between others along
// one, two or three axes is interpolated along each of them by cubics, and the results are weighted by what has served
// so far. Method: multilevel spline interpolation as in SZ3 (Zhao et al., "Optimizing error-bounded lossy compression
// for scientific data by dynamic spline interpolation", ICDE 2021), along several axes at once as in HPEZ (Liu et al.,
// SIGMOD 2024); the weights by normalised least mean squares (Widrow and Hoff 1960).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "array/predict/samples.h"
#include "base/grid.h"
#include "base/least_mean_squares.h"
#include "variance/expected_magnitude.h"

namespace laq::array {

// Along one axis: by a cubic, and by a straight line.
struct AxisInterpolation {
  double cubic;
  double linear;
};

// value[-offset] is there, the others as far as the axis reaches.
inline AxisInterpolation interpolate(const double* value, ptrdiff_t offset, int place, int side, int step) {
  const double before = value[-offset];
  const bool has_before = place - 3 * step >= 0;
  if (place + step >= side) {
    if (!has_before) return {before, before};
    const double second = value[-3 * offset];
    if (place - 5 * step < 0) return {before + (before - second) * 0.5, before};
    return {(15 * before - 10 * second + 3 * value[-5 * offset]) * 0.125, before};
  }
  const double after = value[offset];
  const double linear = (before + after) * 0.5;
  const bool has_after = place + 3 * step < side;
  if (has_before && has_after) {
    return {(9 * (before + after) - (value[-3 * offset] + value[3 * offset])) * 0.0625, linear};
  }
  if (has_after) return {(3 * before + 6 * after - value[3 * offset]) * 0.125, linear};
  if (has_before) return {(3 * after + 6 * before - value[-3 * offset]) * 0.125, linear};
  return {linear, linear};
}

// The weights of the interpolations of one kind of sample.
class InterpolationWeights {
 public:
  // in_steps: turns values into steps of the quantizer.
  InterpolationWeights(int axes, double in_steps) : axes_(axes), in_steps_(in_steps) {
    for (int i = 0; i < axes; ++i) cubic_[i] = 1.0 / axes;
  }

  double predict(const AxisInterpolation* along) {
    double sum = 0, mean = 0;
    for (int i = 0; i < axes_; ++i) {
      sum += cubic_[i] * along[i].cubic + linear_[i] * (along[i].linear - along[i].cubic);
      mean += along[i].cubic;
    }
    mean /= axes_;
    energy_ = kLeastEnergy;
    for (int i = 0; i < axes_; ++i) {
      deviation_[i] = (along[i].cubic - mean) * in_steps_;
      bend_[i] = (along[i].linear - along[i].cubic) * in_steps_;
      energy_ += deviation_[i] * deviation_[i] + bend_[i] * bend_[i];
    }
    mean_energy_ += (energy_ - mean_energy_) * 0.01;
    return sum;
  }

  // How far lines are from cubics, and the axes from each other, in steps.
  double bend() const { return most_of(bend_); }
  double disagreement() const { return axes_ > 1 ? most_of(deviation_) : 0; }

  // error: of what predict() gave last. The weights of the cubics keep their sum.
  void update(double error) {
    constexpr double kRate = 0.002;
    learn(cubic_, deviation_.data(), kRate, error * in_steps_, mean_energy_ + energy_);
    learn(linear_, bend_.data(), kRate, error * in_steps_, mean_energy_ + energy_);
  }

 private:
  double most_of(const std::array<double, kAxes>& values) const {
    double most = 0;
    for (int i = 0; i < axes_; ++i) most = std::max(most, std::fabs(values[i]));
    return most;
  }

  static constexpr double kLeastEnergy = 1e-30;

  int axes_;
  double in_steps_;
  std::array<double, kAxes> cubic_{}, linear_{}, deviation_{}, bend_{};
  double energy_ = 0, mean_energy_ = kLeastEnergy;
};

// Calls visit(place, expectation), which puts value and magnitude of the sample into its place, for all samples but the
// first, each after those it depends on. Ends as soon as visit() gives false.
template <class Visit>
void for_each_interpolated(Samples& samples, Visit&& visit) {
  const Grid& grid = samples.grid;
  const int longest = *std::max_element(grid.sides.begin(), grid.sides.end());
  // Samples that lie between others along one axis come first, then those along two.
  // Bit 2 - axis is set: at an odd multiple of the step.
  constexpr std::array<uint8_t, 7> kOrder = {4, 2, 1, 6, 5, 3, 7};
  for (int level = std::bit_width(static_cast<unsigned>(longest - 1)) - 1; level >= 0; --level) {
    const int step = 1 << level;
    for (const int odd : kOrder) {
      std::array<int, kAxes> axes{}, first{};
      int count = 0;
      bool is_empty = false;
      for (int axis = 0; axis < kAxes; ++axis) {
        if (!(odd >> (2 - axis) & 1)) continue;
        axes[count++] = axis;
        first[axis] = step;
        is_empty = is_empty || step >= grid.sides[axis];
      }
      if (is_empty) continue;
      InterpolationWeights weights(count, samples.in_steps());
      const int kind = count - 1;
      for (int z = first[0]; z < grid.sides[0]; z += 2 * step) {
        for (int y = first[1]; y < grid.sides[1]; y += 2 * step) {
          for (int x = first[2]; x < grid.sides[2]; x += 2 * step) {
            const std::array<int, kAxes> at = {z, y, x};
            const size_t place = z * grid.stride(0) + y * grid.stride(1) + x;
            const double* const value = samples.values.data() + place;
            const double* const root = samples.roots.data() + place;
            const int8_t* const signs = samples.signs.data() + place;
            std::array<AxisInterpolation, kAxes> along;
            double around = 0;
            int number = 0;
            for (int i = 0; i < count; ++i) {
              const int axis = axes[i];
              const ptrdiff_t offset = grid.stride(axis) * step;
              along[i] = interpolate(value, offset, at[axis], grid.sides[axis], step);
              around += root[-offset];
              ++number;
              if (at[axis] + step >= grid.sides[axis]) continue;
              around += root[offset];
              ++number;
            }
            const auto before = [&](int axis) {
              return at[axis] >= 2 * step ? root[-2 * step * grid.stride(axis)] : 0;
            };
            const auto sign = [&](int axis) {
              return at[axis] >= 2 * step ? signs[-2 * step * grid.stride(axis)] : int8_t{0};
            };
            const double predicted = weights.predict(along.data());
            const bool goes_on =
                visit(place, Expectation{predicted,
                                         kind,
                                         {around / number, before(0), before(1), before(2),
                                          residual_root(weights.bend()), residual_root(weights.disagreement())},
                                         {sign(2), sign(1), sign(0)}});
            if (!goes_on) return;
            weights.update(samples.values[place] - predicted);
          }
        }
      }
    }
  }
}

}  // namespace laq::array
