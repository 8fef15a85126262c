#include "lossless/class_kernels.h"

#include <algorithm>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lossless/class_kernels.cpp"
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS  // vectors stand in arrays
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq::lossless {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kBlockSide>;
using Vector = hn::Vec<Floats>;

HWY_INLINE void copy_row(const float* from, const float* base, float* to) {
  const Floats d;
  for (int x = 0; x < kBlockSide; x += static_cast<int>(hn::Lanes(d)))
    hn::StoreU(hn::Sub(hn::LoadU(d, from + x), hn::LoadU(d, base + x)), d, to + x);
}

void GatherTaps(const PlaneSources& samples, int references, int x, int y, BlockTaps& block) {
  const ptrdiff_t stride = samples[0]->stride();
  const int rows = std::min(kBlockSide, samples[0]->height() - y);
  for (int row = 0; row < rows; ++row) {
    const int to = row * kBlockSide;
    const float* const at = samples[0]->row(y + row) + x;
    const float* const above = at - stride;
    int tap = 0;
    for (; tap < kLeftTaps; ++tap) copy_row(at - 1 - tap, above, block.of_tap[tap].data() + to);
    for (const Offset& offset : kAboveTaps)
      copy_row(at + offset.y * stride + offset.x, above, block.of_tap[tap++].data() + to);
    for (int reference = 1; reference <= references; ++reference) {
      const float* const there = samples[reference]->row(y + row) + x;
      for (const Offset& offset : kReferenceTaps)
        copy_row(there + offset.y * stride + offset.x, there - stride, block.of_tap[tap++].data() + to);
    }
    copy_row(at, above, block.of_tap[tap].data() + to);
  }
  if (rows == kBlockSide) return;
  for (BlockValues& values : block.of_tap) std::fill(values.begin() + rows * kBlockSide, values.end(), 0.0f);
}

void AddProducts(const BlockTaps& block, int taps, const BlockValues& weights, float* sums) {
  const Floats d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  alignas(64) BlockValues weighted;
  for (int i = 0; i < taps; ++i) {
    const float* const row = block.of_tap[i].data();
    for (int k = 0; k < kBlockSamples; k += lanes)
      hn::Store(hn::Mul(hn::Load(d, row + k), hn::LoadU(d, weights.data() + k)), d, weighted.data() + k);
    for (int j = i; j <= taps; j += 4) {
      const float *const b0 = block.of_tap[j].data(), *const b1 = block.of_tap[j + 1].data(),
                         *const b2 = block.of_tap[j + 2].data(), *const b3 = block.of_tap[j + 3].data();
      float* const out = sums + (static_cast<size_t>(i) * kTapRows + j) * kBlockSide;
      for (int x = 0; x < kBlockSide; x += lanes) {
        Vector s0 = hn::LoadU(d, out + x), s1 = hn::LoadU(d, out + kBlockSide + x),
               s2 = hn::LoadU(d, out + 2 * kBlockSide + x), s3 = hn::LoadU(d, out + 3 * kBlockSide + x);
        for (int k = x; k < kBlockSamples; k += kBlockSide) {
          const Vector a = hn::Load(d, weighted.data() + k);
          s0 = hn::Add(s0, hn::Mul(a, hn::Load(d, b0 + k)));
          s1 = hn::Add(s1, hn::Mul(a, hn::Load(d, b1 + k)));
          s2 = hn::Add(s2, hn::Mul(a, hn::Load(d, b2 + k)));
          s3 = hn::Add(s3, hn::Mul(a, hn::Load(d, b3 + k)));
        }
        hn::StoreU(s0, d, out + x);
        hn::StoreU(s1, d, out + kBlockSide + x);
        hn::StoreU(s2, d, out + 2 * kBlockSide + x);
        hn::StoreU(s3, d, out + 3 * kBlockSide + x);
      }
    }
  }
}

// The errors of four rows of kBlockSide, at column x.
HWY_INLINE std::array<Vector, 4> errors_of(const BlockTaps& block, int taps, const float* predictor, int first) {
  const Floats d;
  constexpr int kRow = kBlockSide;
  const float* const wanted = block.of_tap[taps].data() + first;
  Vector e0 = hn::Load(d, wanted), e1 = hn::Load(d, wanted + kRow), e2 = hn::Load(d, wanted + 2 * kRow),
         e3 = hn::Load(d, wanted + 3 * kRow);
  for (int tap = 0; tap < taps; ++tap) {
    const Vector factor = hn::Set(d, predictor[tap]);
    const float* const row = block.of_tap[tap].data() + first;
    e0 = hn::Sub(e0, hn::Mul(factor, hn::Load(d, row)));
    e1 = hn::Sub(e1, hn::Mul(factor, hn::Load(d, row + kRow)));
    e2 = hn::Sub(e2, hn::Mul(factor, hn::Load(d, row + 2 * kRow)));
    e3 = hn::Sub(e3, hn::Mul(factor, hn::Load(d, row + 3 * kRow)));
  }
  return {e0, e1, e2, e3};
}

void PredictorErrors(const BlockTaps& block, int taps, const std::array<float, kMostTaps>& predictor,
                     BlockValues& errors) {
  const Floats d;
  for (int first = 0; first < kBlockSamples; first += 4 * kBlockSide) {
    for (int x = first; x < first + kBlockSide; x += static_cast<int>(hn::Lanes(d))) {
      float* out = errors.data() + x;
      for (const Vector& e : errors_of(block, taps, predictor.data(), x)) {
        hn::StoreU(e, d, out);
        out += kBlockSide;
      }
    }
  }
}

float WeighErrors(const BlockTaps& block, int taps, const std::array<float, kMostTaps>& predictor,
                  const BlockValues& weights, float limit) {
  const Floats d;
  alignas(64) std::array<float, kBlockSide> sums{};
  float sum = 0;
  for (int first = 0; first < kBlockSamples && sum <= limit; first += 4 * kBlockSide) {
    for (int x = 0; x < kBlockSide; x += static_cast<int>(hn::Lanes(d))) {
      const float* weight = weights.data() + first + x;
      Vector of_lanes = hn::Load(d, sums.data() + x);
      for (const Vector& e : errors_of(block, taps, predictor.data(), first + x)) {
        of_lanes = hn::Add(of_lanes, hn::Mul(hn::Abs(e), hn::LoadU(d, weight)));
        weight += kBlockSide;
      }
      hn::Store(of_lanes, d, sums.data() + x);
    }
    sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
  }
  return sum;
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::lossless
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::lossless {

HWY_EXPORT(GatherTaps);
HWY_EXPORT(AddProducts);
HWY_EXPORT(PredictorErrors);
HWY_EXPORT(WeighErrors);

void gather_taps(const PlaneSources& samples, int references, int x, int y, BlockTaps& block) {
  HWY_DYNAMIC_DISPATCH(GatherTaps)(samples, references, x, y, block);
}

void add_products(const BlockTaps& block, int taps, const BlockValues& weights, float* sums) {
  HWY_DYNAMIC_DISPATCH(AddProducts)(block, taps, weights, sums);
}

void predictor_errors(const BlockTaps& block, int taps, const std::array<float, kMostTaps>& predictor,
                      BlockValues& errors) {
  HWY_DYNAMIC_DISPATCH(PredictorErrors)(block, taps, predictor, errors);
}

float weigh_errors(const BlockTaps& block, int taps, const std::array<float, kMostTaps>& predictor,
                   const BlockValues& weights, float limit) {
  return HWY_DYNAMIC_DISPATCH(WeighErrors)(block, taps, predictor, weights, limit);
}

}  // namespace laq::lossless
#endif
