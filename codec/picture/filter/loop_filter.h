// The filters that run over a picture when all of its blocks are reconstructed: deblocking, then the directional
// filter. Prediction uses unfiltered samples, so no block waits for them.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/plane.h"
#include "picture/filter/directional_filter.h"
#include "picture/syntax/cell.h"

namespace laq::picture {

inline constexpr int kMaxDirectionalPresets = 7;

// Strengths of the directional filter that a superblock may choose.
struct DirectionalPreset {
  DirectionalStrength luma;
  DirectionalStrength chroma;
  bool operator==(const DirectionalPreset&) const = default;
};

// What the stream says of the filters of one group of planes (the planes that share one partition); off by default.
struct LoopFilterParameters {
  std::array<uint8_t, 3> deblock_strength{};  // by plane; 0 (off) .. kMaxDeblockStrength
  uint8_t damping = 1;                        // 0..kMaxDamping
  uint8_t presets = 0;                        // 0 (no directional filter) .. kMaxDirectionalPresets
  std::array<DirectionalPreset, kMaxDirectionalPresets> preset{};  // the first `presets` of them

  bool deblocks() const { return deblock_strength[0] | deblock_strength[1] | deblock_strength[2]; }
};

// One element a superblock: 0 (no directional filter here), or 1 + the number of a preset.
using SuperblockPresets = Plane<uint8_t>;

// ceil(width / 64) x ceil(height / 64) zeros.
SuperblockPresets make_superblock_presets(int width, int height);

// Filters the planes (1, or 3 with luma first; equal sides, multiples of 8; samples 0..max_sample, max_sample + 1 a
// power of two up to 4096) in place. cells: of the coded blocks, one for every 4x4 samples, all of them set. presets:
// at most parameters.presets; not looked at where that is 0. The result does not depend on the number of threads. Needs
// 1/16 of a copy of every plane. May throw std::bad_alloc.
void apply_loop_filter(std::span<Plane<uint16_t>> planes, const CellMap& cells, const SuperblockPresets& presets,
                       const LoopFilterParameters& parameters, int max_sample, int threads);

// What that takes beside planes of these sides.
size_t loop_filter_bytes(int width, int height, int planes, int threads);

struct LoopFilterSettings {
  int effort = 5;  // 1: strengths from experience, no search .. 9
  // For the eye: deblocking has the strengths that Butteraugli and SSIMULACRA 2 like best or is off, and the
  // directional filter must lower the squared error clearly. Otherwise what has the least squared error is taken.
  bool perceptual = false;
};

struct LoopFilterChoice {
  LoopFilterParameters parameters;
  SuperblockPresets presets;
};

// The encoder's choice. planes: reconstructed, not filtered; they come back filtered, as by apply_loop_filter() with
// the choice. source: what was coded, same shapes.
LoopFilterChoice choose_loop_filter(std::span<Plane<uint16_t>> planes, std::span<const Plane<uint16_t>> source,
                                    const CellMap& cells, int max_sample, const LoopFilterSettings& settings,
                                    int threads);

}  // namespace laq::picture
