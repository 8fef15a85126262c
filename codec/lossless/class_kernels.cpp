#include "lossless/class_kernels.h"

#include <algorithm>
#include <limits>

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

void GatherTaps(const FramedPlane& source, const PlaneSources& samples, int references, int x, int y,
                BlockTaps& block) {
  const int rows = std::min(kBlockSide, samples[0]->height() - y);
  for (int row = 0; row < rows; ++row) {
    const int to = row * kBlockSide;
    const RowsAround own = samples[0]->around(y + row);
    const float *const at = own[0] + x, *const above = own[-1] + x;
    int tap = 0;
    for (; tap < kLeftTaps; ++tap) copy_row(at - 1 - tap, above, block.of_tap[tap].data() + to);
    for (const Offset& offset : kAboveTaps)
      copy_row(own[offset.y] + x + offset.x, above, block.of_tap[tap++].data() + to);
    for (int reference = 1; reference <= references; ++reference) {
      const RowsAround there = samples[reference]->around(y + row);
      for (const Offset& offset : kReferenceTaps)
        copy_row(there[offset.y] + x + offset.x, there[-1] + x, block.of_tap[tap++].data() + to);
    }
    copy_row(source.row(y + row) + x, above, block.of_tap[tap].data() + to);
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

std::array<float, 2> WeighErrors(const BlockTaps& block, int taps, const float* first_predictor,
                                 const float* second_predictor, const BlockValues& weights, float limit) {
  const Floats d;
  // Every second row first: they tell what the others will cost.
  constexpr int kRow = 2 * kBlockSide;
  constexpr float kShareOfHalf = 0.65f;
  alignas(64) std::array<std::array<float, kBlockSide>, 2> lanes{};
  std::array<float, 2> sums{};
  for (int first = 0; first < kRow; first += kBlockSide) {
    constexpr float kGivenUp = std::numeric_limits<float>::max();
    if (first > 0 && std::min(sums[0], sums[1]) > kShareOfHalf * limit) return {kGivenUp, kGivenUp};
    for (int x = 0; x < kBlockSide; x += static_cast<int>(hn::Lanes(d))) {
      const float* const wanted = block.of_tap[taps].data() + first + x;
      Vector a0 = hn::Load(d, wanted), a1 = hn::Load(d, wanted + kRow), a2 = hn::Load(d, wanted + 2 * kRow),
             a3 = hn::Load(d, wanted + 3 * kRow);
      Vector b0 = a0, b1 = a1, b2 = a2, b3 = a3;
      for (int tap = 0; tap < taps; ++tap) {
        const Vector a = hn::Set(d, first_predictor[tap]), b = hn::Set(d, second_predictor[tap]);
        const float* const row = block.of_tap[tap].data() + first + x;
        const Vector r0 = hn::Load(d, row), r1 = hn::Load(d, row + kRow), r2 = hn::Load(d, row + 2 * kRow),
                     r3 = hn::Load(d, row + 3 * kRow);
        a0 = hn::Sub(a0, hn::Mul(a, r0));
        a1 = hn::Sub(a1, hn::Mul(a, r1));
        a2 = hn::Sub(a2, hn::Mul(a, r2));
        a3 = hn::Sub(a3, hn::Mul(a, r3));
        b0 = hn::Sub(b0, hn::Mul(b, r0));
        b1 = hn::Sub(b1, hn::Mul(b, r1));
        b2 = hn::Sub(b2, hn::Mul(b, r2));
        b3 = hn::Sub(b3, hn::Mul(b, r3));
      }
      const float* const weight = weights.data() + first + x;
      const Vector w0 = hn::LoadU(d, weight), w1 = hn::LoadU(d, weight + kRow), w2 = hn::LoadU(d, weight + 2 * kRow),
                   w3 = hn::LoadU(d, weight + 3 * kRow);
      const auto add = [&](Vector e0, Vector e1, Vector e2, Vector e3, float* to) HWY_ATTR {
        Vector sum = hn::Add(hn::Load(d, to), hn::Mul(hn::Abs(e0), w0));
        sum = hn::Add(sum, hn::Mul(hn::Abs(e1), w1));
        sum = hn::Add(sum, hn::Mul(hn::Abs(e2), w2));
        hn::Store(hn::Add(sum, hn::Mul(hn::Abs(e3), w3)), d, to);
      };
      add(a0, a1, a2, a3, lanes[0].data() + x);
      add(b0, b1, b2, b3, lanes[1].data() + x);
    }
    for (int i = 0; i < 2; ++i) {
      const std::array<float, kBlockSide>& of = lanes[i];
      sums[i] = ((of[0] + of[4]) + (of[2] + of[6])) + ((of[1] + of[5]) + (of[3] + of[7]));
    }
  }
  return sums;
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

void gather_taps(const FramedPlane& source, const PlaneSources& samples, int references, int x, int y,
                 BlockTaps& block) {
  HWY_DYNAMIC_DISPATCH(GatherTaps)(source, samples, references, x, y, block);
}

void add_products(const BlockTaps& block, int taps, const BlockValues& weights, float* sums) {
  HWY_DYNAMIC_DISPATCH(AddProducts)(block, taps, weights, sums);
}

void predictor_errors(const BlockTaps& block, int taps, const std::array<float, kMostTaps>& predictor,
                      BlockValues& errors) {
  HWY_DYNAMIC_DISPATCH(PredictorErrors)(block, taps, predictor, errors);
}

std::array<float, 2> weigh_errors(const BlockTaps& block, int taps, const std::array<float, kMostTaps>& first,
                                  const std::array<float, kMostTaps>& second, const BlockValues& weights, float limit) {
  return HWY_DYNAMIC_DISPATCH(WeighErrors)(block, taps, first.data(), second.data(), weights, limit);
}

}  // namespace laq::lossless
#endif
