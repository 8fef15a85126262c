// The encoder's choice of points for TrellisRowCoder: the path through the trellis with the least squared error and
// price in bits. Only encoders include this.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "levels/magnitude_prices.h"
#include "levels/trellis_row.h"
#include "quantize/trellis_search.h"

namespace laq {

class TrellisRowChooser {
 public:
  // lambda: the squared steps that a bit is worth. most_ahead: how many coefficients behind a segment are looked at.
  TrellisRowChooser(int state_bits, double lambda, size_t most_ahead = 0)
      : search_(Trellis(state_bits)), lambda_(lambda), most_ahead_(most_ahead) {}

  // The points of a segment of a row. given: the features that the transform knows. row: the coefficients in steps.
  // roots: those of the two coefficients before the first stand before it. ahead: coefficients behind the segment,
  // whose costs count in the choice, but whose points are not returned.
  std::span<const int> choose(const TrellisRowState& state, std::span<const TrellisRowState::Features> given,
                              const double* row, double* roots, const CoefficientsAhead& ahead);

 private:
  // The best point in each half of each quantizer.
  TrellisChoice choose_points(const TrellisRowState& state, double value, double expected);

  TrellisSearch search_;
  double lambda_;
  size_t most_ahead_;
  PointPrices prices_;
  std::vector<TrellisChoice> choices_;
  std::vector<int> points_;
};

}  // namespace laq
