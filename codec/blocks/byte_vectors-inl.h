// Vectors of 32 bytes, in as many registers as they take, for blocks. To be included once for each target, see
// Highway's foreach_target.
#if defined(LAQ_BLOCKS_BYTE_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_BLOCKS_BYTE_VECTORS_INL_H_
#undef LAQ_BLOCKS_BYTE_VECTORS_INL_H_
#else
#define LAQ_BLOCKS_BYTE_VECTORS_INL_H_
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <hwy/highway.h>

#include "blocks/subscales.h"

// Functions and lambdas of kernels: compilers would not inline what is called eight times. Sanitizers take a quarter of
// an hour for functions as large as those that result.
#ifndef LAQ_KERNEL_INLINE
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LAQ_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define LAQ_SANITIZED
#endif
#endif
#ifdef LAQ_SANITIZED
#define LAQ_KERNEL_INLINE inline
#define LAQ_KERNEL HWY_ATTR
#else
#define LAQ_KERNEL_INLINE HWY_INLINE
#define LAQ_KERNEL HWY_ATTR __attribute__((always_inline))
#endif
#endif

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // has vectors of one lane only: plain C++

struct Bytes32 {
  uint8_t lane[32];
};
struct Words32 {
  int16_t lane[16];
};

template <class Lane>
Bytes32 make_bytes(Lane&& lane) {
  Bytes32 result;
  for (int l = 0; l < 32; ++l) result.lane[l] = static_cast<uint8_t>(lane(l));
  return result;
}
inline Bytes32 load_bytes(const uint8_t* from) {
  return make_bytes([&](int l) { return from[l]; });
}
inline void store_bytes(const Bytes32& v, uint8_t* to) {
  for (int l = 0; l < 32; ++l) to[l] = v.lane[l];
}
inline Bytes32 all_bytes(int value) {
  return make_bytes([&](int) { return value; });
}
inline Bytes32 load_table(const uint8_t* from) {
  return make_bytes([&](int l) { return from[l % 16]; });
}
inline Bytes32 operator&(const Bytes32& a, const Bytes32& b) {
  return make_bytes([&](int l) { return a.lane[l] & b.lane[l]; });
}
inline Bytes32 operator|(const Bytes32& a, const Bytes32& b) {
  return make_bytes([&](int l) { return a.lane[l] | b.lane[l]; });
}
inline Bytes32 operator^(const Bytes32& a, const Bytes32& b) {
  return make_bytes([&](int l) { return a.lane[l] ^ b.lane[l]; });
}
template <int kBits>
Bytes32 shift_right(const Bytes32& v) {
  return make_bytes([&](int l) { return v.lane[l] >> kBits; });
}
template <int kBits>
Bytes32 shift_left(const Bytes32& v) {
  return make_bytes([&](int l) { return v.lane[l] << kBits; });
}
inline Bytes32 look_up(const Bytes32& table, const Bytes32& places) {
  return make_bytes([&](int l) { return table.lane[places.lane[l]]; });
}
inline Bytes32 choose_byte(const Bytes32& choice, const Bytes32& if_set, const Bytes32& if_clear) {
  return make_bytes([&](int l) { return choice.lane[l] >> 7 ? if_set.lane[l] : if_clear.lane[l]; });
}
inline Bytes32 next_lane(const Bytes32& v) {
  return make_bytes([&](int l) { return l == 0 ? 0 : v.lane[l - 1]; });
}
inline Words32 multiply_pairs(const Bytes32& a, const Bytes32& b) {
  Words32 result;
  for (int i = 0; i < 16; ++i) {
    result.lane[i] = static_cast<int16_t>(a.lane[2 * i] * static_cast<int8_t>(b.lane[2 * i]) +
                                          a.lane[2 * i + 1] * static_cast<int8_t>(b.lane[2 * i + 1]));
  }
  return result;
}

class Sum {
 public:
  void add(const Words32& a, const Words32& b) {
    for (int i = 0; i < 16; ++i) sum_ += a.lane[i] * b.lane[i];
  }
  int32_t total() const { return sum_; }

 private:
  int32_t sum_ = 0;
};

class GroupFactors {
 public:
  GroupFactors(const uint8_t* block, const int16_t* multipliers) {
    for (int i = 0; i < 16; ++i) {
      factors_.lane[i] = static_cast<int16_t>(read_subscale(block, i % 8 * 2 + i / 8) * multipliers[i % 8]);
    }
  }
  template <int j>
  Words32 of_vector() const {
    Words32 result;
    for (int i = 0; i < 16; ++i) result.lane[i] = factors_.lane[i / 8 * 8 + j];
    return result;
  }
  Sum dot(const int16_t* sums) const {
    Words32 v;
    for (int i = 0; i < 16; ++i) v.lane[i] = sums[i];
    Sum sum;
    sum.add(v, factors_);
    return sum;
  }

 private:
  Words32 factors_;
};

// 2 a - 127 b.
inline int32_t total_of(const Sum& a, const Sum& b) {
  return static_cast<int32_t>(2 * static_cast<uint32_t>(a.total()) - 127 * static_cast<uint32_t>(b.total()));
}

#else

using ByteTag = hn::CappedTag<uint8_t, 32>;
using WordTag = hn::Repartition<int16_t, ByteTag>;
using SumTag = hn::Repartition<int32_t, ByteTag>;
constexpr int kPartBytes = static_cast<int>(hn::MaxLanes(ByteTag()));
constexpr int kByteParts = 32 / kPartBytes;
#undef LAQ_HAS_AVX2
#define LAQ_HAS_AVX2 (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2)

struct Bytes32 {
  LAQ_KERNEL_INLINE Bytes32() {}
  hn::Vec<ByteTag> part[kByteParts];
};
struct Words32 {
  LAQ_KERNEL_INLINE Words32() {}
  hn::Vec<WordTag> part[kByteParts];
};

LAQ_KERNEL_INLINE Bytes32 load_bytes(const uint8_t* from) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::LoadU(ByteTag(), from + i * kPartBytes);
  return result;
}
LAQ_KERNEL_INLINE void store_bytes(const Bytes32& v, uint8_t* to) {
  for (int i = 0; i < kByteParts; ++i) hn::StoreU(v.part[i], ByteTag(), to + i * kPartBytes);
}
LAQ_KERNEL_INLINE Bytes32 all_bytes(int value) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::Set(ByteTag(), static_cast<uint8_t>(value));
  return result;
}
// 16 bytes, aligned, for every 16 lanes.
LAQ_KERNEL_INLINE Bytes32 load_table(const uint8_t* from) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::LoadDup128(ByteTag(), from);
  return result;
}

LAQ_KERNEL_INLINE Bytes32 operator&(const Bytes32& a, const Bytes32& b) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::And(a.part[i], b.part[i]);
  return result;
}
LAQ_KERNEL_INLINE Bytes32 operator|(const Bytes32& a, const Bytes32& b) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::Or(a.part[i], b.part[i]);
  return result;
}
LAQ_KERNEL_INLINE Bytes32 operator^(const Bytes32& a, const Bytes32& b) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::Xor(a.part[i], b.part[i]);
  return result;
}

// Shifts of pairs of bytes: bits cross from one byte into the other, where the caller masks them.
template <int kBits>
LAQ_KERNEL_INLINE Bytes32 shift_right(const Bytes32& v) {
  using Pairs = hn::Repartition<uint16_t, ByteTag>;
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) {
    result.part[i] = hn::BitCast(ByteTag(), hn::ShiftRight<kBits>(hn::BitCast(Pairs(), v.part[i])));
  }
  return result;
}
template <int kBits>
LAQ_KERNEL_INLINE Bytes32 shift_left(const Bytes32& v) {
  using Pairs = hn::Repartition<uint16_t, ByteTag>;
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) {
    result.part[i] = hn::BitCast(ByteTag(), hn::ShiftLeft<kBits>(hn::BitCast(Pairs(), v.part[i])));
  }
  return result;
}

// Places 0..15 in the table of each 16 lanes.
LAQ_KERNEL_INLINE Bytes32 look_up(const Bytes32& table, const Bytes32& places) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::TableLookupBytes(table.part[i], places.part[i]);
  return result;
}

// The highest bit of each byte of `choice` decides.
LAQ_KERNEL_INLINE Bytes32 choose_byte(const Bytes32& choice, const Bytes32& if_set, const Bytes32& if_clear) {
  const hn::RebindToSigned<ByteTag> d;
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) {
    result.part[i] =
        hn::BitCast(ByteTag(), hn::IfNegativeThenElse(hn::BitCast(d, choice.part[i]), hn::BitCast(d, if_set.part[i]),
                                                      hn::BitCast(d, if_clear.part[i])));
  }
  return result;
}

// Every lane takes what the lane before it has; the first takes zero.
LAQ_KERNEL_INLINE Bytes32 next_lane(const Bytes32& v) {
  const ByteTag d;
  Bytes32 result;
#if LAQ_HAS_AVX2
  result.part[0] = hn::CombineShiftRightBytes<15>(d, v.part[0], hn::ConcatLowerLower(d, v.part[0], hn::Zero(d)));
#else
  result.part[0] = hn::ShiftLeftBytes<1>(d, v.part[0]);
  result.part[1] = hn::CombineShiftRightBytes<15>(d, v.part[1], v.part[0]);
#endif
  return result;
}

// a0 b0 + a1 b1 of neighbouring bytes, a 0..127, b -127..127.
LAQ_KERNEL_INLINE Words32 multiply_pairs(const Bytes32& a, const Bytes32& b) {
  Words32 result;
  const WordTag d;
  for (int i = 0; i < kByteParts; ++i) {
#if LAQ_HAS_AVX2
    result.part[i] = hn::Vec<WordTag>{_mm256_maddubs_epi16(a.part[i].raw, b.part[i].raw)};
#elif HWY_TARGET == HWY_SSE4
    result.part[i] = hn::Vec<WordTag>{_mm_maddubs_epi16(a.part[i].raw, b.part[i].raw)};
#else
    const auto a_pairs = hn::BitCast(d, a.part[i]), b_pairs = hn::BitCast(d, b.part[i]);
    const auto even = hn::Mul(hn::And(a_pairs, hn::Set(d, 0xff)), hn::ShiftRight<8>(hn::ShiftLeft<8>(b_pairs)));
    const auto odd = hn::Mul(hn::ShiftRight<8>(a_pairs), hn::ShiftRight<8>(b_pairs));
    result.part[i] = hn::Add(even, odd);
#endif
  }
  return result;
}

// A sum of products of words, in 32 bits, which the caller knows to be enough.
class Sum {
 public:
  LAQ_KERNEL_INLINE Sum() {
    for (int i = 0; i < kByteParts; ++i) {
      even_[i] = hn::Zero(SumTag());
      odd_[i] = hn::Zero(SumTag());
    }
  }
  LAQ_KERNEL_INLINE void add(const Words32& a, const Words32& b) {
    for (int i = 0; i < kByteParts; ++i) {
      even_[i] = hn::ReorderWidenMulAccumulate(SumTag(), a.part[i], b.part[i], even_[i], odd_[i]);
    }
  }
  LAQ_KERNEL_INLINE hn::Vec<SumTag> lanes() const {
    auto sum = hn::Add(even_[0], odd_[0]);
    for (int i = 1; i < kByteParts; ++i) sum = hn::Add(sum, hn::Add(even_[i], odd_[i]));
    return sum;
  }
  LAQ_KERNEL_INLINE int32_t total() const { return hn::GetLane(hn::SumOfLanes(SumTag(), lanes())); }

 private:
  hn::Vec<SumTag> even_[kByteParts], odd_[kByteParts];
};

// Sub-scales times multipliers of activations: those of group 2 j + h at 8 h + j.
class GroupFactors {
 public:
  // block: the bytes of a whole block; multipliers: aligned.
  LAQ_KERNEL_INLINE GroupFactors(const uint8_t* block, const int16_t* multipliers) {
    const hn::RebindToUnsigned<WordTag> d;
    const auto header = load_header(block);
    for (int i = 0; i < kByteParts; ++i) {
      // The two bytes that hold a sub-scale's three bits, which a product brings to the top.
      const auto place = hn::Load(ByteTag(), kSubscaleLanes.places + i * kPartBytes);
      const auto bits = hn::BitCast(d, hn::TableLookupBytes(header, place));
      const auto to_top = hn::Load(d, kSubscaleLanes.products + i * kPartBytes / 2);
      const auto codes = hn::BitCast(ByteTag(), hn::ShiftRight<13>(hn::Mul(bits, to_top)));
      const auto table = hn::LoadDup128(ByteTag(), kSubscaleLanes.table);
      const auto found = hn::And(hn::BitCast(d, hn::TableLookupBytes(table, codes)), hn::Set(d, uint16_t{0xff}));
      factors_.part[i] = hn::Mul(hn::BitCast(WordTag(), found), hn::LoadDup128(WordTag(), multipliers));
    }
  }
  // The factors that the pairs of lanes of vector j are multiplied by.
  template <int j>
  LAQ_KERNEL_INLINE Words32 of_vector() const {
    const auto place = hn::BitCast(WordTag(), hn::Set(hn::RebindToUnsigned<WordTag>(), 0x0100 + 0x0202 * j));
    Words32 result;
    for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::TableLookupBytes(factors_.part[i], place);
    return result;
  }
  LAQ_KERNEL_INLINE Sum dot(const int16_t* sums) const {
    Words32 v;
    for (int i = 0; i < kByteParts; ++i) v.part[i] = hn::Load(WordTag(), sums + i * kPartBytes / 2);
    Sum sum;
    sum.add(v, factors_);
    return sum;
  }

 private:
  // The first eight bytes, in every 16 lanes.
  static LAQ_KERNEL_INLINE hn::Vec<ByteTag> load_header(const uint8_t* block) {
    const hn::Repartition<uint64_t, ByteTag> d;
    uint64_t bytes;
    std::memcpy(&bytes, block, sizeof(bytes));
    return hn::BitCast(ByteTag(), hn::Set(d, bytes));
  }

  Words32 factors_;
};

// 2 a - 127 b.
LAQ_KERNEL_INLINE int32_t total_of(const Sum& a, const Sum& b) {
  const SumTag d;
  const auto products = a.lanes(), offsets = b.lanes();
  const auto sum = hn::Sub(hn::Add(hn::Add(products, products), offsets), hn::ShiftLeft<7>(offsets));
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

#endif  // not HWY_SCALAR

// Calls work.operator()<j>() for the eight vectors of a block, or for its four pairs of vectors.
template <class Work>
LAQ_KERNEL_INLINE void for_each_pair(Work&& work) {
  work.template operator()<0>();
  work.template operator()<1>();
  work.template operator()<2>();
  work.template operator()<3>();
}
template <class Work>
LAQ_KERNEL_INLINE void for_each_vector(Work&& work) {
  for_each_pair([&]<int p>() LAQ_KERNEL {
    work.template operator()<2 * p>();
    work.template operator()<2 * p + 1>();
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#endif
