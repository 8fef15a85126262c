// Intra prediction of a block from its reconstructed neighbours. Normative.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "picture/syntax/prediction.h"
#include "transform/block_shape.h"

namespace laq::picture {

// The reconstructed samples around a block of w x h samples. above[0 .. w+h-1] runs rightwards over the block and on to
// the upper right, left[0 .. w+h-1] downwards and on to the lower left; above[-1] == left[-1] is the corner. Behind
// them above[w+h] and left[w+h], which interpolation reaches too, repeat the last one. Every one of them is set: the
// caller has put substitutes where the picture or the coded part ends (see Border in border.h). At least 64 further
// elements may be read (not used) behind the last one, and 16 before above[-1] and left[-1].
struct Neighbours {
  const uint16_t* above;
  const uint16_t* left;
};

// Writes the prediction of a block to `out`. mode: an intra mode, 0 .. kModes - 1. Samples are 0..max_sample. Each row
// of `out` is followed by at least 16 elements that may be overwritten if the block's width is 4; wider blocks do not
// touch them.
void predict(int mode, const Neighbours& neighbours, BlockShape shape, int max_sample, SampleRows<uint16_t> out);

// Chroma from luma: out = clamp(mean of the chroma borders + alpha * (luma - mean(luma)) / 8), alpha in -16..16; the
// neighbours are those of the chroma block. Source: Trudeau, Egge, Barr, "Predicting Chroma from Luma in AV1", arXiv
// 1711.03951.
void predict_from_luma(SampleRows<const uint16_t> luma, int alpha, const Neighbours& neighbours, BlockShape shape,
                       int max_sample, SampleRows<uint16_t> out);

}  // namespace laq::picture
