// Eight or four doubles or floats at once, in as many vectors as they take: sums run in parts of a fixed order, without
// fused operations, so that every CPU gives the same bits. To be included once for each target, see Highway's
// foreach_target.
#if defined(LAQ_BASE_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_BASE_LANES_INL_H_
#undef LAQ_BASE_LANES_INL_H_
#else
#define LAQ_BASE_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T, int kCount>
class LanesOf {
 public:
  static constexpr int kLanes = kCount;

  // The implicit constructor would lack the target's attribute, and g++ could not inline the vectors' own on AArch64.
  HWY_INLINE LanesOf() {}

  static HWY_INLINE LanesOf load(const T* from) {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::LoadU(D(), from + v * kWidth);
    return result;
  }
  // Numbers of T whose bytes have no alignment.
  static HWY_INLINE LanesOf load(const std::byte* from) {
    LanesOf result;
#if HWY_TARGET == HWY_SCALAR
    for (int v = 0; v < kParts; ++v) std::memcpy(&result.parts_[v].raw, from + v * sizeof(T), sizeof(T));
#else
    const hn::Repartition<uint8_t, D> d;
    const auto* const bytes = reinterpret_cast<const uint8_t*>(from);
    for (int v = 0; v < kParts; ++v) {
      result.parts_[v] = hn::BitCast(D(), hn::LoadU(d, bytes + v * kWidth * static_cast<int>(sizeof(T))));
    }
#endif
    return result;
  }
  static HWY_INLINE LanesOf all(T value) {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Set(D(), value);
    return result;
  }
  static HWY_INLINE LanesOf zero() {
    return all(0);
  }
  HWY_INLINE void store(T* to) const {
    for (int v = 0; v < kParts; ++v) hn::StoreU(parts_[v], D(), to + v * kWidth);
  }

  HWY_INLINE LanesOf operator+(const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Add(parts_[v], other.parts_[v]);
    return result;
  }
  HWY_INLINE LanesOf operator-(const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Sub(parts_[v], other.parts_[v]);
    return result;
  }
  HWY_INLINE LanesOf operator*(const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Mul(parts_[v], other.parts_[v]);
    return result;
  }

  HWY_INLINE LanesOf operator/(const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Div(parts_[v], other.parts_[v]);
    return result;
  }

  HWY_INLINE LanesOf max(const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Max(parts_[v], other.parts_[v]);
    return result;
  }

  HWY_INLINE LanesOf min(const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Min(parts_[v], other.parts_[v]);
    return result;
  }
  // Each lane is `other`'s if this one's is larger, or no number.
  HWY_INLINE LanesOf at_most(const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) {
      if constexpr (kGivesSecond) {
        result.parts_[v] = hn::Min(parts_[v], other.parts_[v]);
      } else {
        result.parts_[v] = hn::IfThenElse(hn::Lt(parts_[v], other.parts_[v]), parts_[v], other.parts_[v]);
      }
    }
    return result;
  }
  HWY_INLINE LanesOf at_least(const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) {
      if constexpr (kGivesSecond) {
        result.parts_[v] = hn::Max(parts_[v], other.parts_[v]);
      } else {
        result.parts_[v] = hn::IfThenElse(hn::Gt(parts_[v], other.parts_[v]), parts_[v], other.parts_[v]);
      }
    }
    return result;
  }
  HWY_INLINE LanesOf absolute() const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Abs(parts_[v]);
    return result;
  }
  HWY_INLINE LanesOf root() const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Sqrt(parts_[v]);
    return result;
  }
  HWY_INLINE LanesOf truncated() const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Trunc(parts_[v]);
    return result;
  }
  HWY_INLINE LanesOf with_sign_of(const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::CopySign(parts_[v], other.parts_[v]);
    return result;
  }
  HWY_INLINE bool all_below(T limit) const {
    bool are_below = true;
    for (int v = 0; v < kParts; ++v) are_below &= hn::AllTrue(D(), hn::Lt(parts_[v], hn::Set(D(), limit)));
    return are_below;
  }
  // -1, 0 or 1.
  HWY_INLINE LanesOf sign() const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) {
      const Part one = hn::CopySign(hn::Set(D(), T{1}), parts_[v]);
      result.parts_[v] = hn::IfThenElseZero(hn::Ne(parts_[v], hn::Zero(D())), one);
    }
    return result;
  }
  // This where `chosen` is not zero, else `other`.
  HWY_INLINE LanesOf where(const LanesOf& chosen, const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) {
      result.parts_[v] = hn::IfThenElse(hn::Ne(chosen.parts_[v], hn::Zero(D())), parts_[v], other.parts_[v]);
    }
    return result;
  }
  // With the sign bit changed where that of `other` is set.
  HWY_INLINE LanesOf turned_by(const LanesOf& other) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) {
      result.parts_[v] = hn::Xor(parts_[v], hn::And(other.parts_[v], hn::SignBit(D())));
    }
    return result;
  }
  // Stores numbers that are integers of at least 0 as such.
  HWY_INLINE void store_as_integers(uint32_t* to) const {
    static_assert(sizeof(T) == 4);
    const hn::Rebind<int32_t, D> of_numbers;
    const hn::Rebind<uint32_t, D> of_integers;
    for (int v = 0; v < kParts; ++v) {
      hn::StoreU(hn::BitCast(of_integers, hn::ConvertTo(of_numbers, parts_[v])), of_integers, to + v * kWidth);
    }
  }
  // The bytes of an integer as numbers, the lowest one first.
  static HWY_INLINE LanesOf of_bytes(uint32_t bytes) {
    static_assert(sizeof(T) == 4 && kLanes == 4);
    LanesOf result;
#if HWY_TARGET == HWY_SCALAR
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Set(D(), static_cast<T>(bytes >> (8 * v) & 0xff));
#else
    const hn::Rebind<uint8_t, D> of_bytes;
    const hn::Repartition<uint32_t, decltype(of_bytes)> whole;
    const hn::Rebind<int32_t, D> of_numbers;
    result.parts_[0] = hn::ConvertTo(D(), hn::PromoteTo(of_numbers, hn::BitCast(of_bytes, hn::Set(whole, bytes))));
#endif
    return result;
  }
  // The same numbers in the other precision.
  HWY_INLINE LanesOf<float, kLanes> to_floats() const {
    static_assert(sizeof(T) == 8);
    LanesOf<float, kLanes> result;
    const hn::Rebind<float, D> d;
    if constexpr (LanesOf<float, kLanes>::kParts == kParts) {
      for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::DemoteTo(d, parts_[v]);
    } else {
#if HWY_TARGET != HWY_SCALAR
      const typename LanesOf<float, kLanes>::D whole;
      for (int v = 0; v < kParts; v += 2) {
        result.parts_[v / 2] = hn::Combine(whole, hn::DemoteTo(d, parts_[v + 1]), hn::DemoteTo(d, parts_[v]));
      }
#endif
    }
    return result;
  }
  HWY_INLINE LanesOf<double, kLanes> to_doubles() const {
    static_assert(sizeof(T) == 4);
    LanesOf<double, kLanes> result;
    const typename LanesOf<double, kLanes>::D d;
    if constexpr (LanesOf<double, kLanes>::kParts == kParts) {
      for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::PromoteTo(d, parts_[v]);
    } else {
#if HWY_TARGET != HWY_SCALAR
      const hn::Half<D> half;
      for (int v = 0; v < kParts; ++v) {
        result.parts_[2 * v] = hn::PromoteTo(d, hn::LowerHalf(half, parts_[v]));
        result.parts_[2 * v + 1] = hn::PromoteTo(d, hn::UpperHalf(half, parts_[v]));
      }
#endif
    }
    return result;
  }
  // Each lane is the one before; the first is that of `first`.
  HWY_INLINE LanesOf after(const LanesOf& first) const {
    LanesOf result;
#if HWY_TARGET == HWY_SCALAR
    result.parts_[0] = first.parts_[0];
    for (int v = 1; v < kParts; ++v) result.parts_[v] = parts_[v - 1];
#else
    if constexpr (kParts == 1) {
      using Index = hwy::MakeSigned<T>;
      alignas(64) static constexpr Index kBefore[8] = {0, 0, 1, 2, 3, 4, 5, 6};
      const Part moved = hn::TableLookupLanes(parts_[0], hn::SetTableIndices(D(), kBefore));
      result.parts_[0] = hn::IfThenElse(hn::FirstN(D(), 1), first.parts_[0], moved);
    } else {
      constexpr int kBytes = 16 - static_cast<int>(sizeof(T));
      for (int v = kParts; v-- > 0;) {
        Part before = v > 0 ? parts_[v - 1] : broadcast_first(first.parts_[0]);
        if constexpr (kWidth * sizeof(T) > 16) before = hn::ConcatLowerUpper(D(), parts_[v], before);
        result.parts_[v] = hn::CombineShiftRightBytes<kBytes>(D(), parts_[v], before);
      }
    }
#endif
    return result;
  }
  // Each lane is the next one; the last is the first of `last`.
  HWY_INLINE LanesOf before(const LanesOf& last) const {
    LanesOf result;
#if HWY_TARGET == HWY_SCALAR
    for (int v = 0; v + 1 < kParts; ++v) result.parts_[v] = parts_[v + 1];
    result.parts_[kParts - 1] = last.parts_[0];
#else
    if constexpr (kParts == 1) {
      using Index = hwy::MakeSigned<T>;
      alignas(64) static constexpr Index kNext[8] = {1, 2, 3, kLanes == 4 ? 3 : 4, 5, 6, 7, 7};
      const Part moved = hn::TableLookupLanes(parts_[0], hn::SetTableIndices(D(), kNext));
      result.parts_[0] = hn::IfThenElse(hn::FirstN(D(), kLanes - 1), moved, broadcast_first(last.parts_[0]));
    } else {
      constexpr int kBytes = static_cast<int>(sizeof(T));
      for (int v = 0; v < kParts; ++v) {
        Part next = v + 1 < kParts ? parts_[v + 1] : last.parts_[0];
        if constexpr (kWidth * sizeof(T) > 16) next = hn::ConcatLowerUpper(D(), next, parts_[v]);
        result.parts_[v] = hn::CombineShiftRightBytes<kBytes>(D(), next, parts_[v]);
      }
    }
#endif
    return result;
  }

  // 1 / sqrt(x) if x is above zero, else zero.
  HWY_INLINE LanesOf inverse_root_or_zero() const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) {
      const Part inverse = hn::Div(hn::Set(D(), T{1}), hn::Sqrt(parts_[v]));
      result.parts_[v] = hn::IfThenElseZero(hn::Gt(parts_[v], hn::Zero(D())), inverse);
    }
    return result;
  }
  HWY_INLINE LanesOf zero_unless_within(T largest) const {
    LanesOf result;
    for (int v = 0; v < kParts; ++v) {
      result.parts_[v] = hn::IfThenElseZero(hn::Le(hn::Abs(parts_[v]), hn::Set(D(), largest)), parts_[v]);
    }
    return result;
  }

  // The sums of four, each in the order of sum(): to[0] .. to[3]. Eight doubles or four floats.
  static HWY_INLINE void sums(const LanesOf& a, const LanesOf& b, const LanesOf& c, const LanesOf& d, T* to) {
#if HWY_TARGET == HWY_SCALAR
    to[0] = a.sum(), to[1] = b.sum(), to[2] = c.sum(), to[3] = d.sum();
#else
    if constexpr (sizeof(T) == 4) {
      static_assert(kParts == 1 && kWidth == 4);
      const Part ab = add_neighbours(a.parts_[0], b.parts_[0]), cd = add_neighbours(c.parts_[0], d.parts_[0]);
      hn::StoreU(add_neighbours(ab, cd), D(), to);
    } else {
      static_assert(kLanes == 8);
      Part ab[kParts], cd[kParts];  // pairs: a0 + a1, b0 + b1, a2 + a3, b2 + b3 ...
      for (int v = 0; v < kParts; ++v) {
        ab[v] = add_pairs(a.parts_[v], b.parts_[v]);
        cd[v] = add_pairs(c.parts_[v], d.parts_[v]);
      }
      if constexpr (kWidth == 8) {
        const hn::Half<D> half;
        const auto first = add_blocks(hn::LowerHalf(half, ab[0]), hn::LowerHalf(half, cd[0]));
        hn::StoreU(hn::Add(first, add_blocks(hn::UpperHalf(half, ab[0]), hn::UpperHalf(half, cd[0]))), half, to);
      } else if constexpr (kWidth == 4) {
        hn::StoreU(hn::Add(add_blocks(ab[0], cd[0]), add_blocks(ab[1], cd[1])), D(), to);
      } else {
        hn::StoreU(hn::Add(hn::Add(ab[0], ab[1]), hn::Add(ab[2], ab[3])), D(), to);
        hn::StoreU(hn::Add(hn::Add(cd[0], cd[1]), hn::Add(cd[2], cd[3])), D(), to + 2);
      }
    }
#endif
  }

  HWY_INLINE T sum() const {
    static_assert(kLanes == 4 || kLanes == 8);
    alignas(64) T parts[kLanes];
    store(parts);
    T sum = (parts[0] + parts[1]) + (parts[2] + parts[3]);
    if constexpr (kLanes == 8) sum += (parts[4] + parts[5]) + (parts[6] + parts[7]);
    return sum;
  }

 private:
  template <class Other, int kOther>
  friend class LanesOf;

  using D = hn::CappedTag<T, kLanes>;
  using Part = hn::Vec<D>;
  static constexpr int kWidth = static_cast<int>(hn::MaxLanes(D()));
  static constexpr int kParts = kLanes / kWidth;
  // Minimum and maximum of x86 are the second operand if one of the two is no number.
  static constexpr bool kGivesSecond = HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128;

  static HWY_INLINE Part broadcast_first(Part part) {
    return hn::Set(D(), hn::GetLane(part));
  }

#if HWY_TARGET != HWY_SCALAR
  // The sums of each two neighbours, first those of a.
  static HWY_INLINE Part add_neighbours(Part a, Part b) {
    return hn::Add(hn::ConcatEven(D(), b, a), hn::ConcatOdd(D(), b, a));
  }
  // Each block of two doubles becomes the sum of a's two, and that of b's; of four floats, the sums of the first and
  // third and of the second and fourth, by turns of a and b.
  static HWY_INLINE Part add_pairs(Part a, Part b) {
    return hn::Add(hn::InterleaveLower(D(), a, b), hn::InterleaveUpper(D(), a, b));
  }
  // a and b have four lanes each; their blocks of two are added, and the sum of a's stands before that of b's.
  template <class Four>
  static HWY_INLINE Four add_blocks(Four a, Four b) {
    const hn::DFromV<Four> d;
    return hn::Add(hn::ConcatLowerLower(d, b, a), hn::ConcatUpperUpper(d, b, a));
  }
#endif

  Part parts_[kParts];
};

template <class T>
using EightOf = LanesOf<T, 8>;
using Eight = EightOf<double>;
using EightFloats = EightOf<float>;

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#endif
