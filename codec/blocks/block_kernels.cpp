// A block is handled in eight vectors of 32 bytes, an element each. The path bits of a vector's predecessors in the
// chain are those of the vectors before it; before the first stands the last, one lane further down.
#include "blocks/block_kernels.h"

#include <array>
#include <cmath>
#include <cstring>

#include "base/scalable_targets.h"
#include "blocks/block_code.h"
#include "blocks/block_levels.h"
#include "blocks/subscales.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "blocks/block_kernels.cpp"
// Vectors stand in arrays here, so scalable ones are out; SSSE3 and AVX3_DL add nothing to their predecessors.
#define HWY_DISABLED_TARGETS (LAQ_SCALABLE_TARGETS | HWY_SSSE3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "blocks/byte_vectors-inl.h"

#ifndef LAQ_BLOCK_LOOKUP
#define LAQ_BLOCK_LOOKUP
namespace laq {
namespace {

// Levels for look-ups of 16. From the lowest bit on, the place of a level has its index bits (the lowest three of
// more), z1, z0, and the other index bits.
template <int kWidth>
constexpr auto make_lookup() {
  constexpr int kLow = kWidth < 4 ? kWidth - 1 : 3;  // index bits at the bottom
  std::array<uint8_t, (kWidth < 4 ? 16 : 2 << kWidth)> table = {};
  for (unsigned k = 0; k < 1u << (kWidth - 1); ++k) {
    for (unsigned z = 0; z < 4; ++z) {  // 2 z1 + z0
      const unsigned low = k & ((1u << kLow) - 1);
      const unsigned place = low | (z >> 1) << kLow | (z & 1) << (kLow + 1) | (k >> kLow) << (kLow + 2);
      table[place] = levels<kWidth>()[4 * k + z];
    }
  }
  return table;
}

template <int kWidth>
alignas(16) constexpr auto kLookup = make_lookup<kWidth>();

}  // namespace
}  // namespace laq
#endif

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Functions that find levels call use.operator()<j>(levels) for the eight vectors of a block, levels 0..127. Codes of 8
// bits have two parts, use.operator()<j>(level / 4, level % 4).

// One bit of each element, taken from a plane to place kTo.
template <int kFrom, int kTo>
LAQ_KERNEL_INLINE Bytes32 bit_of_plane(Bytes32 plane) {
  const Bytes32 mask = all_bytes(1 << kTo);
  if constexpr (kFrom >= kTo) {
    return shift_right<kFrom - kTo>(plane) & mask;
  } else {
    return shift_left<kTo - kFrom>(plane) & mask;
  }
}

// Path bits as a plane: bit j of byte l is that of the chain's element 8 l + j. Elements `kBy` later get it.
template <int kBy>
LAQ_KERNEL_INLINE Bytes32 later(Bytes32 plane, Bytes32 before) {
  return (shift_left<kBy>(plane) & all_bytes(0xff << kBy & 0xff)) |
         (shift_right<8 - kBy>(before) & all_bytes(0xff >> (8 - kBy)));
}

template <int kWidth, class Use>
LAQ_KERNEL_INLINE void levels_of_planes(const uint8_t* codes, Use&& use) {
  static_assert(kWidth <= 3);
  const Bytes32 path = load_bytes(codes), before = next_lane(path);
  const Bytes32 z1 = path ^ later<1>(path, before) ^ later<6>(path, before);
  const Bytes32 z0 = later<2>(path, before) ^ later<4>(path, before);
  const Bytes32 k0 = kWidth > 1 ? load_bytes(codes + kBlockLanes) : path;
  const Bytes32 k1 = kWidth > 2 ? load_bytes(codes + 2 * kBlockLanes) : path;
  const Bytes32 table = load_table(kLookup<kWidth>.data());
  for_each_vector([&]<int j>() LAQ_KERNEL {
    Bytes32 place = bit_of_plane<j, kWidth - 1>(z1) | bit_of_plane<j, kWidth>(z0);
    if constexpr (kWidth > 1) place = place | bit_of_plane<j, 0>(k0);
    if constexpr (kWidth > 2) place = place | bit_of_plane<j, 1>(k1);
    use.template operator()<j>(look_up(table, place));
  });
}

// One of the tables of 16 by z0 and the index bits in planes.
template <int kWidth, int j>
LAQ_KERNEL_INLINE Bytes32 look_up_wide(const Bytes32* tables, const Bytes32* planes, Bytes32 place, Bytes32 z0) {
  Bytes32 found[1 << (kWidth - 3)];
  for (int i = 0; i < 1 << (kWidth - 3); ++i) found[i] = look_up(tables[i], place);
  for (int i = 0; i < 1 << (kWidth - 4); ++i) found[i] = choose_byte(z0, found[2 * i + 1], found[2 * i]);
  for (int p = 0; p < kWidth - 4; ++p) {
    const Bytes32 choice = shift_left<7 - j>(planes[p]);
    for (int i = 0; i < 1 << (kWidth - 5 - p); ++i) found[i] = choose_byte(choice, found[2 * i + 1], found[2 * i]);
  }
  return found[0];
}

template <int kWidth, class Use>
LAQ_KERNEL_INLINE void levels_of_nibbles(const uint8_t* codes, Use&& use) {
  static_assert(kWidth >= 4 && kWidth <= 6);
  Bytes32 pairs[4 + 3];  // of vectors -6 and -5, -4 and -3, ... 6 and 7: the first of a pair in low halves
  for (int p = 0; p < 4; ++p) pairs[3 + p] = load_bytes(codes + kBlockLanes * p);
  for (int p = 0; p < 3; ++p) pairs[p] = next_lane(pairs[p + 4]);
  Bytes32 tables[1 << (kWidth - 3)], planes[2];
  for (int i = 0; i < 1 << (kWidth - 3); ++i) tables[i] = load_table(kLookup<kWidth>.data() + 16 * i);
  for (int i = 0; i < kWidth - 4; ++i) planes[i] = load_bytes(codes + kBlockLanes * (4 + i));
  const Bytes32 path_bits = all_bytes(0x88), low = all_bytes(0x0f), high = all_bytes(0xf0);
  for_each_pair([&]<int p>() LAQ_KERNEL {
    const Bytes32 now = pairs[3 + p], last = pairs[2 + p];
    const Bytes32 one_before = (shift_left<4>(now) & high) | (shift_right<4>(last) & low);
    const Bytes32 places = now ^ ((one_before ^ pairs[p]) & path_bits);
    const Bytes32 z0 = last ^ pairs[1 + p];
    use.template operator()<2 * p>(look_up_wide<kWidth, 2 * p>(tables, planes, places & low, shift_left<4>(z0)));
    use.template operator()<2 * p + 1>(
        look_up_wide<kWidth, 2 * p + 1>(tables, planes, shift_right<4>(places) & low, z0));
  });
}

// Levels / 4 and what is left.
template <class Use>
LAQ_KERNEL_INLINE void levels_of_bytes(const uint8_t* codes, Use&& use) {
  Bytes32 all[kBlockVectors + kTrellisMemory];
  for (int j = 0; j < kBlockVectors; ++j) all[kTrellisMemory + j] = load_bytes(codes + kBlockLanes * j);
  for (int j = 0; j < kTrellisMemory; ++j) all[j] = next_lane(all[j + kBlockVectors]);
  const Bytes32 one = all_bytes(1), highest = all_bytes(127);
  for_each_vector([&]<int j>() LAQ_KERNEL {
    const Bytes32 code = all[j + 6];
    const Bytes32 z1 = code ^ all[j + 5] ^ all[j], z0 = all[j + 4] ^ all[j + 2];
    const Bytes32 z1_bit = z1 & one;
    use.template operator()<j>(shift_right<1>(code) & highest, shift_left<1>(z1_bit) | (z0 & one));
  });
}

template <int kWidth, class Use>
LAQ_KERNEL_INLINE void for_levels(const uint8_t* codes, Use&& use) {
  if constexpr (kWidth <= 3) {
    levels_of_planes<kWidth>(codes, use);
  } else if constexpr (kWidth <= 6) {
    levels_of_nibbles<kWidth>(codes, use);
  } else {
    levels_of_bytes(codes, use);
  }
}

template <int kWidth>
LAQ_KERNEL_INLINE void unpack_whole(const uint8_t* bytes, int16_t* HWY_RESTRICT integers) {
  uint8_t levels[2][kBlockElements] = {};
  for_levels<kWidth>(bytes + 7, [&]<int j>(Bytes32 high, auto... rest) LAQ_KERNEL {
    store_bytes(high, levels[0] + kBlockLanes * j);
    if constexpr (sizeof...(rest) == 1) store_bytes(rest..., levels[1] + kBlockLanes * j);
  });
  for (int g = 0; g < kBlockGroups; ++g) {
    const int subscale = read_subscale(bytes, g);
    for (int i = g * kGroupLanes; i < (g + 1) * kGroupLanes; ++i) {
      const int distance =
          kWidth == 8 ? 2 * (4 * levels[0][i] + levels[1][i]) - kWideLevelEnd : 2 * levels[0][i] - kLevelEnd;
      integers[i] = static_cast<int16_t>(distance * subscale);
    }
  }
}

// The product of a block with activations, without the power of two of all scales.
template <int kWidth>
LAQ_KERNEL_INLINE float dot_whole(const uint8_t* bytes, const ActivationBlock& activations, const float* half_steps) {
  const GroupFactors factors(bytes, activations.multipliers);
  Sum sum, rest_sum;
  for_levels<kWidth>(bytes + 7, [&]<int j>(const Bytes32& high, const auto&... rest) LAQ_KERNEL {
    const Bytes32 values = load_bytes(reinterpret_cast<const uint8_t*>(activations.values) + kBlockLanes * j);
    const Words32 factor = factors.template of_vector<j>();
    sum.add(multiply_pairs(high, values), factor);
    if constexpr (sizeof...(rest) == 1) rest_sum.add(multiply_pairs(rest..., values), factor);
  });
  const Sum offset = factors.dot(activations.sums);
  if constexpr (kWidth == 8) {
    const int64_t product =
        8 * int64_t{sum.total()} + 2 * int64_t{rest_sum.total()} - kWideLevelEnd * int64_t{offset.total()};
    return static_cast<float>(product) * (half_steps[bytes[0]] * 0.25f);
  } else {
    return static_cast<float>(total_of(sum, offset)) * half_steps[bytes[0]];
  }
}

// Calls run.operator()<width>().
template <class Run>
LAQ_KERNEL_INLINE auto with_width(int width, Run&& run) {
  switch (width) {
    case 1:
      return run.template operator()<1>();
    case 2:
      return run.template operator()<2>();
    case 3:
      return run.template operator()<3>();
    case 4:
      return run.template operator()<4>();
    case 5:
      return run.template operator()<5>();
    case 6:
      return run.template operator()<6>();
    default:
      return run.template operator()<8>();
  }
}

constexpr int kMostBlockBytes = block_bytes(kWidestBlock, kBlockLanes);

// A block of fewer lanes as one of 32, whose further lanes mean nothing.
void widen(const uint8_t* bytes, int width, int lanes, uint8_t* HWY_RESTRICT to) {
  std::memset(to, 0, kMostBlockBytes);
  if (width == 0) return;
  to[0] = bytes[0];
  const int scales = subscale_bytes(lanes);
  uint64_t bits = 0;
  std::memcpy(&bits, bytes + 1, static_cast<size_t>(scales));
  if (lanes <= kGroupLanes) {
    uint64_t spread = 0;
    for (int j = 0; j < kBlockVectors; ++j) spread |= (bits >> (3 * j) & 7) << (6 * j);
    bits = spread;
  }
  std::memcpy(to + 1, &bits, 6);
  const uint8_t* codes = bytes + 1 + scales;
  for (int p = 0; p < width; ++p) {
    std::memcpy(to + 7 + p * kBlockLanes, codes + p * lanes, static_cast<size_t>(lanes));
  }
}

void unpack(const std::byte* block, int width, int lanes, int16_t* integers) {
  if (width == 0) {
    std::memset(integers, 0, sizeof(int16_t) * kBlockElements);
    return;
  }
  const auto* bytes = reinterpret_cast<const uint8_t*>(block);
  uint8_t wide[kMostBlockBytes];
  if (lanes < kBlockLanes) {
    widen(bytes, width, lanes, wide);
    bytes = wide;
  }
  with_width(width, [&]<int kWidth>() LAQ_KERNEL { unpack_whole<kWidth>(bytes, integers); });
}

// Whole blocks of one width.
float dot_same(const BlockRun& run, uint64_t count, const ActivationBlock* activations, const float* half_steps) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(run.bytes);
  return with_width(run.width, [&]<int kWidth>() LAQ_KERNEL {
    float sum = 0;
    for (uint64_t i = 0; i < count; ++i) {
      sum += dot_whole<kWidth>(bytes + i * block_bytes(kWidth, kBlockLanes), activations[i], half_steps);
    }
    return sum;
  });
}

float dot_any(const uint8_t* bytes, int width, const ActivationBlock& activations, const float* half_steps) {
  if (width == 0) return 0;
  return with_width(width, [&]<int kWidth>() LAQ_KERNEL { return dot_whole<kWidth>(bytes, activations, half_steps); });
}

float dot(const BlockRun& run, const ActivationBlock* activations, const float* half_steps) {
  if (run.count == 0) return 0;
  const uint64_t whole = run.last_lanes == kBlockLanes ? run.count : run.count - 1;
  const auto* bytes = reinterpret_cast<const uint8_t*>(run.bytes);
  float sum = 0;
  if (run.widths == nullptr) {
    sum = dot_same(run, whole, activations, half_steps);
    bytes += whole * static_cast<uint64_t>(block_bytes(run.width, kBlockLanes));
  } else {
    for (uint64_t i = 0; i < whole; ++i) {
      const int width = run.width_of(i);
      sum += dot_any(bytes, width, activations[i], half_steps);
      bytes += block_bytes(width, kBlockLanes);
    }
  }
  if (whole == run.count) return sum;
  uint8_t wide[kMostBlockBytes];
  const int width = run.width_of(whole);
  widen(bytes, width, run.last_lanes, wide);
  return sum + dot_any(wide, width, activations[whole], half_steps);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {

HWY_EXPORT(unpack);
HWY_EXPORT(dot);

void unpack_block(const std::byte* bytes, int width, int lanes, int16_t* integers) {
  HWY_DYNAMIC_DISPATCH(unpack)(bytes, width, lanes, integers);
}

float dot_run(const BlockRun& run, const ActivationBlock* activations) {
  static const std::array<float, 256> kHalfSteps = [] {
    std::array<float, 256> made;
    for (int scale = 0; scale < 256; ++scale) made[static_cast<size_t>(scale)] = half_step(4, unit_of_scale(scale, 0));
    return made;
  }();
  return HWY_DYNAMIC_DISPATCH(dot)(run, activations, kHalfSteps.data()) * std::ldexp(1.0f, run.exponent);
}

}  // namespace laq
#endif
