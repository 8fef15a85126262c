// Sums over the samples of a block, from which the encoder fits predictors. The number and order of lanes is fixed, so
// that every machine gives the same sums.
#pragma once

#include <array>
#include <cstdint>

#include "lossless/plane_model.h"
#include "lossless/row_kernels.h"

namespace laq::lossless {

inline constexpr int kBlockSamples = kBlockSide * kBlockSide;
inline constexpr int kTapRows = kMostTaps + 1 + 4;  // taps, the sample itself, and what groups of four reach beyond

using BlockValues = std::array<float, kBlockSamples>;

// For each tap and each sample of a block the difference of the tap from the sample above it; row `taps` has the
// samples themselves.
struct alignas(64) BlockTaps {
  std::array<BlockValues, kTapRows> of_tap{};
};

// Sums of products of all pairs of rows of BlockTaps: lane l of pair (i, j), i <= j, at (i * kTapRows + j) * kBlockSide
// + l.
inline constexpr size_t kPairSums = size_t{kTapRows} * kTapRows * kBlockSide;

// Rows of the block that lie below the plane are left zero.
// source: the plane with the samples themselves; taps are taken from `samples`.
void gather_taps(const FramedPlane& source, const PlaneSources& samples, int references, int x, int y,
                 BlockTaps& block);

void add_products(const BlockTaps& block, int taps, const BlockValues& weights, float* sums);

// The errors of a predictor.
void predictor_errors(const BlockTaps& block, int taps, const std::array<float, kMostTaps>& predictor,
                      BlockValues& errors);

// The sums of the weighted absolute errors of two predictors. Both are the largest number if every second row shows
// that both would exceed the limit.
std::array<float, 2> weigh_errors(const BlockTaps& block, int taps, const std::array<float, kMostTaps>& first,
                                  const std::array<float, kMostTaps>& second, const BlockValues& weights, float limit);

}  // namespace laq::lossless
