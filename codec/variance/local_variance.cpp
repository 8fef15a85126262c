#include "variance/local_variance.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace laq {
namespace {

constexpr int kCell = 16;

// Weights in 1/64 of a step index for a sixteenth of an octave, and for a level of 8 bits.
constexpr int kQuarterWeight = -7;      // mean log-variance of the 4x4 blocks: energy is spread evenly
constexpr int kCurvatureWeight = -6;    // second derivatives: fine texture
constexpr int kGradientWeight = 9;      // first derivatives: edges
constexpr int kSurroundingsWeight = 4;  // activity of the 3x3 cells around
constexpr int kLevelWeight = 45;        // in 1/64 of that
// What all of that is on the mean of photographs.
constexpr int kMean = 260;

// Floors under the mean squares, in squared 8-bit levels.
constexpr uint64_t kQuarterFloor = 8, kCurvatureFloor = 1, kGradientFloor = 4;

// Sums over the samples of one cell.
struct Energies {
  uint64_t curvature = 0;  // (4 s - left - right - above - below)^2
  uint64_t gradient = 0;   // (right - left)^2 + (below - above)^2
  uint64_t level = 0;      // s
  int quarters = 0;        // 16 log2 of the variance of each 4x4 block
  int quarter_count = 0;
};

class CellRow {
 public:
  CellRow(const PlaneView<const uint16_t>& plane, int depth)
      : plane_(plane), depth_(depth), cells_((plane.width + kCell - 1) / kCell), padded_(plane.width + 2) {}

  const std::vector<Energies>& measure(int row) {
    std::fill(cells_.begin(), cells_.end(), Energies{});
    const int last = std::min((row + 1) * kCell, plane_.height);
    for (int y = row * kCell; y < last; ++y) add_derivatives(y);
    for (int y = row * kCell; y < last; y += 4) add_quarters(y);
    return cells_;
  }

 private:
  void add_derivatives(int y) {
    const int width = plane_.width;
    const uint16_t* above = plane_.row(std::max(y - 1, 0));
    const uint16_t* below = plane_.row(std::min(y + 1, plane_.height - 1));
    std::copy_n(plane_.row(y), width, padded_.data() + 1);
    padded_.front() = padded_[1];
    padded_.back() = padded_[width];
    for (size_t cell = 0; cell < cells_.size(); ++cell) {
      const int first = static_cast<int>(cell) * kCell, end = std::min(first + kCell, width);
      uint32_t curvature = 0, gradient = 0, level = 0;  // 16 squares of 14 bits
      for (int x = first; x < end; ++x) {
        const int left = padded_[x], own = padded_[x + 1], right = padded_[x + 2];
        const int second = 4 * own - left - right - above[x] - below[x], dx = right - left, dy = below[x] - above[x];
        curvature += static_cast<uint32_t>(second * second);
        gradient += static_cast<uint32_t>(dx * dx + dy * dy);
        level += static_cast<uint32_t>(own);
      }
      cells_[cell].curvature += curvature;
      cells_[cell].gradient += gradient;
      cells_[cell].level += level;
    }
  }

  void add_quarters(int y) {
    const int fraction = 8 + 2 * (depth_ - 8);
    for (int x = 0; x < plane_.width; x += 4) {
      uint32_t sum = 0, squares = 0;
      for (int v = 0; v < 4; ++v) {
        const uint16_t* row = plane_.row(y + v) + x;
        for (int u = 0; u < 4; ++u) {
          sum += row[u];
          squares += uint32_t{row[u]} * row[u];
        }
      }
      Energies& cell = cells_[x / kCell];
      cell.quarters += log2_fixed(uint64_t{16} * squares - uint64_t{sum} * sum + (kQuarterFloor << fraction), fraction);
      ++cell.quarter_count;
    }
  }

  PlaneView<const uint16_t> plane_;
  int depth_;
  std::vector<Energies> cells_;
  std::vector<uint16_t> padded_;  // a row with its first and last sample repeated
};

// 16 log2 of a mean square of samples scaled by 2^scale, over a floor.
int log2_mean(uint64_t sum, int samples, int scale, int depth, uint64_t floor) {
  const int fraction = 2 * (scale + depth - 8);
  return log2_fixed(sum / static_cast<uint64_t>(samples) + (floor << fraction), fraction);
}

// Mean activity of the up to four 8x8 cells of every 16x16 cell.
Plane<int16_t> mean_activity(const Plane<int16_t>& activity) {
  Plane<int16_t> mean((activity.width() + 1) / 2, (activity.height() + 1) / 2);
  for (int row = 0; row < mean.height(); ++row) {
    const int16_t *above = activity.row(2 * row), *below = activity.row(std::min(2 * row + 1, activity.height() - 1));
    for (int column = 0; column < mean.width(); ++column) {
      const int left = 2 * column, right = std::min(2 * column + 1, activity.width() - 1);
      mean.row(row)[column] = static_cast<int16_t>((above[left] + above[right] + below[left] + below[right]) / 4);
    }
  }
  return mean;
}

int surroundings(const Plane<int16_t>& activity, int column, int row) {
  int sum = 0;
  for (int dy = -1; dy <= 1; ++dy) {
    const int16_t* in = activity.row(std::clamp(row + dy, 0, activity.height() - 1));
    for (int dx = -1; dx <= 1; ++dx) sum += in[std::clamp(column + dx, 0, activity.width() - 1)];
  }
  return sum / 9;
}

}  // namespace

int log2_fixed(uint64_t x, int fraction) {
  const int exponent = std::bit_width(x) - 1;
  // 1/256 of the mantissa above one; log2(1 + f) is f + 0.344 f (1 - f) within 0.008.
  const auto f = static_cast<int>((exponent >= 8 ? x >> (exponent - 8) : x << (8 - exponent)) & 255);
  const int mantissa = f + (88 * f * (256 - f) >> 16);
  return (exponent - fraction) * (1 << kLog2Fraction) + ((mantissa + 8) >> 4);
}

Plane<int16_t> local_activity(const PlaneView<const uint16_t>& plane, int depth) {
  const int columns = plane.width / kVarianceCell, rows = plane.height / kVarianceCell;
  Plane<int16_t> activity(columns, rows);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      uint64_t sum = 0, squares = 0;
      for (int y = 0; y < kVarianceCell; ++y) {
        const uint16_t* in = plane.row(row * kVarianceCell + y) + column * kVarianceCell;
        uint32_t row_sum = 0, row_squares = 0;
        for (int x = 0; x < kVarianceCell; ++x) {
          row_sum += in[x];
          row_squares += uint32_t{in[x]} * in[x];
        }
        sum += row_sum;
        squares += row_squares;
      }
      // 64^2 times the variance in coding samples, plus kFloor.
      const int fraction = 12 + 2 * (depth - 8);
      const uint64_t scaled = 64 * squares - sum * sum + (uint64_t{kFloor} << fraction);
      activity.row(row)[column] = static_cast<int16_t>(log2_fixed(scaled, fraction));
    }
  }
  return activity;
}

Plane<int16_t> texture_offset(const PlaneView<const uint16_t>& plane, int depth, const Plane<int16_t>& activity) {
  const Plane<int16_t> mean = mean_activity(activity);
  Plane<int16_t> offset(mean.width(), mean.height());
  CellRow cells(plane, depth);
  for (int row = 0; row < mean.height(); ++row) {
    const std::vector<Energies>& energies = cells.measure(row);
    for (int column = 0; column < mean.width(); ++column) {
      const Energies& e = energies[column];
      const int samples = 16 * e.quarter_count;
      const int curvature = log2_mean(e.curvature, samples, 2, depth, kCurvatureFloor);
      const int gradient = log2_mean(e.gradient, samples, 1, depth, kGradientFloor);
      const int level = static_cast<int>(e.level / static_cast<uint64_t>(samples)) >> (depth - 8);
      const int sum = kQuarterWeight * (e.quarters / e.quarter_count) + kCurvatureWeight * curvature +
                      kGradientWeight * gradient + kSurroundingsWeight * surroundings(mean, column, row) +
                      kLevelWeight * (level - 128) / 64;
      offset.row(row)[column] = static_cast<int16_t>(sum - kMean);
    }
  }
  return offset;
}

}  // namespace laq
