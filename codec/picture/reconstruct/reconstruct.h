// Reconstruction of blocks: prediction from the neighbours plus the dequantized residual; the same code in encoder and
// decoder.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "picture/reconstruct/border.h"
#include "picture/syntax/block.h"
#include "picture/tile_state.h"

namespace laq::picture {

// The reconstructed samples around a block.
Neighbours neighbours_of(const TileState& tile, const Block& block, int plane, Border& border);

// The mode of predict() that a chroma mode stands for; DC for chroma from luma, which is none.
uint8_t chroma_prediction_mode(ChromaMode mode, uint8_t luma_mode);

// Writes the prediction of a plane of an intra block to `out`. For chroma from luma the block's luma stands
// reconstructed.
void predict_intra(const TileState& tile, const Block& block, int plane, const Neighbours& neighbours,
                   SampleRows<uint16_t> out);

// The same for a block of any kind. What a copy copies has been found to be decoded.
void predict_plane(const TileState& tile, const Block& block, int plane, SampleRows<uint16_t> out);

// Adds the dequantized levels of a coded plane to its prediction, which stands in the plane. Spoils the levels.
void add_residual(const TileState& tile, const Block& block, int plane);

// Leaves the block's traces for those that follow.
void mark_block(const TileState& tile, const Block& block);

// Undoes the marks of the cells of a block or node, as far as it lies in the tile.
void clear_cells(const TileState& tile, const BlockPlace& node);

// Predicts and reconstructs all planes of a block that has just been read, and marks it. Spoils the levels.
void reconstruct_block(const TileState& tile, Block& block);

}  // namespace laq::picture
