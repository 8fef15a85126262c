// Prediction in raster order from the samples before: the Lorenzo predictor (Ibarria et al., "Out-of-core compression
// and decompression of large n-dimensional scalar fields", 2003), and beside it a wider linear one that begins as
// Lorenzo's and learns by normalised least mean squares. The one that has lately been nearer is taken.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "signal/grid.h"
#include "signal/linear_algebra.h"
#include "signal/magnitude_prediction.h"

namespace laq {

// A sample at these distances before the present one; the first distance that is not zero is positive.
struct CausalTap {
  int z, y, x;
  double lorenzo;  // its weight there
};

inline std::vector<CausalTap> causal_taps(const Grid& grid) {
  const std::array<bool, kAxes> extends = {grid.sides[0] > 1, grid.sides[1] > 1, grid.sides[2] > 1};
  std::vector<CausalTap> taps;
  const auto add = [&](int z, int y, int x, double lorenzo) {
    if ((z == 0 || extends[0]) && (y == 0 || extends[1]) && (x == 0 || extends[2])) taps.push_back({z, y, x, lorenzo});
  };
  for (int corner = 1; corner < 8; ++corner) {
    const int z = corner >> 2 & 1, y = corner >> 1 & 1, x = corner & 1;
    add(z, y, x, (z + y + x) % 2 ? 1 : -1);
  }
  // Farther ones, and those on the other sides.
  if (extends[2]) {
    add(0, 0, 2, 0);
    add(0, 0, 3, 0);
  }
  if (extends[1]) {
    for (const auto& [y, x] : {std::pair{2, 0}, {1, -1}, {2, 1}, {2, -1}}) add(0, y, x, 0);
  }
  if (extends[0]) {
    add(2, 0, 0, 0);
    for (const auto& [y, x] : {std::pair{-1, 0}, {0, -1}, {-1, -1}, {1, -1}, {-1, 1}}) add(1, y, x, 0);
  }
  if (!extends[0] && !extends[1]) {
    for (int x = 4; x <= 16; ++x) add(0, 0, x, 0);
  }
  return taps;
}

class CausalWeights {
 public:
  explicit CausalWeights(const std::vector<CausalTap>& taps)
      : count_((static_cast<int>(taps.size()) + kDoubles - 1) / kDoubles * kDoubles),
        lorenzo_(count_),
        deviations_(count_) {
    for (size_t i = 0; i < taps.size(); ++i) lorenzo_[i] = taps[i].lorenzo;
    weights_ = lorenzo_;
  }

  // To be filled: what the taps hold, less the nearest sample.
  double* deviations() { return deviations_.data(); }

  // In terms of deviations.
  double predict() {
    found_ = project(lorenzo_.data(), weights_.data(), deviations_.data(), count_);
    mean_energy_ += (found_.energy - mean_energy_) * 0.01;
    return learned_error_ < fixed_error_ ? found_.on_b : found_.on_a;
  }
  double uncertainty() const { return std::fabs(found_.on_b - found_.on_a); }

  void update(double value) {
    constexpr double kRate = 0.006, kForget = 0.02;
    const double error = value - found_.on_b;
    learned_error_ += (std::fabs(error) - learned_error_) * kForget;
    fixed_error_ += (std::fabs(value - found_.on_a) - fixed_error_) * kForget;
    const double step = kRate * error / (mean_energy_ + found_.energy + 1e-30);
    add_scaled(weights_.data(), deviations_.data(), step, count_);
  }

 private:
  int count_;
  std::vector<double> lorenzo_, weights_, deviations_;
  Projections found_{};  // by Lorenzo's weights and by those that learn
  double fixed_error_ = 0, learned_error_ = 0, mean_energy_ = 0;
};

// As for_each_interpolated(), in raster order.
template <class Visit>
void for_each_causal(Samples& samples, Visit&& visit) {
  constexpr int kKind = 3;
  const Grid& grid = samples.grid;
  const int depth = grid.sides[0], height = grid.sides[1], width = grid.sides[2];
  const ptrdiff_t slice = grid.stride(0), row = grid.stride(1);
  const std::vector<CausalTap> taps = causal_taps(grid);
  std::vector<ptrdiff_t> offsets;
  for (const CausalTap& tap : taps) offsets.push_back(-tap.z * slice - tap.y * row - tap.x);
  CausalWeights weights(taps);
  int reach = 0;
  for (const CausalTap& tap : taps) reach = std::max(reach, tap.x);
  for (int z = 0; z < depth; ++z) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const size_t place = z * slice + y * row + x;
        if (place == 0) continue;
        const double* const value = samples.values.data() + place;
        const double* const root = samples.roots.data() + place;
        const int8_t* const sign = samples.signs.data() + place;
        const double nearest = x > 0 ? value[-1] : y > 0 ? value[-row] : value[-slice];
        double* const deviations = weights.deviations();
        // Beyond a border the nearest sample inside stands in, or where that is still to come, the nearest one before.
        const bool is_inside = (z >= 2 || depth == 1) && (y >= 2 || height == 1) && (y + 1 < height || depth == 1) &&
                               x >= reach && x + 1 < width;
        if (is_inside) {
          for (size_t i = 0; i < offsets.size(); ++i) deviations[i] = value[offsets[i]] - nearest;
        }
        for (size_t i = 0; !is_inside && i < taps.size(); ++i) {
          const int at_z = std::max(z - taps[i].z, 0), at_y = std::clamp(y - taps[i].y, 0, height - 1);
          const int at_x = std::clamp(x - taps[i].x, 0, width - 1);
          const size_t there = at_z * slice + at_y * row + at_x;
          deviations[i] = there < place ? samples.values[there] - nearest : 0;
        }
        const double predicted = nearest + weights.predict();
        const double left = x > 0 ? root[-1] : 0, up = y > 0 ? root[-row] : 0;
        const double beside = y > 0 ? 0.5 * (root[-row - (x > 0)] + root[-row + (x + 1 < width)]) : 0;
        visit(place, Expectation{predicted,
                                 kKind,
                                 {left, x > 1 ? root[-2] : 0, up, beside, z > 0 ? root[-slice] : 0,
                                  residual_root(weights.uncertainty(), samples.step)},
                                 {x > 0 ? sign[-1] : int8_t{0}, y > 0 ? sign[-row] : int8_t{0},
                                  z > 0 ? sign[-slice] : int8_t{0}}});
        weights.update(samples.values[place] - nearest);
      }
    }
  }
}

}  // namespace laq
