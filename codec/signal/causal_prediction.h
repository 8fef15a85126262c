// Prediction in raster order from the samples before: the Lorenzo predictor (Ibarria et al., "Out-of-core compression
// and decompression of large n-dimensional scalar fields", 2003), and beside it a wider linear one that begins as
// Lorenzo's and learns by normalised least mean squares. The one that has lately been nearer is taken.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "signal/grid.h"

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
  explicit CausalWeights(const std::vector<CausalTap>& taps) : deviations_(taps.size()) {
    for (const CausalTap& tap : taps) weights_.push_back(tap.lorenzo);
    lorenzo_ = weights_;
  }

  // To be filled: what the taps hold, less the nearest sample.
  std::vector<double>& deviations() { return deviations_; }

  // In terms of deviations.
  double predict() {
    double fixed = 0, learned = 0, energy = 1e-30;
    for (size_t i = 0; i < deviations_.size(); ++i) {
      fixed += lorenzo_[i] * deviations_[i];
      learned += weights_[i] * deviations_[i];
      energy += deviations_[i] * deviations_[i];
    }
    fixed_ = fixed;
    learned_ = learned;
    energy_ = energy;
    mean_energy_ += (energy - mean_energy_) * 0.01;
    return learned_error_ < fixed_error_ ? learned : fixed;
  }
  double uncertainty() const { return std::fabs(learned_ - fixed_); }

  void update(double found) {
    constexpr double kRate = 0.006, kForget = 0.02;
    learned_error_ += (std::fabs(found - learned_) - learned_error_) * kForget;
    fixed_error_ += (std::fabs(found - fixed_) - fixed_error_) * kForget;
    const double step = kRate * (found - learned_) / (mean_energy_ + energy_);
    for (size_t i = 0; i < deviations_.size(); ++i) weights_[i] += step * deviations_[i];
  }

 private:
  std::vector<double> lorenzo_, weights_, deviations_;
  double fixed_ = 0, learned_ = 0, fixed_error_ = 0, learned_error_ = 0, energy_ = 0, mean_energy_ = 1e-30;
};

// As for_each_interpolated(), in raster order.
template <class Visit>
void for_each_causal(Samples& samples, Visit&& visit) {
  constexpr int kKind = 3;
  const Grid& grid = samples.grid;
  const auto [depth, height, width] = grid.sides;
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
        const uint16_t* const magnitude = samples.magnitudes.data() + place;
        const double nearest = x > 0 ? value[-1] : y > 0 ? value[-row] : value[-slice];
        std::vector<double>& deviations = weights.deviations();
        // Beyond a border the nearest sample inside stands in, or where that is still to come, the nearest one before.
        const bool is_inside = (z >= 2 || depth == 1) && (y >= 2 || height == 1) && (y + 1 < height || depth == 1) &&
                               x >= reach && x + 1 < width;
        for (size_t i = 0; i < taps.size(); ++i) {
          if (is_inside) {
            deviations[i] = value[offsets[i]] - nearest;
            continue;
          }
          const int at_z = std::max(z - taps[i].z, 0), at_y = std::clamp(y - taps[i].y, 0, height - 1);
          const int at_x = std::clamp(x - taps[i].x, 0, width - 1);
          const size_t there = at_z * slice + at_y * row + at_x;
          deviations[i] = there < place ? samples.values[there] - nearest : 0;
        }
        int sum = 0, number = 0;
        const auto look = [&](bool exists, ptrdiff_t offset, int weight) {
          if (!exists) return;
          sum += weight * magnitude[offset];
          number += weight;
        };
        look(x > 0, -1, 2);
        look(x > 1, -2, 1);
        look(y > 0, -row, 2);
        look(y > 0 && x > 0, -row - 1, 1);
        look(y > 0 && x + 1 < width, 1 - row, 1);
        look(z > 0, -slice, 2);
        const double predicted = nearest + weights.predict();
        visit(place, Expectation{predicted, weights.uncertainty(), 4 * sum / number, kKind});
        weights.update(samples.values[place] - nearest);
      }
    }
  }
}

}  // namespace laq
