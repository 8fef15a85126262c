// Whether a chunk that may lose something might take fewer bits without loss. Encoder only.
#pragma once

#include "array/search/race.h"
#include "array/stage_encoder.h"

namespace laq::array {

// Whether a step loses nothing of chunks of a format that allows loss.
bool loses_nothing(const ChunkFormat& format, const Step& step);

// Under a bound: whether coding a chunk, or a sample of one, without loss may cost less than the `bits` that it takes
// with loss.
bool exactness_may_pay(const SourceChunk& chunk, double bits);

// Under a mean squared error: `bits` as a share of what simple codings take without loss, judged by a small sample.
// quick_cost: of an exact step, about.
double share_of_exact_bits(const ChunkFormat& format, const SourceChunk& chunk, double bits,
                           const CostOfSample& quick_cost);

}  // namespace laq::array
