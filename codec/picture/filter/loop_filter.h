// The filters that run over a picture when all of its blocks are reconstructed: deblocking, then the directional
// filter. Prediction uses unfiltered samples, so no block waits for them. Normative.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/plane.h"
#include "picture/syntax/cell.h"
#include "picture/syntax/filter_parameters.h"

namespace laq::picture {

// Filters the planes (1, or 3 with luma first; equal sides, multiples of 8; samples 0..max_sample, max_sample + 1 a
// power of two up to 4096) in place. cells: of the coded blocks, one for every 4x4 samples, all of them set. presets:
// at most parameters.presets each; not read if that is 0. The result does not depend on the number of threads. Needs
// 1/16 of a copy of every plane. May throw std::bad_alloc.
void apply_loop_filter(std::span<Plane<uint16_t>> planes, const CellMap& cells, const SuperblockPresets& presets,
                       const LoopFilterParameters& parameters, int max_sample, int threads);

// The directional filter alone, which is the second half of the loop filters. parameters.presets is not 0.
void apply_directional_filter(std::span<Plane<uint16_t>> planes, const CellMap& cells, const SuperblockPresets& presets,
                              const LoopFilterParameters& parameters, int max_sample, int threads);

// The memory that filtering takes, beside that of `planes` planes of these sides.
size_t loop_filter_bytes(int width, int height, int planes, int threads);

}  // namespace laq::picture
