// The encoder's choice of points for TrellisRowCoder: the path through the trellis with the least squared error and
// price in bits. Only encoders include this.
#pragma once

#include <span>
#include <vector>

#include "levels/magnitude_prices.h"
#include "levels/trellis_row.h"
#include "quantize/trellis_search.h"

namespace laq {

class TrellisRowChooser {
 public:
  // lambda: the squared steps that a bit is worth.
  TrellisRowChooser(int state_bits, double lambda) : search_(Trellis(state_bits)), lambda_(lambda) {}

  // The points of a segment of a row. given: the features that the transform knows. row: the coefficients in steps.
  // roots: two stand before the first; the others are scratch.
  std::span<const int> choose(const TrellisRowState& state, std::span<const TrellisRowState::Features> given,
                              const double* row, double* roots);

 private:
  // The best point in each half of each quantizer.
  TrellisChoice choose_points(const TrellisRowState& state, double value, double expected);

  TrellisSearch search_;
  double lambda_;
  PointPrices prices_;
  std::vector<TrellisChoice> choices_;
  std::vector<int> points_;
};

}  // namespace laq
