#include "tensor/scales_encoder.h"

#include <algorithm>
#include <cmath>

namespace laq::tensor {
namespace {

// Divides by the mean of the nonzero values, so that the product of both scales keeps its size when one is quantized.
double mean_logarithm(std::span<const double> amplitudes) {
  double sum = 0;
  size_t count = 0;
  for (const double amplitude : amplitudes) {
    if (amplitude <= 0) continue;
    sum += std::log2(amplitude);
    ++count;
  }
  return count > 0 ? sum / static_cast<double>(count) : 0;
}

}  // namespace

FittedScales fit_scales(const MatrixView& view, std::span<const float> matrix, uint32_t group) {
  const size_t groups = view.columns / group;
  std::vector<double> rows(view.rows, 1), columns(groups, 1), row_sums(view.rows), column_sums(groups);
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    std::fill(column_sums.begin(), column_sums.end(), 0);
    for (uint32_t r = 0; r < view.rows; ++r) {
      const float* const row = matrix.data() + size_t{r} * view.columns;
      // The energies of the row's groups, weighed by the columns' scales for the row and by the row's for the columns.
      double sum = 0;
      size_t used = 0;
      for (size_t g = 0; g < groups; ++g) {
        if (columns[g] <= 0) continue;
        double energy = 0;
        for (uint32_t k = 0; k < group; ++k) energy += double{row[g * group + k]} * row[g * group + k];
        row_sums[r] = 0;
        sum += energy / columns[g];
        used += group;
      }
      rows[r] = used > 0 ? sum / static_cast<double>(used) : 0;
      if (rows[r] <= 0) continue;
      const double weight = 1 / rows[r];
      for (size_t g = 0; g < groups; ++g) {
        double energy = 0;
        for (uint32_t k = 0; k < group; ++k) energy += double{row[g * group + k]} * row[g * group + k];
        column_sums[g] += energy * weight;
      }
    }
    const auto used = static_cast<double>(std::count_if(rows.begin(), rows.end(), [](double r) { return r > 0; }));
    for (size_t g = 0; g < groups; ++g) columns[g] = used > 0 ? column_sums[g] / (used * group) : 0;
  }
  for (double& row : rows) row = std::sqrt(row);
  for (double& column : columns) column = std::sqrt(column);
  // Columns keep a mean logarithm of 0.
  const double factor = std::exp2(-mean_logarithm(columns));
  for (double& column : columns) column *= factor;
  for (double& row : rows) row /= factor;
  return {std::move(rows), std::move(columns)};
}

std::vector<int16_t> quantize_scales(std::span<const double> amplitudes, int unit) {
  std::vector<int16_t> scales(amplitudes.size());
  const int least = (kLeastScale / unit) * unit, most = (kMostScale / unit) * unit;
  int before = least;
  for (size_t i = 0; i < scales.size(); ++i) {
    if (amplitudes[i] > 0) {
      const double scale = std::log2(amplitudes[i]) * kScalesPerOctave;
      before = std::clamp(static_cast<int>(std::lround(scale / unit)) * unit, least, most);
    } else if (i == 0) {
      before = 0;
    }
    scales[i] = static_cast<int16_t>(before);
  }
  return scales;
}

}  // namespace laq::tensor
