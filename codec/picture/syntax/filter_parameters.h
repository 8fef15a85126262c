// The parameters of the loop filters that a picture's header and its superblocks hold.
#pragma once

#include <array>
#include <cstdint>

#include "base/plane.h"
#include "picture/syntax/cell.h"

namespace laq::picture {

inline constexpr int kMaxDeblockStrength = 7;
inline constexpr int kMaxPrimaryStrength = 15;   // in 1/16 of the step
inline constexpr int kMaxSecondaryStrength = 7;  // in 1/16 of the step
inline constexpr int kMaxDamping = 3;
inline constexpr int kMaxDirectionalPresets = 7;

struct DirectionalStrength {
  uint8_t primary = 0;    // 0..kMaxPrimaryStrength
  uint8_t secondary = 0;  // 0..kMaxSecondaryStrength
  bool operator==(const DirectionalStrength&) const = default;
  bool is_off() const { return primary == 0 && secondary == 0; }
};

// Strengths of the directional filter that a superblock may choose.
struct DirectionalPreset {
  DirectionalStrength luma;
  DirectionalStrength chroma;
  bool operator==(const DirectionalPreset&) const = default;
};

// The filters of one group of planes (the planes that share one partition); all of them are off by default.
struct LoopFilterParameters {
  std::array<uint8_t, 3> deblock_strength{};  // by plane; 0 (off) .. kMaxDeblockStrength
  uint8_t damping = 0;                        // of the directional filter, 0..kMaxDamping
  uint8_t presets = 0;                        // 0 (no directional filter) .. kMaxDirectionalPresets
  std::array<DirectionalPreset, kMaxDirectionalPresets> preset{};  // the first `presets` of them
};

// One element a superblock: 0 (no directional filter here), or 1 + the number of a preset.
using SuperblockPresets = Plane<uint8_t>;

// All superblocks of a picture without the directional filter.
inline SuperblockPresets make_superblock_presets(int width, int height) {
  return SuperblockPresets(superblocks(width), superblocks(height));
}

}  // namespace laq::picture
