// Prediction by interpolation between samples of coarser grids, from the coarsest down. A sample between others along
// one, two or three axes is interpolated along each of them by cubics, and weights that learn join the results. Method:
// multilevel spline interpolation as in SZ3 (Zhao et al., "Optimizing error-bounded lossy compression for scientific
// data by dynamic spline interpolation", ICDE 2021), along several axes at once as in HPEZ (Liu et al., SIGMOD 2024);
// base/least_mean_squares.h for the weights.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <hwy/base.h>

#include "array/predict/samples.h"
#include "base/grid.h"
#include "base/least_mean_squares.h"
#include "base/work.h"
#include "variance/expected_magnitude.h"

namespace laq::array {

struct AxisInterpolation {
  double cubic;
  double linear;
};

// Interpolates along one axis, by a cubic and by a straight line, at the sample `value`, which has three samples at odd
// offsets on either side.
HWY_INLINE AxisInterpolation interpolate_inside(const double* value, ptrdiff_t offset) {
  const double sum = value[-offset] + value[offset];
  return {(9 * sum - (value[-3 * offset] + value[3 * offset])) * 0.0625, sum * 0.5};
}

// The same for a sample at any place of the axis. The sample before it, value[-offset], exists; the others are used as
// far as the axis reaches.
inline AxisInterpolation interpolate(const double* value, ptrdiff_t offset, int place, int side, int step) {
  const double before = value[-offset];
  const bool has_before = place - 3 * step >= 0;
  if (place + step >= side) {
    if (!has_before) return {before, before};
    const double second = value[-3 * offset];
    if (place - 5 * step < 0) return {before + (before - second) * 0.5, before};
    return {(15 * before - 10 * second + 3 * value[-5 * offset]) * 0.125, before};
  }
  const bool has_after = place + 3 * step < side;
  if (has_before && has_after) return interpolate_inside(value, offset);
  const double after = value[offset];
  const double linear = (before + after) * 0.5;
  if (has_after) return {(3 * before + 6 * after - value[3 * offset]) * 0.125, linear};
  if (has_before) return {(3 * after + 6 * before - value[-3 * offset]) * 0.125, linear};
  return {linear, linear};
}

// The weights of the interpolations along several axes, for samples that lie between others along the same axes.
template <int kCount>
class InterpolationWeights {
 public:
  // in_steps: turns values into steps of the quantizer.
  explicit InterpolationWeights(double in_steps) : in_steps_(in_steps) { cubic_.fill(1.0 / kCount); }

  // A prediction from which the weights do not learn.
  double join(const AxisInterpolation* along) const {
    double sum = 0;
    for (int i = 0; i < kCount; ++i)
      sum += cubic_[i] * along[i].cubic + linear_[i] * (along[i].linear - along[i].cubic);
    return sum;
  }

  double predict(const AxisInterpolation* along) {
    double sum = 0, mean = 0;
    for (int i = 0; i < kCount; ++i) {
      sum += cubic_[i] * along[i].cubic + linear_[i] * (along[i].linear - along[i].cubic);
      mean += along[i].cubic;
    }
    mean /= kCount;
    energy_ = kLeastEnergy;
    for (int i = 0; i < kCount; ++i) {
      deviation_[i] = (along[i].cubic - mean) * in_steps_;
      bend_[i] = (along[i].linear - along[i].cubic) * in_steps_;
      energy_ += deviation_[i] * deviation_[i] + bend_[i] * bend_[i];
    }
    move_mean(mean_energy_, energy_, 0.01);
    return sum;
  }

  // Measures of uncertainty, in steps: the differences of lines from cubics, and between the axes.
  double bend() const { return largest_of(bend_); }
  double disagreement() const { return kCount > 1 ? largest_of(deviation_) : 0; }

  // error: of the last prediction. The weights of the cubics keep their sum.
  void update(double error) {
    constexpr double kRate = 0.002;
    learn(cubic_, deviation_.data(), kRate, error * in_steps_, mean_energy_ + energy_);
    learn(linear_, bend_.data(), kRate, error * in_steps_, mean_energy_ + energy_);
  }

 private:
  double largest_of(const std::array<double, kCount>& values) const {
    double most = 0;
    for (int i = 0; i < kCount; ++i) most = std::max(most, std::fabs(values[i]));
    return most;
  }

  // In squared steps. Where all interpolations agree, the energy would fall to nothing, and the next residual would
  // move the weights without a limit.
  static constexpr double kLeastEnergy = 1e-6;

  double in_steps_;
  std::array<double, kCount> cubic_{}, linear_{}, deviation_{}, bend_{};
  double energy_ = 0, mean_energy_ = kLeastEnergy;
};

// Samples of a row that may all be coded by one decision.
struct InterpolatedRun {
  static constexpr int kLeast = 32, kMost = 64;

  size_t place, stride;  // of the first one, and between them
  int count;
};
// Visits that may code runs: may_run() tells whether they do now, and run() whether it coded the samples of a run.
// predict(i): the prediction of the i-th one.
template <class Visit>
concept VisitsRuns = requires(Visit& visit, const InterpolatedRun& run, double (*predict)(int)) {
  { visit.may_run() } -> std::same_as<bool>;
  { visit.run(run, predict) } -> std::same_as<bool>;
};

// The samples of a level, whose grid has twice the step, that lie between others along the same axes.
class SamplesBetween {
 public:
  // odd: bit 2 - axis is set if the samples lie at odd multiples of the step along that axis, else at even ones.
  SamplesBetween(Samples& samples, int step, int odd) : samples_(samples), step_(step) {
    for (int axis = 0; axis < kAxes; ++axis) {
      if (!(odd >> (2 - axis) & 1)) continue;
      axes_[count_++] = axis;
      first_[axis] = step;
    }
  }

  // False as soon as a visit gives false.
  template <class Visit>
  bool for_each(Visit&& visit) const {
    return count_ == 1 ? for_each_along<1>(visit) : count_ == 2 ? for_each_along<2>(visit) : for_each_along<3>(visit);
  }

 private:
  using Place = std::array<int, kAxes>;

  template <int kCount, class Visit>
  bool for_each_along(Visit&& visit) const {
    const Grid& grid = samples_.grid;
    const int stride = 2 * step_, side = grid.sides[2];
    InterpolationWeights<kCount> weights(samples_.in_steps());
    for (int z = first_[0]; z < grid.sides[0]; z += stride) {
      for (int y = first_[1]; y < grid.sides[1]; y += stride) {
        const size_t row = z * grid.stride(0) + y * grid.stride(1);
        const bool is_inside = lies_inside(z, 0) && lies_inside(y, 1);
        for (int x = first_[2], of_run = 0; x < side; x += stride, ++of_run) {
          if constexpr (VisitsRuns<std::remove_reference_t<Visit>>) {
            if (of_run % InterpolatedRun::kMost == 0 && visit.may_run()) {
              const InterpolatedRun run = run_at(row + x, x);
              const auto predict = [&](int i) { return join_at({z, y, x + i * stride}, weights); };
              if (run.count >= InterpolatedRun::kLeast && is_calm({z, y, x}, run) && visit.run(run, predict)) {
                x += stride * (run.count - 1);
                of_run = -1;
                continue;
              }
            }
          }
          const size_t place = row + x;
          const Expectation expected = is_inside && lies_inside(x, 2) ? expect<true>({z, y, x}, place, weights)
                                                                      : expect<false>({z, y, x}, place, weights);
          if (!visit(place, expected)) return false;
          weights.update(samples_.values[place] - expected.value);
        }
        report_work(side / stride);
      }
    }
    return true;
  }

  // Whether cubics along an axis have all of their samples.
  HWY_INLINE bool lies_inside(int at, int axis) const {
    return first_[axis] == 0 || (at >= 3 * step_ && at + 3 * step_ < samples_.grid.sides[axis]);
  }

  // The run that begins at a place, whose coordinate along the last axis is x.
  InterpolatedRun run_at(size_t place, int x) const {
    const int stride = 2 * step_, left = (samples_.grid.sides[2] - 1 - x) / stride + 1;
    return {place, static_cast<size_t>(stride), std::min(left, InterpolatedRun::kMost)};
  }

  // Whether all samples around a run were as predicted: those that its samples lie between, and the last ones of the
  // same kind along the other axes.
  bool is_calm(const Place& at, const InterpolatedRun& run) const {
    const Grid& grid = samples_.grid;
    const auto were_predicted = [&](ptrdiff_t offset, int count) {
      if (count == 0) return true;
      const float* const root = samples_.roots.data() + static_cast<ptrdiff_t>(run.place) + offset;
      for (int i = 0; i < count; ++i) {
        if (root[static_cast<size_t>(i) * run.stride] != 0) return false;
      }
      return true;
    };
    for (int axis = 0; axis < kAxes; ++axis) {
      const ptrdiff_t offset = grid.stride(axis) * step_;
      const bool is_along = axis == kAxes - 1;
      if (!is_along && at[axis] >= 2 * step_ && !were_predicted(-2 * offset, run.count)) return false;
      if (first_[axis] == 0) continue;
      const int last = at[axis] + (is_along ? 2 * step_ * (run.count - 1) : 0);
      const int without_sample_behind = last + step_ < grid.sides[axis] ? 0 : is_along ? 1 : run.count;
      if (!were_predicted(-offset, run.count) || !were_predicted(offset, run.count - without_sample_behind))
        return false;
    }
    return true;
  }

  // The prediction of a sample, from which the weights do not learn.
  template <int kCount>
  double join_at(const Place& at, const InterpolationWeights<kCount>& weights) const {
    const Grid& grid = samples_.grid;
    const double* const value = &samples_.values[at[0] * grid.stride(0) + at[1] * grid.stride(1) + at[2]];
    std::array<AxisInterpolation, kCount> along;
    for (int i = 0; i < kCount; ++i) {
      const int axis = axes_[i];
      along[i] = interpolate(value, grid.stride(axis) * step_, at[axis], grid.sides[axis], step_);
    }
    return weights.join(along.data());
  }

  // kIsInside: see lies_inside().
  template <bool kIsInside, int kCount>
  HWY_INLINE Expectation expect(const Place& at, size_t place, InterpolationWeights<kCount>& weights) const {
    const Grid& grid = samples_.grid;
    const double* const value = &samples_.values[place];
    const float* const root = samples_.roots.data() + place;
    std::array<AxisInterpolation, kCount> along;
    double around = 0;
    int number = 0;
    for (int i = 0; i < kCount; ++i) {
      const int axis = axes_[i], side = grid.sides[axis];
      const ptrdiff_t offset = grid.stride(axis) * step_;
      along[i] = kIsInside ? interpolate_inside(value, offset) : interpolate(value, offset, at[axis], side, step_);
      around += std::fabs(root[-offset]);
      ++number;
      if (!kIsInside && at[axis] + step_ >= side) continue;
      around += std::fabs(root[offset]);
      ++number;
    }
    // The signed root of the last sample of the same kind along each axis.
    std::array<float, kAxes> last;
    for (int axis = 0; axis < kAxes; ++axis) {
      last[axis] = at[axis] >= 2 * step_ ? root[-2 * step_ * grid.stride(axis)] : 0;
    }
    const auto sign_of = [](float signed_root) { return static_cast<int8_t>((signed_root > 0) - (signed_root < 0)); };
    const double predicted = weights.predict(along.data());
    return {predicted,
            kCount - 1,
            {around / number, std::fabs(last[0]), std::fabs(last[1]), std::fabs(last[2]), residual_root(weights.bend()),
             residual_root(weights.disagreement())},
            {sign_of(last[2]), sign_of(last[1]), sign_of(last[0])}};
  }

  Samples& samples_;
  int step_, count_ = 0;
  std::array<int, kAxes> axes_{}, first_{};
};

// Calls visit(place, expectation) for all samples but the first, each after those that it depends on. visit() puts the
// value and the signed root of the sample into its place; if it gives false, the prediction ends.
template <class Visit>
void for_each_interpolated(Samples& samples, Visit&& visit) {
  const int longest = *std::max_element(samples.grid.sides.begin(), samples.grid.sides.end());
  for (int level = std::bit_width(static_cast<unsigned>(longest - 1)) - 1; level >= 0; --level) {
    // Samples between others along one axis come first, then those along two, then those along three.
    for (const int odd : {4, 2, 1, 6, 5, 3, 7}) {
      if (!SamplesBetween(samples, 1 << level, odd).for_each(visit)) return;
    }
  }
}

}  // namespace laq::array
