// The matrix product that both passes of a block transform are, in vectors of words (see transform_tables.h); included
// for every SIMD target.
#if defined(LAQ_TRANSFORM_WORD_PRODUCT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_TRANSFORM_WORD_PRODUCT_INL_H
#undef LAQ_TRANSFORM_WORD_PRODUCT_INL_H
#else
#define LAQ_TRANSFORM_WORD_PRODUCT_INL_H
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <hwy/highway.h>

#include "transform/transform_tables.h"

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <int kMaxLanes>
using Lanes = hn::CappedTag<uint32_t, kMaxLanes>;  // unsigned, so that wrapping is defined on every target

constexpr bool kHasPairs = HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR;

#if HWY_TARGET == HWY_SCALAR  // lacks these operations, and never calls them
template <class D>
hn::Vec<D> swap_middle(D, hn::Vec<D> v) {
  return v;
}
template <class D>
void store_interleaved(D, hn::Vec<D>, hn::Vec<D>, int32_t*) {}
#else
// Lanes 0 2 1 3 of every four.
template <class D>
HWY_INLINE hn::Vec<D> swap_middle(D d, hn::Vec<D> v) {
  return hn::InterleaveLower(d, v, hn::Shuffle1032(v));
}
template <class D>
HWY_INLINE void store_interleaved(D d, hn::Vec<D> even, hn::Vec<D> odd, int32_t* to) {
  hn::StoreInterleaved2(even, odd, d, reinterpret_cast<uint32_t*>(to));
}
#endif

template <class D>
HWY_INLINE hn::Vec<D> load_integers(D d, const int32_t* from) {
  return hn::BitCast(d, hn::LoadU(hn::RebindToSigned<D>(), from));
}
template <class D>
HWY_INLINE hn::Vec<D> load_integers(D d, const int16_t* from) {
  const hn::RebindToSigned<D> signed_d;
  return hn::BitCast(d, hn::PromoteTo(signed_d, hn::LoadU(hn::Rebind<int16_t, D>(), from)));
}
template <class D>
HWY_INLINE void store_integers(D d, hn::Vec<D> v, int32_t* to) {
  hn::StoreU(v, d, reinterpret_cast<uint32_t*>(to));
}
template <class D>
HWY_INLINE void store_integers(D, hn::Vec<D> v, int16_t* to) {  // saturates
  const hn::Rebind<int16_t, D> narrow;
  hn::StoreU(hn::DemoteTo(narrow, hn::BitCast(hn::RebindToSigned<D>(), v)), narrow, to);
}

template <int kShift, class D>
HWY_INLINE hn::Vec<D> shift_right(D d, hn::Vec<D> v) {
  return hn::BitCast(d, hn::ShiftRight<kShift>(hn::BitCast(hn::RebindToSigned<D>(), v)));
}

// Words of one or two elements.
template <class D>
HWY_INLINE hn::Vec<D> load_words(D d, const int32_t* from) {
  return load_integers(d, from);
}
template <class D>
HWY_INLINE hn::Vec<D> load_words(D d, const int16_t* from) {
  return hn::BitCast(d, hn::LoadU(hn::Repartition<int16_t, D>(), from));
}
template <class D, class Element>
HWY_INLINE hn::Vec<D> broadcast_word(D d, const Element* from) {
  uint32_t word;
  std::memcpy(&word, from, sizeof(word));
  return hn::Set(d, word);
}
template <class Element, class D>
HWY_INLINE hn::Vec<D> add_product(D d, hn::Vec<D> sum, hn::Vec<D> a, hn::Vec<D> b) {
  if constexpr (kPerWord<Element> == 1) {
    return hn::Add(sum, hn::Mul(a, b));
  } else {
    const hn::RebindToSigned<D> signed_d;
    const hn::Repartition<int16_t, D> pairs;
    auto unused = hn::Zero(signed_d);
    return hn::BitCast(d, hn::ReorderWidenMulAccumulate(signed_d, hn::BitCast(pairs, a), hn::BitCast(pairs, b),
                                                        hn::BitCast(signed_d, sum), unused));
  }
}

// Collects whether integers leave [-2^(bits - 1), 2^(bits - 1)).
template <int kBits, class D>
class RangeCheck {
 public:
  HWY_INLINE RangeCheck() : seen_(hn::Zero(D())) {}
  HWY_INLINE void look(hn::Vec<D> v) { seen_ = hn::Or(seen_, hn::Add(v, hn::Set(D(), 1u << (kBits - 1)))); }
  HWY_INLINE bool all_fit() const { return hn::AllTrue(D(), hn::Eq(hn::ShiftRight<kBits>(seen_), hn::Zero(D()))); }

 private:
  hn::Vec<D> seen_;
};

// Sums over `count` double words of kRows rows of A, `a_stride` elements apart, and kVectors vectors of B, whose rows
// of words are `b_stride` elements apart. The even word of a double word of A stands at kStep elements times its index,
// the odd one kOdd elements behind it. `even` starts from `start`, `odd` from zero.
template <class Element, int kRows, int kVectors, int kStep, int kOdd, class D>
HWY_INLINE void multiply(D d, const Element* HWY_RESTRICT a, ptrdiff_t a_stride, const Element* HWY_RESTRICT b,
                         ptrdiff_t b_stride, int count, uint32_t start, hn::Vec<D> (&even)[kRows][kVectors],
                         hn::Vec<D> (&odd)[kRows][kVectors]) {
  const ptrdiff_t vector = static_cast<ptrdiff_t>(hn::Lanes(d)) * kPerWord<Element>;
  for (int r = 0; r < kRows; ++r) {
    for (int i = 0; i < kVectors; ++i) {
      even[r][i] = hn::Set(d, start);
      odd[r][i] = hn::Zero(d);
    }
  }
  // GCC unrolls known counts so far that sums no longer stay in registers.
#if HWY_COMPILER_GCC_ACTUAL
#pragma GCC unroll 1
#endif
  for (int j = 0; j < count; ++j, a += kStep, b += 2 * b_stride) {
    hn::Vec<D> b_even[kVectors], b_odd[kVectors];
    for (int i = 0; i < kVectors; ++i) {
      b_even[i] = load_words(d, b + i * vector);
      b_odd[i] = load_words(d, b + b_stride + i * vector);
    }
    for (int r = 0; r < kRows; ++r) {
      const auto a_even = broadcast_word(d, a + r * a_stride);
      const auto a_odd = broadcast_word(d, a + r * a_stride + kOdd);
      for (int i = 0; i < kVectors; ++i) {
        even[r][i] = add_product<Element>(d, even[r][i], a_even, b_even[i]);
        odd[r][i] = add_product<Element>(d, odd[r][i], a_odd, b_odd[i]);
      }
    }
  }
}

// How many rows of A are done at once, so that all sums stay in registers.
constexpr int rows_at_once(int rows, int vectors) {
  return std::min(rows, 4 / vectors);
}

template <class D>
HWY_INLINE hn::Vec<D> pair_words(D d, hn::Vec<D> first, hn::Vec<D> second) {
  const hn::Repartition<uint16_t, D> halves;
  return hn::BitCast(d, hn::OddEven(hn::BitCast(halves, hn::ShiftLeft<16>(second)), hn::BitCast(halves, first)));
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();
#endif
