// Sub-scales of a block as its bytes have them: three bits for each of sixteen groups, behind the byte of the scale.
#pragma once

#include <cstdint>

#include "blocks/block_code.h"
#include "blocks/block_layout.h"

namespace laq {

// The sub-scale of a group of a block of 32 lanes.
constexpr int read_subscale(const uint8_t* block, int group) {
  const int bit = 3 * group;
  const unsigned bytes = block[1 + bit / 8] | static_cast<unsigned>(bit / 8 < 5 ? block[2 + bit / 8] : 0) << 8;
  return kSubscales[bytes >> (bit % 8) & 7];
}

// The same for vectors, whose word 8 h + j belongs to group 2 j + h.
struct SubscaleLanes {
  alignas(32) uint8_t places[2 * kBlockGroups];  // of a word's two bytes in the first eight bytes of a block
  alignas(32) uint16_t products[kBlockGroups];   // that bring the three bits to the top of the word
  alignas(16) uint8_t table[16];
};

constexpr SubscaleLanes make_subscale_lanes() {
  SubscaleLanes made = {};
  for (int i = 0; i < kBlockGroups; ++i) {
    const int bit = 3 * (i % kBlockVectors * 2 + i / kBlockVectors);
    made.places[2 * i] = static_cast<uint8_t>(1 + bit / 8);
    made.places[2 * i + 1] = static_cast<uint8_t>(2 + bit / 8);
    made.products[i] = static_cast<uint16_t>(1 << (13 - bit % 8));
  }
  for (size_t i = 0; i < kSubscales.size(); ++i) made.table[i] = kSubscales[i];
  return made;
}

inline constexpr SubscaleLanes kSubscaleLanes = make_subscale_lanes();

}  // namespace laq
