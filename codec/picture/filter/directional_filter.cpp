#include "picture/filter/directional_filter.h"

#include <algorithm>
#include <bit>

#include "quantize/step.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/filter/directional_filter.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// What follows does not depend on the target, so it is compiled once.
#ifndef LAQ_PICTURE_DIRECTIONAL_FILTER_ONCE
#define LAQ_PICTURE_DIRECTIONAL_FILTER_ONCE
namespace laq::picture {
namespace {

struct Offset {
  int x;
  int y;
};
// The first and second neighbour of a sample along every direction.
constexpr Offset kNeighbour[8][2] = {{{1, -1}, {2, -2}}, {{1, 0}, {2, -1}}, {{1, 0}, {2, 0}}, {{1, 0}, {2, 1}},
                                     {{1, 1}, {2, 2}},   {{0, 1}, {1, 2}},  {{0, 1}, {0, 2}}, {{0, 1}, {-1, 2}}};

// Samples of a block about their mean are clamped to this, so that all sums fit 32 bits.
constexpr int kMaxDeviation = 255;

constexpr int kSide = kDirectionalBlock;

// 840 / n for the lines of n samples, which is whole for n = 1..8; 0 beyond the last line.
alignas(64) constexpr int32_t kWhole[16] = {105, 105, 105, 105, 105, 105, 105, 105};
alignas(64) constexpr int32_t kDiagonal[16] = {840, 420, 280, 210, 168, 140, 120, 105,
                                               120, 140, 168, 210, 280, 420, 840};
alignas(64) constexpr int32_t kHalfSlope[16] = {420, 210, 140, 105, 105, 105, 105, 105, 140, 210, 420};

}  // namespace
}  // namespace laq::picture
#endif

HWY_BEFORE_NAMESPACE();
namespace laq::picture {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Row = hn::CappedTag<int16_t, kSide>;

// Rows of 8 values with at least 8 zeros on both sides, so that sums along lines are sums of shifted rows.
template <int kRows>
class PaddedRows {
 public:
  int16_t* row(int y) { return values_.data() + y * kStride + kSide; }
  const int16_t* row(int y) const { return values_.data() + y * kStride + kSide; }

 private:
  static constexpr ptrdiff_t kStride = 2 * kSide;
  alignas(64) std::array<int16_t, kRows * kStride + 2 * kSide> values_{};
};

// The sum over 16 lines of weight * (sum over y of row y at column line + first - step * y)^2.
template <int kStep, int kRows>
HWY_INLINE uint32_t weighted_squares(const PaddedRows<kRows>& rows, int first, const int32_t* weights) {
  const Row d;
  const hn::CappedTag<int32_t, kSide / 2> wide;
  const hn::Rebind<int16_t, decltype(wide)> narrow;
  alignas(64) int16_t sums[2 * kSide];
  for (int i = 0; i < 2 * kSide; i += static_cast<int>(hn::Lanes(d))) {
    auto sum = hn::Zero(d);
    for (int y = 0; y < kRows; ++y) sum = hn::Add(sum, hn::LoadU(d, rows.row(y) + i + first - kStep * y));
    hn::Store(sum, d, sums + i);
  }
  auto total = hn::Zero(wide);
  for (int i = 0; i < 2 * kSide; i += static_cast<int>(hn::Lanes(wide))) {
    const auto v = hn::PromoteTo(wide, hn::LoadU(narrow, sums + i));
    total = hn::Add(total, hn::Mul(hn::Mul(v, v), hn::LoadU(wide, weights + i)));
  }
  const hn::RebindToUnsigned<decltype(wide)> wrapping;
  return hn::GetLane(hn::SumOfLanes(wrapping, hn::BitCast(wrapping, total)));
}

// The 8x8 samples about their mean, clamped.
struct Deviations {
  PaddedRows<kSide> rows;
  PaddedRows<kSide / 2> pairs;    // sums of rows 2 k and 2 k + 1
  PaddedRows<kSide / 2> columns;  // sums of columns 2 k and 2 k + 1
  uint32_t energy = 0;
};

HWY_INLINE void find_deviations(const uint16_t* samples, ptrdiff_t stride, int shift, Deviations& out) {
  const Row d;
  const hn::RebindToUnsigned<Row> unsigned_d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto load = [&](int x, int y)
                        HWY_ATTR { return hn::BitCast(d, hn::LoadU(unsigned_d, samples + y * stride + x)); };
  alignas(64) int16_t sums[kSide];
  for (int x = 0; x < kSide; x += lanes) {
    auto sum = load(x, 0);
    for (int y = 1; y < kSide; ++y) sum = hn::Add(sum, load(x, y));
    hn::Store(sum, d, sums + x);
  }
  int sum = 0;
  for (const int16_t s : sums) sum += s;
  const auto mean = hn::Set(d, static_cast<int16_t>((sum + kSide * kSide / 2) / (kSide * kSide)));
  const auto least = hn::Set(d, -kMaxDeviation), greatest = hn::Set(d, kMaxDeviation);
  for (int x = 0; x < kSide; x += lanes) {
    for (int y = 0; y < kSide; y += 2) {
      const auto deviation = [&](int i) HWY_ATTR {
        const auto v = hn::ShiftRightSame(hn::Sub(load(x, y + i), mean), shift);
        return hn::Max(hn::Min(v, greatest), least);
      };
      const auto first = deviation(0), second = deviation(1);
      hn::StoreU(first, d, out.rows.row(y) + x);
      hn::StoreU(second, d, out.rows.row(y + 1) + x);
      hn::StoreU(hn::Add(first, second), d, out.pairs.row(y / 2) + x);
    }
  }
  for (int y = 0; y < kSide; ++y) {
    const int16_t* row = out.rows.row(y);
    for (int x = 0; x < kSide; ++x) out.energy += static_cast<uint32_t>(row[x] * row[x]);
    for (int k = 0; k < kSide / 2; ++k) {
      out.columns.row(k)[y] = static_cast<int16_t>(row[2 * k] + row[2 * k + 1]);
    }
  }
}

// 840 times the energy about the mean, and what of it the means over the lines of each direction explain.
void find_energies(const uint16_t* samples, ptrdiff_t stride, int shift, uint32_t* energy, uint32_t* explained) {
  Deviations v;
  find_deviations(samples, stride, shift, v);
  *energy = 840 * v.energy;
  explained[0] = weighted_squares<1>(v.rows, 0, kDiagonal);
  explained[1] = weighted_squares<1>(v.columns, 0, kHalfSlope);
  explained[2] = weighted_squares<0>(v.columns, 0, kWhole);
  explained[3] = weighted_squares<-1>(v.columns, -3, kHalfSlope);
  explained[4] = weighted_squares<-1>(v.rows, -7, kDiagonal);
  explained[5] = weighted_squares<-1>(v.pairs, -3, kHalfSlope);
  explained[6] = weighted_squares<0>(v.pairs, 0, kWhole);
  explained[7] = weighted_squares<1>(v.pairs, 0, kHalfSlope);
}

// Vectors of as many whole rows of a block as fit, at most two; or of a part of one row.
#if HWY_MAX_BYTES >= 32 && HWY_TARGET != HWY_SCALAR
constexpr int kRowsAtOnce = 2;
using Rows = hn::CappedTag<int16_t, 2 * kSide>;
#else
constexpr int kRowsAtOnce = 1;
using Rows = Row;
#endif
using Vector = hn::Vec<Rows>;

HWY_INLINE Vector load_rows(const uint16_t* from, ptrdiff_t stride) {
  const hn::RebindToUnsigned<Rows> d;
#if HWY_MAX_BYTES >= 32 && HWY_TARGET != HWY_SCALAR
  const hn::Half<decltype(d)> half;
  return hn::BitCast(Rows(), hn::Combine(d, hn::LoadU(half, from + stride), hn::LoadU(half, from)));
#else
  (void)stride;
  return hn::BitCast(Rows(), hn::LoadU(d, from));
#endif
}

HWY_INLINE void store_rows(Vector v, uint16_t* to, ptrdiff_t stride) {
  const hn::RebindToUnsigned<Rows> d;
#if HWY_MAX_BYTES >= 32 && HWY_TARGET != HWY_SCALAR
  const hn::Half<decltype(d)> half;
  hn::StoreU(hn::LowerHalf(half, hn::BitCast(d, v)), half, to);
  hn::StoreU(hn::UpperHalf(half, hn::BitCast(d, v)), half, to + stride);
#else
  (void)stride;
  hn::StoreU(hn::BitCast(d, v), d, to);
#endif
}

// The neighbours of one distance along one line.
struct Taps {
  ptrdiff_t offset;
  int16_t threshold;
  int shift;
};

// Adds up the constrained differences of both neighbours, and keeps account of the least and the greatest.
HWY_INLINE Vector add_pair(const uint16_t* at, ptrdiff_t stride, const Taps& taps, Vector here, Vector& least,
                           Vector& greatest) {
  const Rows d;
  const auto constrained = [&](Vector there) HWY_ATTR {
    const Vector difference = hn::Sub(there, here);
    const Vector falling = hn::Sub(hn::Set(d, taps.threshold), hn::ShiftRightSame(hn::Abs(difference), taps.shift));
    const Vector bound = hn::Max(falling, hn::Zero(d));
    return hn::Max(hn::Min(difference, bound), hn::Neg(bound));
  };
  const Vector after = load_rows(at + taps.offset, stride), before = load_rows(at - taps.offset, stride);
  least = hn::Min(least, hn::Min(after, before));
  greatest = hn::Max(greatest, hn::Max(after, before));
  return hn::Add(constrained(after), constrained(before));
}

void filter_block(const uint16_t* from, ptrdiff_t from_stride, int direction, const DirectionalConstraint& constraint,
                  uint16_t* to, ptrdiff_t to_stride) {
  const Rows d;
  const auto taps = [&](int direction_of_taps, int distance, bool primary) {
    const Offset o = kNeighbour[direction_of_taps % 8][distance];
    return Taps{o.y * from_stride + o.x, primary ? constraint.primary : constraint.secondary,
                primary ? constraint.primary_shift : constraint.secondary_shift};
  };
  // The weights are 4/16 and 2/16 along the direction, 2/16 and 1/16 beside it.
  const Taps first = taps(direction, 0, true), second = taps(direction, 1, true);
  const std::array<Taps, 2> beside_first = {taps(direction + 2, 0, false), taps(direction + 6, 0, false)};
  const std::array<Taps, 2> beside_second = {taps(direction + 2, 1, false), taps(direction + 6, 1, false)};
  constexpr int kColumns = kSide * kRowsAtOnce;
  for (int y = 0; y < kSide; y += kRowsAtOnce) {
    for (int x = 0; x < kColumns; x += static_cast<int>(hn::Lanes(d))) {
      const uint16_t* at = from + y * from_stride + x;
      const Vector here = load_rows(at, from_stride);
      Vector least = here, greatest = here;
      const auto pair = [&](const Taps& t) HWY_ATTR { return add_pair(at, from_stride, t, here, least, greatest); };
      Vector fours = pair(first);
      Vector twos = hn::Add(pair(second), hn::Add(pair(beside_first[0]), pair(beside_first[1])));
      const Vector ones = hn::Add(pair(beside_second[0]), pair(beside_second[1]));
      twos = hn::Add(twos, hn::Add(fours, fours));
      const Vector sum = hn::Add(ones, hn::Add(twos, twos));
      const Vector down = hn::BroadcastSignBit(sum);  // so that rounding is the same both ways
      const Vector change = hn::ShiftRight<4>(hn::Add(hn::Add(sum, hn::Set(d, int16_t{8})), down));
      const Vector filtered = hn::Max(hn::Min(hn::Add(here, change), greatest), least);
      store_rows(filtered, to + y * to_stride + x, to_stride);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::picture
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::picture {

HWY_EXPORT(find_energies);
HWY_EXPORT(filter_block);

BlockDirection find_direction(const uint16_t* samples, ptrdiff_t stride, int depth) {
  uint32_t energy;
  std::array<uint32_t, 8> explained;
  HWY_DYNAMIC_DISPATCH(find_energies)(samples, stride, std::max(0, depth - 10), &energy, explained.data());
  const auto best = std::max_element(explained.begin(), explained.end()) - explained.begin();
  const uint32_t contrast = explained[best] - explained[(best + 4) % 8];
  const int clarity = contrast >= energy / 2 ? 4 : contrast >= energy / 4 ? 3 : contrast >= energy / 8 ? 2 : 1;
  return {static_cast<uint8_t>(best), static_cast<uint8_t>(clarity)};
}

DirectionalConstraint directional_constraint(DirectionalStrength strength, int damping, uint32_t step, int clarity) {
  constexpr int kMaxThreshold = 1023;  // 24 of them fit 16 bits
  const auto threshold = [&](uint32_t sixteenths) {
    constexpr int kShift = kStepFraction + 4;
    const uint64_t t = (uint64_t{step} * sixteenths + (1u << (kShift - 1))) >> kShift;
    return static_cast<int>(std::min<uint64_t>(t, kMaxThreshold));
  };
  const auto shift = [&](uint32_t sixteenths) {
    return static_cast<uint8_t>(damping + 5 - static_cast<int>(std::bit_width(sixteenths)));
  };
  DirectionalConstraint constraint;
  constraint.primary = static_cast<int16_t>((threshold(strength.primary) * clarity + 2) >> 2);
  constraint.secondary = static_cast<int16_t>(threshold(strength.secondary));
  constraint.primary_shift = shift(strength.primary);
  constraint.secondary_shift = shift(strength.secondary);
  return constraint;
}

void filter_direction(const uint16_t* from, ptrdiff_t from_stride, int direction,
                      const DirectionalConstraint& constraint, uint16_t* to, ptrdiff_t to_stride) {
  HWY_DYNAMIC_DISPATCH(filter_block)(from, from_stride, direction, constraint, to, to_stride);
}

}  // namespace laq::picture
#endif
