// TileState: what the coding of one tile works on, for the planes that share one partition (colour, or alpha alone).
#pragma once

#include <span>

#include "base/plane.h"
#include "picture/syntax/syntax_context.h"
#include "quantize/quantization.h"

namespace laq::picture {

struct TileState {
  std::span<Plane<uint16_t>> planes;  // of the picture, being reconstructed
  CellMap* cells = nullptr;           // of the picture
  SpectrumMap* spectra = nullptr;     // these two belong to the encoder or decoder of the tile
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

}  // namespace laq::picture
