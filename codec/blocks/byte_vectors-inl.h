// Vectors of 32 bytes, in as many registers as they take, for blocks. To be included once for each target, see Highway's
// foreach_target.
#if defined(LAQ_BLOCKS_BYTE_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_BLOCKS_BYTE_VECTORS_INL_H_
#undef LAQ_BLOCKS_BYTE_VECTORS_INL_H_
#else
#define LAQ_BLOCKS_BYTE_VECTORS_INL_H_
#endif

#include <cstddef>
#include <cstdint>
#include <utility>

#include <hwy/highway.h>

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
  GroupFactors(const int16_t* subscales, const int16_t* multipliers) {
    for (int i = 0; i < 16; ++i) factors_.lane[i] = static_cast<int16_t>(subscales[i] * multipliers[i % 8]);
  }
  template <int j>
  Words32 of_vector() const {
    Words32 result;
    for (int i = 0; i < 16; ++i) result.lane[i] = factors_.lane[i / 8 * 8 + j];
    return result;
  }
  int32_t dot(const int16_t* sums) const {
    int32_t sum = 0;
    for (int i = 0; i < 16; ++i) sum += sums[i] * factors_.lane[i];
    return sum;
  }

 private:
  Words32 factors_;
};

#else

using ByteTag = hn::CappedTag<uint8_t, 32>;
using WordTag = hn::Repartition<int16_t, ByteTag>;
using SumTag = hn::Repartition<int32_t, ByteTag>;
constexpr int kPartBytes = static_cast<int>(hn::MaxLanes(ByteTag()));
constexpr int kByteParts = 32 / kPartBytes;
#undef LAQ_HAS_AVX2
#define LAQ_HAS_AVX2 (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2)

struct Bytes32 {
  HWY_INLINE Bytes32() {}
  hn::Vec<ByteTag> part[kByteParts];
};
struct Words32 {
  HWY_INLINE Words32() {}
  hn::Vec<WordTag> part[kByteParts];
};

HWY_INLINE Bytes32 load_bytes(const uint8_t* from) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::LoadU(ByteTag(), from + i * kPartBytes);
  return result;
}
HWY_INLINE void store_bytes(const Bytes32& v, uint8_t* to) {
  for (int i = 0; i < kByteParts; ++i) hn::StoreU(v.part[i], ByteTag(), to + i * kPartBytes);
}
HWY_INLINE Bytes32 all_bytes(int value) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::Set(ByteTag(), static_cast<uint8_t>(value));
  return result;
}
// 16 bytes, aligned, for every 16 lanes.
HWY_INLINE Bytes32 load_table(const uint8_t* from) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::LoadDup128(ByteTag(), from);
  return result;
}

HWY_INLINE Bytes32 operator&(const Bytes32& a, const Bytes32& b) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::And(a.part[i], b.part[i]);
  return result;
}
HWY_INLINE Bytes32 operator|(const Bytes32& a, const Bytes32& b) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::Or(a.part[i], b.part[i]);
  return result;
}
HWY_INLINE Bytes32 operator^(const Bytes32& a, const Bytes32& b) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::Xor(a.part[i], b.part[i]);
  return result;
}

// Shifts of pairs of bytes: bits cross from one byte into the other, where the caller masks them.
template <int kBits>
HWY_INLINE Bytes32 shift_right(const Bytes32& v) {
  using Pairs = hn::Repartition<uint16_t, ByteTag>;
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) {
    result.part[i] = hn::BitCast(ByteTag(), hn::ShiftRight<kBits>(hn::BitCast(Pairs(), v.part[i])));
  }
  return result;
}
template <int kBits>
HWY_INLINE Bytes32 shift_left(const Bytes32& v) {
  using Pairs = hn::Repartition<uint16_t, ByteTag>;
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) {
    result.part[i] = hn::BitCast(ByteTag(), hn::ShiftLeft<kBits>(hn::BitCast(Pairs(), v.part[i])));
  }
  return result;
}

// Places 0..15 in the table of each 16 lanes.
HWY_INLINE Bytes32 look_up(const Bytes32& table, const Bytes32& places) {
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::TableLookupBytes(table.part[i], places.part[i]);
  return result;
}

// By the highest bits of `choice`.
HWY_INLINE Bytes32 choose_byte(const Bytes32& choice, const Bytes32& if_set, const Bytes32& if_clear) {
  const hn::RebindToSigned<ByteTag> d;
  Bytes32 result;
  for (int i = 0; i < kByteParts; ++i) {
    result.part[i] = hn::BitCast(ByteTag(), hn::IfNegativeThenElse(hn::BitCast(d, choice.part[i]),
                                                                   hn::BitCast(d, if_set.part[i]),
                                                                   hn::BitCast(d, if_clear.part[i])));
  }
  return result;
}

// Every lane takes what the lane before it has; the first takes zero.
HWY_INLINE Bytes32 next_lane(const Bytes32& v) {
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
HWY_INLINE Words32 multiply_pairs(const Bytes32& a, const Bytes32& b) {
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
  HWY_INLINE Sum() {
    for (int i = 0; i < kByteParts; ++i) {
      even_[i] = hn::Zero(SumTag());
      odd_[i] = hn::Zero(SumTag());
    }
  }
  HWY_INLINE void add(const Words32& a, const Words32& b) {
    for (int i = 0; i < kByteParts; ++i) {
      even_[i] = hn::ReorderWidenMulAccumulate(SumTag(), a.part[i], b.part[i], even_[i], odd_[i]);
    }
  }
  HWY_INLINE int32_t total() const {
    auto sum = hn::Add(even_[0], odd_[0]);
    for (int i = 1; i < kByteParts; ++i) sum = hn::Add(sum, hn::Add(even_[i], odd_[i]));
    return hn::GetLane(hn::SumOfLanes(SumTag(), sum));
  }

 private:
  hn::Vec<SumTag> even_[kByteParts], odd_[kByteParts];
};

// Sub-scales times multipliers of activations: those of group 2 j + h at 8 h + j.
class GroupFactors {
 public:
  // subscales, multipliers: aligned.
  HWY_INLINE GroupFactors(const int16_t* subscales, const int16_t* multipliers) {
    for (int i = 0; i < kByteParts; ++i) {
      factors_.part[i] = hn::Mul(hn::Load(WordTag(), subscales + i * kPartBytes / 2),
                                 hn::LoadDup128(WordTag(), multipliers));
    }
  }
  // For pairs of lanes of vector j.
  template <int j>
  HWY_INLINE Words32 of_vector() const {
    const auto place = hn::BitCast(WordTag(), hn::Set(hn::RebindToUnsigned<WordTag>(), 0x0100 + 0x0202 * j));
    Words32 result;
    for (int i = 0; i < kByteParts; ++i) result.part[i] = hn::TableLookupBytes(factors_.part[i], place);
    return result;
  }
  HWY_INLINE int32_t dot(const int16_t* sums) const {
    Words32 v;
    for (int i = 0; i < kByteParts; ++i) v.part[i] = hn::Load(WordTag(), sums + i * kPartBytes / 2);
    Sum sum;
    sum.add(v, factors_);
    return sum.total();
  }

 private:
  Words32 factors_;
};

#endif  // not HWY_SCALAR

// Calls work.operator()<j>() for the eight vectors of a block, or for its four pairs of vectors.
template <class Work>
HWY_INLINE void for_each_vector(Work&& work) {
  [&]<int... j>(std::integer_sequence<int, j...>) HWY_ATTR {
    (work.template operator()<j>(), ...);
  }(std::make_integer_sequence<int, 8>());
}
template <class Work>
HWY_INLINE void for_each_pair(Work&& work) {
  [&]<int... p>(std::integer_sequence<int, p...>) HWY_ATTR {
    (work.template operator()<p>(), ...);
  }(std::make_integer_sequence<int, 4>());
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#endif
