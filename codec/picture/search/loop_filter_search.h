// The encoder's choice of the loop filters' parameters.
#pragma once

#include <span>

#include "base/parallel.h"
#include "base/plane.h"
#include "picture/search/effort.h"
#include "picture/syntax/cell.h"
#include "picture/syntax/filter_parameters.h"

namespace laq::picture {

struct LoopFilterSettings {
  Effort effort;
  // Tuned for the eye: deblocking has the strengths that Butteraugli and SSIMULACRA 2 like best or is off, and errors
  // count in steps. Otherwise the strengths of least squared error are chosen.
  bool perceptual = false;
};

struct LoopFilterChoice {
  LoopFilterParameters parameters;
  SuperblockPresets presets;
};

// planes: reconstructed, not filtered; they come back filtered, as by apply_loop_filter() with the choice. source: the
// planes that were coded, of the same shapes.
LoopFilterChoice choose_loop_filter(std::span<Plane<uint16_t>> planes, std::span<const Plane<uint16_t>> source,
                                    const CellMap& cells, int max_sample, const LoopFilterSettings& settings,
                                    const Workers& workers);

// The strengths that suit most pictures, for an encoder that cannot look at all of it: those of deblocking, and presets
// of which every superblock may choose.
LoopFilterParameters usual_loop_filter(const LoopFilterSettings& settings, int planes);

// The best of these presets for every superblock. planes: as of choose_loop_filter(), but they come back deblocked
// only.
SuperblockPresets choose_presets(std::span<Plane<uint16_t>> planes, std::span<const Plane<uint16_t>> source,
                                 const CellMap& cells, int max_sample, const LoopFilterParameters& parameters,
                                 const Workers& workers);

}  // namespace laq::picture
