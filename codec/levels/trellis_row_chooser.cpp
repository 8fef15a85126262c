#include "levels/trellis_row_chooser.h"

#include <cmath>
#include <cstdlib>
#include <limits>

#include "entropy/coder.h"
#include "levels/magnitude_prices.h"

namespace laq {
namespace {

// The best point in each half of each quantizer. expected: the root of the magnitude.
TrellisChoice choose_points(const TrellisRowState& state, double value, double expected, double lambda) {
  constexpr double kNear = 5;  // steps; nearer to zero than this, points below the value's neighbours are tried too
  const int sign = value < 0 ? -1 : 1;
  const double size = std::fabs(value);
  const double lambda_of_unit = lambda / (1 << kPriceFraction);
  MagnitudeContext context(0, expected);
  TrellisChoice choice;
  for (int quantizer = 0; quantizer < 2; ++quantizer) {
    const Codebook codebook = state.codebooks[quantizer];
    context.kind = static_cast<int>(codebook);
    MagnitudePrices prices(*state.models, context);
    choice.cost[quantizer].fill(std::numeric_limits<float>::infinity());
    const auto consider = [&](int distance) {
      const int point = sign * distance;
      const double error = value - reconstruct_point(codebook, point);
      const double cost = error * error + lambda_of_unit * prices.of_point(codebook, point);
      const int half = half_of(codebook, point);
      if (!(static_cast<float>(cost) < choice.cost[quantizer][half])) return;
      choice.cost[quantizer][half] = static_cast<float>(cost);
      choice.point[quantizer][half] = point;
    };
    // The two points around the value, and the next towards zero.
    const int odd = quantizer;
    const int below = static_cast<int>((size + odd) * 0.5) * 2 - odd;
    consider(below + 2);
    if (codebook == Codebook::odd || below >= 0) consider(below);
    if (size >= kNear) continue;
    if (codebook == Codebook::odd) {
      consider(below - 2);
    } else {
      if (below >= 2) consider(below - 2);
      consider(0);
      if (below < 0) consider(3);
    }
  }
  return choice;
}

}  // namespace

std::span<const int> TrellisRowChooser::choose(const TrellisRowState& state,
                                               std::span<const TrellisRowState::Features> given, const double* row,
                                               double* roots) {
  constexpr double kDeadZone = 1.2;  // steps; a coefficient up to here is expected to become zero
  RunningMeans means = state.means;
  choices_.resize(given.size());
  points_.resize(given.size());
  // Contexts see the nearest points, as the search has yet to find those in force.
  for (size_t x = 0; x < given.size(); ++x) {
    TrellisRowState::Features features = given[x];
    state.add_latest(features, means, roots + x);
    choices_[x] = choose_points(state, row[x], state.predictor.predict(features), lambda_);
    const double size = std::fabs(row[x]);
    roots[x] = size > kDeadZone ? root_of(static_cast<int>(2 * size + 1) >> 1) : 0;
    means.update(roots[x]);
  }
  search_.run(choices_, state.state, points_);
  return points_;
}

}  // namespace laq
