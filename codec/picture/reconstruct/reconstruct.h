// Reconstruction of blocks: prediction from the neighbours plus the dequantized residual; the same code in encoder and
// decoder.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/plane.h"
#include "picture/reconstruct/border.h"
#include "picture/syntax/block.h"
#include "picture/syntax/syntax.h"
#include "quantize/quantization.h"

namespace laq::picture {

// The planes that are coded together (colour, or alpha alone), within one tile.
struct TileState {
  std::span<Plane<uint16_t>> planes;  // being reconstructed
  CellMap* cells = nullptr;
  // Of whoever codes the tile.
  SpectrumMap* spectra = nullptr;
  RecentColours* recent_colours = nullptr;
  SyntaxContext context;
  std::span<const PlaneQuantizer> quantizers;  // one a plane

  TileState with(SpectrumMap& map, RecentColours& colours) const {
    TileState tile = *this;
    tile.context.spectra = tile.spectra = &map;
    tile.context.recent_colours = tile.recent_colours = &colours;
    return tile;
  }
};

// The reconstructed samples around a block.
Neighbours neighbours_of(const TileState& tile, const Block& block, int plane, Border& border);

// The mode of predict() that a chroma mode stands for; DC for chroma from luma, which is none.
uint8_t chroma_prediction_mode(ChromaMode mode, uint8_t luma_mode);

// Writes the prediction of a plane of an intra block to `out`. For chroma from luma the block's luma stands
// reconstructed.
void predict_intra(const TileState& tile, const Block& block, int plane, const Neighbours& neighbours, uint16_t* out,
                   ptrdiff_t stride);

// The same for a block of any kind. What a copy copies has been found to be decoded.
void predict_plane(const TileState& tile, const Block& block, int plane, uint16_t* out, ptrdiff_t stride);

// Adds the dequantized levels of a coded plane to its prediction, which stands in the plane. Spoils the levels.
void add_residual(const TileState& tile, const Block& block, int plane);

// Leaves the block's traces for those that follow.
void mark_block(const TileState& tile, const Block& block);

// Takes the cells of a square of samples, as far as it lies in the tile, back to those of no block.
void clear_cells(const TileState& tile, int x, int y, int size);

// Predicts and reconstructs all planes of a block that has just been read, and marks it. Spoils the levels.
void reconstruct_block(const TileState& tile, Block& block);

}  // namespace laq::picture
