// Codes the samples of a field row by row, as writer or reader: local regression predicts their values, the expected
// magnitude their residuals.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "array/predict/local_regression.h"
#include "array/predict/residual_coder.h"
#include "base/framed_field.h"
#include "base/work.h"
#include "variance/expected_magnitude.h"

namespace laq::array {

template <class Coder>
class LocalRegressionRows {
 public:
  // masked: of each sample, whether it is left out; empty if no sample is masked.
  LocalRegressionRows(ResidualCoder<Coder>& residuals, const Grid& grid, const std::vector<bool>& masked)
      : residuals_(residuals),
        grid_(grid),
        masked_(masked),
        values_(grid.sides),
        roots_(grid.sides),
        signs_(grid.sides),
        regression_(grid, residuals.step(), values_, masked) {
    magnitudes_.resize(grid.sides[2]);
  }

  // What rows allocate beside the values.
  static size_t bytes(const Grid& grid) {
    return FramedField<double>::bytes(grid.sides) + FramedField<float>::bytes(grid.sides) +
           FramedField<int16_t>::bytes(grid.sides) + LocalRegression::bytes(grid) +
           MagnitudeRowPredictor::bytes(grid.sides[2]) + grid.sides[2] * sizeof(float);
  }

  // first: the value of the first sample. Calls take(place of the first sample, values) with each row, up to where the
  // stream ends.
  template <class Take>
  void code(double first, Take&& take) {
    *values_.at(0, 0, 0) = first;
    for (int z = 0; z < grid_.sides[0]; ++z) {
      for (int y = 0; y < grid_.sides[1]; ++y) {
        if (residuals_.is_past_end()) return;
        code_row(z, y);
        report_work(grid_.sides[2]);
        take(static_cast<size_t>(z * grid_.stride(0) + y * grid_.stride(1)),
             std::span<const double>(values_.at(z, y, 0), grid_.sides[2]));
      }
    }
  }

 private:
  // Roots of magnitudes above the sample, beside that one, and two rows above; at its place in the slice before, and
  // around it; and how uncertain the regression is.
  enum Feature { up = MagnitudeRowPredictor::kGiven, up_sides, up2, back, back_sides, uncertainty };
  static constexpr int kKinds = 6;  // by the uncertainty, and whether all magnitudes around are zero
  static_assert(kKinds <= MagnitudeModels::kKinds);

  // The row that is being coded.
  struct Row {
    size_t start;  // place of its first sample
    double* values;
    float* roots;
    int16_t* signs;  // of residuals
    const int16_t *signs_above, *signs_behind;
  };

  void code_row(int z, int y) {
    regression_.begin_row(z, y);
    gather(z, y);
    int16_t* const signs = signs_.at(z, y, 0);
    if (grid_.sides[0] == 1) std::fill_n(signs, grid_.sides[2], int16_t{0});  // an earlier row stood here
    const size_t start = z * grid_.stride(0) + y * grid_.stride(1);
    const Row row = {start, values_.at(z, y, 0),    roots_.at(z, y, 0),
                     signs, signs_.at(z, y - 1, 0), signs_.at(z - 1, y, 0)};
    for (int b = 0; b < regression_.blocks() && !residuals_.is_past_end(); ++b) code_block(b, row);
    roots_.extend(z, y);
    regression_.end_row(z, y);
  }

  void code_block(int block, const Row& row) {
    const int begin = regression_.begin_of(block), end = regression_.begin_of(block + 1);
    const LocalRegression::Weights& weights = regression_.weights(block);
    const double* const sums = regression_.sums();
    const double* const corrections = regression_.corrections();
    double* const values = row.values;
    float* const roots = row.roots;
    const double in_steps = 1 / residuals_.step();
    magnitudes_.begin_part(begin, end);
    for (int x = begin; x < end; ++x) {
      const float expected = magnitudes_.predict(x, roots);
      if (row.start + x == 0) continue;
      if (!masked_.empty() && masked_[row.start + x]) {
        values[x] = values[x - 1];
        roots[x] = expected;
        continue;
      }
      const auto predict = [&](double sum, const std::array<double, LocalRegression::kOwn + 1>& own) {
        return (sum + (own[2] * values[x - 3] + own[1] * values[x - 2])) + own[0] * values[x - 1];
      };
      const double correction = std::fabs(predict(corrections[x], weights.correction)) * in_steps;
      const bool is_calm = roots[x - 1] + roots[x - 2] == 0 && around_[x] == 0;
      const int kind = 2 * ((correction > 0.25) + (correction > 2)) + is_calm;
      const int sign_context = (row.signs[x - 1] + 1) + 3 * (row.signs_above[x] + 1) + 9 * (row.signs_behind[x] + 1);
      const auto [value, index] =
          residuals_(row.start + x, predict(sums[x], weights.own), {kind, expected}, sign_context);
      values[x] = value;
      roots[x] = static_cast<float>(root_of(2 * std::abs(index)));
      row.signs[x] = static_cast<int16_t>((index > 0) - (index < 0));
      magnitudes_.update(roots[x]);
    }
    magnitudes_.learn_part(begin, end, roots);
  }

  // The features of a row that are known before it begins.
  void gather(int z, int y) {
    const int width = grid_.sides[2];
    const float* const above = roots_.at(z, y - 1, 0);
    const float* const above2 = roots_.at(z, y - 2, 0);
    const float* const behind = roots_.at(z - 1, y, 0);
    const float* const behind_up = roots_.at(z - 1, std::max(y - 1, 0), 0);
    const float* const behind_down = roots_.at(z - 1, std::min(y + 1, grid_.sides[1] - 1), 0);
    std::fill_n(roots_.at(z, y, -FramedField<float>::kFrame), FramedField<float>::kFrame, above[0]);
    around_.resize(width);
    std::copy_n(above, width, magnitudes_.feature(up));
    std::copy_n(above2, width, magnitudes_.feature(up2));
    std::copy_n(behind, width, magnitudes_.feature(back));
    float* const beside_above = magnitudes_.feature(up_sides);
    float* const around_behind = magnitudes_.feature(back_sides);
    for (int x = 0; x < width; ++x) {
      beside_above[x] = 0.5f * (above[x - 1] + above[x + 1]);
      around_behind[x] = 0.25f * ((behind[x - 1] + behind[x + 1]) + (behind_up[x] + behind_down[x]));
      around_[x] = (above[x] + (above[x - 1] + above[x + 1])) + behind[x];
    }
    // The size of the regression's correction, if the samples to the left were like those above them.
    float* const uncertain = magnitudes_.feature(uncertainty);
    std::fill_n(uncertain, width, 0.0f);
    if (y == 0) return;
    const double* const upper = values_.at(z, y - 1, -1);
    const double in_half_steps = 2 / residuals_.step();
    for (int b = 0; b < regression_.blocks(); ++b) {
      const auto& own = regression_.weights(b).correction;
      const double sum = (own[0] + own[1]) + own[2];
      for (int x = regression_.begin_of(b); x < regression_.begin_of(b + 1); ++x) {
        const double size = std::fabs(regression_.corrections()[x] + sum * upper[x]) * in_half_steps;
        uncertain[x] = std::sqrt(static_cast<float>(std::min(size, kLargestMagnitude)));
      }
    }
  }

  ResidualCoder<Coder>& residuals_;
  Grid grid_;
  const std::vector<bool>& masked_;
  FramedField<double> values_;
  FramedField<float> roots_;
  FramedField<int16_t> signs_;
  LocalRegression regression_;
  MagnitudeRowPredictor magnitudes_{0.2f, 0.1f, 0.1f, 0.1f, 0.15f, 0.1f, 0.05f, 0.1f, 0.05f, 0.1f};
  std::vector<float> around_;  // sums of the roots above and behind
};

}  // namespace laq::array
