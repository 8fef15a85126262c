// Chunks whose coefficients are those of a wavelet decomposition, or the samples themselves (identity: noise, which no
// transform makes easier to code), in trellis-coded quantization. The stream: preamble, mask, coefficients.
#pragma once

#include <vector>

#include "array/chunk.h"
#include "array/transform/bands.h"

namespace laq::array {

enum class Transform : uint8_t { identity, wavelet, slowest_first_wavelet };

// The step of the identity, in steps of the wavelets: noise has few runs of zeros, so smaller steps serve it.
inline constexpr double kIdentityStep = 0.7745966692414834;  // the root of 0.6

constexpr double step_scale(Transform transform) {
  return transform == Transform::identity ? kIdentityStep : 1;
}

struct WaveletLayout {
  Decomposition decomposition;
  std::vector<Band> bands;

  WaveletLayout(const Grid& grid, Transform transform) {
    if (transform != Transform::identity) {
      decomposition = Decomposition::deepest(grid, transform == Transform::slowest_first_wavelet);
    }
    bands = bands_of(grid, decomposition);
  }
};

// Calls f(coefficient, norm of its band) for all coefficients.
template <class Function>
void for_each_coefficient(const Grid& grid, const std::vector<Band>& bands, double* coefficients, Function&& f) {
  for (const Band& band : bands) {
    for (int z = 0; z < band.sides[0]; ++z) {
      for (int y = 0; y < band.sides[1]; ++y) {
        double* const row =
            coefficients + (band.begin[0] + z) * grid.stride(0) + (band.begin[1] + y) * grid.stride(1) + band.begin[2];
        for (int x = 0; x < band.sides[2]; ++x) f(row[x], band.norm);
      }
    }
  }
}

// Turns points of the quantizers into elements, in place.
inline void reconstruct(const ElementRange& range, const Grid& grid, const WaveletLayout& layout, double step,
                        double mean, std::vector<double>& values) {
  for_each_coefficient(grid, layout.bands, values.data(), [step](double& point, double norm) { point *= step / norm; });
  recompose(grid, layout.decomposition, values.data());
  for (double& value : values) value = range.round(value + mean);
}

}  // namespace laq::array
