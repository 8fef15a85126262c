// What the encoder of pictures without loss chooses before it encodes tiles.
#pragma once

#include <cstdint>

#include <laq/laq.hpp>

#include "lossless/header.h"
#include "lossless/tile_encoder.h"

namespace laq::lossless {

// The header of a picture, but for the side of tiles and lists of values.
LosslessHeader make_header(const PictureView& picture, uint32_t max_error);

// Whether a picture repeats itself. rows: all of its rows, or the first ones.
bool looks_drawn(const PictureView& rows);

// The side of tiles of a picture whose longest side is so long.
int choose_tile_side(uint32_t longest_side, bool is_drawn);

// Efforts are 1 to 9.
TileSettings settings_of(int effort, bool is_drawn);

// The samples of a tile that begins at a place of the picture; they are only read.
TileSamples samples_of(const PictureView& picture, const LosslessHeader& header, int x, int y);

}  // namespace laq::lossless
