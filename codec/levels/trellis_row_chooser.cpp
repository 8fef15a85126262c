#include "levels/trellis_row_chooser.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "entropy/coder.h"

namespace laq {
namespace {

constexpr int kNear = 5;  // steps; nearer to zero than this, points below the value's neighbours are tried too

// The points that may be the best ones for a value of `size` steps, which is positive, in the order in which they are
// compared: the two around it, and the next towards zero.
template <class Consider>
constexpr void for_each_candidate(Codebook codebook, double size, Consider&& consider) {
  const int odd = codebook == Codebook::even ? 0 : 1;
  const int below = static_cast<int>((size + odd) * 0.5) * 2 - odd;
  consider(below + 2);
  if (codebook == Codebook::odd || below >= 0) consider(below);
  if (size >= kNear) return;
  if (codebook == Codebook::odd) {
    consider(below - 2);
  } else {
    if (below > 2) consider(below - 2);
    if (below != 0) consider(0);
    if (below < 0) consider(3);
  }
}

// The candidates of sizes near zero. They depend on the whole steps of a size alone, and no half has more than two.
struct Candidate {
  double value;  // that it stands for
  int point;
  uint32_t magnitude, price_of_sign;
};
struct NearCandidates {
  std::array<std::array<Candidate, 2>, 2> of_half;  // the second may be the first once more
};
constexpr uint32_t kMostMagnitude = (kNear + 3) / 2;  // of a candidate
constexpr auto kNearCandidates = [] {
  std::array<std::array<NearCandidates, kNear>, 3> all{};
  for (const Codebook codebook : {Codebook::even, Codebook::odd, Codebook::odd_and_zero}) {
    for (int whole = 0; whole < kNear; ++whole) {
      NearCandidates& near = all[static_cast<size_t>(codebook)][whole];
      std::array<int, 2> counts{};
      for_each_candidate(codebook, whole, [&](int point) {
        const int half = half_of(codebook, point);
        const Candidate candidate{reconstruct_point(codebook, point), point, magnitude_of(codebook, point),
                                  price_of_sign(codebook, point)};
        if (counts[half] == 0) near.of_half[half].fill(candidate);
        near.of_half[half][counts[half]++] = candidate;
      });
    }
  }
  return all;
}();

}  // namespace

// expected: the root of the magnitude.
TrellisChoice TrellisRowChooser::choose_points(const TrellisRowState& state, double value, double expected) {
  const bool is_negative = value < 0;
  const int sign = is_negative ? -1 : 1;
  const double size = std::fabs(value);
  const double lambda_of_unit = lambda_ / (1 << kPriceFraction);
  MagnitudeContext context(0, expected);
  const bool is_near = size < kNear && context.shift == 0;
  TrellisChoice choice;
  for (int quantizer = 0; quantizer < 2; ++quantizer) {
    const Codebook codebook = state.codebooks[quantizer];
    context.kind = static_cast<int>(codebook);
    if (is_near) {
      const uint32_t* const prices = prices_.of_magnitudes(context, kMostMagnitude);
      const auto cost_of = [&](const Candidate& candidate) {
        const double error = size - candidate.value;
        return static_cast<float>(error * error +
                                  lambda_of_unit * (prices[candidate.magnitude] + candidate.price_of_sign));
      };
      const NearCandidates& near = kNearCandidates[static_cast<size_t>(codebook)][static_cast<int>(size)];
      const int turned = codebook == Codebook::odd && is_negative ? 1 : 0;  // its halves change places with the sign
      for (int half = 0; half < 2; ++half) {
        const auto& [first, second] = near.of_half[half];
        const float of_first = cost_of(first), of_second = cost_of(second);
        choice.cost[quantizer][half ^ turned] = std::min(of_first, of_second);
        choice.point[quantizer][half ^ turned] = sign * (of_second < of_first ? second.point : first.point);
      }
      continue;
    }
    choice.cost[quantizer].fill(std::numeric_limits<float>::infinity());
    for_each_candidate(codebook, size, [&](int distance) {
      const int point = sign * distance;
      const double error = value - reconstruct_point(codebook, point);
      const auto cost = static_cast<float>(error * error + lambda_of_unit * prices_(context, codebook, point));
      const int half = half_of(codebook, point);
      if (!(cost < choice.cost[quantizer][half])) return;
      choice.cost[quantizer][half] = cost;
      choice.point[quantizer][half] = point;
    });
  }
  return choice;
}

std::span<const int> TrellisRowChooser::choose(const TrellisRowState& state,
                                               std::span<const TrellisRowState::Features> given, const double* row,
                                               double* roots, const CoefficientsAhead& ahead) {
  constexpr double kDeadZone = 1.2;  // steps; a coefficient up to here is expected to become zero
  const size_t length = given.size(), more = std::min({most_ahead_, ahead.values.size(), ahead.given.size()});
  prices_.follow(*state.models);
  RunningMeans means = state.means;
  choices_.resize(length + more);
  points_.resize(choices_.size());
  // Contexts see the nearest points, as the search has yet to find those in force.
  std::array<double, 2> latest = {roots[-1], roots[-2]};
  const auto add = [&](TrellisChoice& choice, TrellisRowState::Features features, double value) {
    state.add_latest(features, means, latest);
    choice = choose_points(state, value, state.predictor.predict(features));
    const double size = std::fabs(value), root = size > kDeadZone ? root_of(static_cast<int>(2 * size + 1) >> 1) : 0;
    latest = {root, latest[0]};
    means.update(root);
  };
  for (size_t x = 0; x < length; ++x) add(choices_[x], given[x], row[x]);
  for (size_t x = 0; x < more; ++x) add(choices_[length + x], ahead.given[x], ahead.values[x]);
  search_.run(choices_, state.state, points_);
  return std::span(points_).first(length);
}

}  // namespace laq
