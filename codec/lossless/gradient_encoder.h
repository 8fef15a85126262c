// The encoder of lossless/gradient_tile.h.
#pragma once

#include "entropy/lane_rans.h"
#include "lossless/gradient_tile.h"

namespace laq::lossless {

// Writes the stream of a tile, after the byte of the method. rows: memory that tiles of one thread may share.
void encode_gradient(const LosslessHeader& header, const TileArea& area, const TileSamples& source, LevelRows& rows,
                     ByteWriter& writer);

}  // namespace laq::lossless
