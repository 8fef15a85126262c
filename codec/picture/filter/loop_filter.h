// The filters that run over a picture when all of its blocks are reconstructed: deblocking, then the directional
// filter. Prediction uses unfiltered samples, so no block waits for them. Normative.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/parallel.h"
#include "base/plane.h"
#include "picture/syntax/cell.h"
#include "picture/syntax/filter_parameters.h"

namespace laq::picture {

// Planes that are filtered in place: 1, or 3 with luma first; equal sides, multiples of 8; samples 0..max_sample, where
// max_sample + 1 is a power of two up to 4096.
struct FilteredPlanes {
  std::span<Plane<uint16_t>> planes;
  const CellMap& cells;              // of the coded blocks, one for every 4x4 samples, all of them set
  const SuperblockPresets& presets;  // at most parameters.presets each; not read if that is 0
  const LoopFilterParameters& parameters;
  int max_sample;
};

// Both filters, in their order. The result does not depend on the workers. Needs 1/16 of a copy of every plane. May
// throw std::bad_alloc.
void apply_loop_filter(std::span<Plane<uint16_t>> planes, const CellMap& cells, const SuperblockPresets& presets,
                       const LoopFilterParameters& parameters, int max_sample, const Workers& workers);

// Deblocking alone, as by deblock_from().
void apply_deblocking(const FilteredPlanes& filtered, int first_row, const Workers& workers);

// The directional filter alone, of the rows of superblocks `first` .. `end` - 1. Those above are filtered already; two
// rows of samples above the first one stand as they were before that.
struct SuperblockRows {
  int first;
  int end;
};
void apply_directional_filter(const FilteredPlanes& filtered, const SuperblockRows& rows, const Workers& workers);

// How far away from a sample those are, at most, that these filters need to know.
int loop_filter_reach(const LoopFilterParameters& parameters);

// The memory that filtering takes, beside that of `planes` planes of these sides.
size_t loop_filter_bytes(int width, int height, int planes, const Workers& workers);

}  // namespace laq::picture
