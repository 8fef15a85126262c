// A state holds the last six path bits, the latest in bit 0. State s and s + 32 both lead to 2 s and 2 s + 1; their
// codes differ in z1 only, so eight butterflies fill vectors and four costs in four orders are all that they add.
#include "blocks/trellis_path.h"

#include <cstring>

#include "base/scalable_targets.h"
#include "blocks/block_code.h"
#include "blocks/block_layout.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "blocks/trellis_path.cpp"
#define HWY_DISABLED_TARGETS (LAQ_SCALABLE_TARGETS | HWY_SSSE3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kHalf = kTrellisStates / 2;

// Bit s of survivors[u]: state 2 s + u was reached from s + 32.
struct Survivors {
  uint32_t of[2];
};

#if HWY_TARGET == HWY_SCALAR  // lacks the shuffles

HWY_INLINE void advance(const SubsetCosts& costs, const float* HWY_RESTRICT from, float* HWY_RESTRICT to,
                        Survivors& survivors) {
  survivors = {};
  for (int s = 0; s < kHalf; ++s) {
    const int z0 = (s >> 1 ^ s >> 3) & 1, z1 = s & 1;
    const float same = costs.of[2 * z0 + z1], other = costs.of[2 * z0 + (z1 ^ 1)];
    for (int u = 0; u < 2; ++u) {
      const float low = from[s] + (u ? other : same), high = from[kHalf + s] + (u ? same : other);
      survivors.of[u] |= uint32_t{high < low} << s;
      to[2 * s + u] = high < low ? high : low;
    }
  }
}

#else

using CostTag = hn::CappedTag<float, 8>;  // bit 3 of the states in a vector must be one value

template <class M>
HWY_INLINE uint32_t bits_of(M mask) {
  uint8_t bytes[8] = {};
  hn::StoreMaskBits(CostTag(), mask, bytes);
  return bytes[0];
}

HWY_INLINE void advance(const SubsetCosts& costs, const float* HWY_RESTRICT from, float* HWY_RESTRICT to,
                        Survivors& survivors) {
  const CostTag d;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(d));
  // States whose bit 3 is 1 have the costs with z0 swapped (same1); the other path bit swaps z1 (other0, other1).
  const auto same0 = hn::LoadDup128(d, costs.of), same1 = hn::Shuffle1032(same0);
  const auto other0 = hn::Shuffle2301(same0), other1 = hn::Shuffle0123(same0);
  survivors = {};
  for (int s = 0; s < kHalf; s += kLanes) {
    const auto same = (s & 8) ? same1 : same0, other = (s & 8) ? other1 : other0;
    const auto low = hn::Load(d, from + s), high = hn::Load(d, from + kHalf + s);
    const auto low0 = hn::Add(low, same), high0 = hn::Add(high, other);
    const auto low1 = hn::Add(low, other), high1 = hn::Add(high, same);
    survivors.of[0] |= bits_of(hn::Lt(high0, low0)) << s;
    survivors.of[1] |= bits_of(hn::Lt(high1, low1)) << s;
    hn::StoreInterleaved2(hn::Min(low0, high0), hn::Min(low1, high1), d, to + 2 * s);
  }
}

#endif

float find_path(const SubsetCosts* costs, int count, uint8_t* bits) {
  HWY_ALIGN float sums[2][kTrellisStates];
  Survivors survivors[kBlockElements];
  for (float& sum : sums[0]) sum = 1e30f;
  sums[0][0] = 0;
  for (int t = 0; t < count; ++t) advance(costs[t], sums[t & 1], sums[(t + 1) & 1], survivors[t]);
  const float* last = sums[count & 1];
  int state = 0;
  for (int s = 1; s < kTrellisStates; ++s) {
    if (last[s] < last[state]) state = s;
  }
  const float cost = last[state];
  for (int t = count; t-- > 0;) {
    bits[t] = static_cast<uint8_t>(state & 1);
    const int low = state >> 1;
    state = low | static_cast<int>(survivors[t].of[bits[t]] >> low & 1) << (kTrellisMemory - 1);
  }
  return cost;
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {

HWY_EXPORT(find_path);

float find_trellis_path(const SubsetCosts* costs, int count, uint8_t* bits) {
  return HWY_DYNAMIC_DISPATCH(find_path)(costs, count, bits);
}

}  // namespace laq
#endif
