// The syntax of blocks that copy samples of their tile (intra block copy): which samples, and what may be copied.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>

#include "picture/syntax/block.h"
#include "picture/syntax/models.h"
#include "picture/syntax/syntax_context.h"

namespace laq::picture {

// Whether all that the block would copy is decoded and lies within the tile.
inline bool can_copy(const SyntaxContext& context, const Block& block, BlockVector vector) {
  const Rectangle& tile = context.tile;
  const int x0 = block.x + vector.x, y0 = block.y + vector.y;
  const int x1 = x0 + block.width(), y1 = y0 + block.height();
  if (x0 < tile.x0 || y0 < tile.y0 || x1 > tile.x1 || y1 > tile.y1) return false;
  for (int row = y0 / kCellSize; row <= (y1 - 1) / kCellSize; ++row) {
    const Cell* const cells = context.cells->row(row);
    for (int column = x0 / kCellSize; column <= (x1 - 1) / kCellSize; ++column) {
      if (!cells[column].is_decoded()) return false;
    }
  }
  return true;
}

// The vectors of the block's neighbours, as far as they differ.
struct LikelyVectors {
  std::array<BlockVector, kLikelyVectors> list;
  int count = 0;

  LikelyVectors(const SyntaxContext& context, const Block& block) {
    const int x = block.x, y = block.y;
    for (const Cell* cell : {context.cell(x - 1, y), context.cell(x, y - 1), context.cell(x + block.width(), y - 1),
                             context.cell(x - 1, y - 1)}) {
      if (!cell || cell->prediction != Prediction::copy || count == kLikelyVectors) continue;
      if (count == 0 || list[0] != cell->vector) list[count++] = cell->vector;
    }
  }
};

// One component of a vector, below 2^15.
template <class Coder>
int code_component(Coder& coder, ComponentModels& models, int value) {
  const auto magnitude = static_cast<uint32_t>(std::abs(value));
  const int wanted = std::bit_width(magnitude);
  int node = 1;
  for (int i = 3; i >= 0; --i) node = 2 * node + coder.bit(models.octave[node], (wanted >> i) & 1);
  const int octave = node - 16;
  if (octave == 0) return 0;
  const bool negative = coder.bit(models.sign, value < 0);
  const uint32_t first = 1u << (octave - 1);
  const auto coded = static_cast<int>(first + coder.bits(octave - 1, magnitude - first));
  return negative ? -coded : coded;
}

template <class Coder>
BlockVector code_vector(Coder& coder, PictureModels& models, const LikelyVectors& likely, BlockVector vector) {
  for (int i = 0; i < likely.count; ++i) {
    if (coder.bit(models.likely_vector[i], likely.list[i] == vector)) return likely.list[i];
  }
  const int y = code_component(coder, models.vector_y, vector.y);
  const int x = code_component(coder, models.vector_x[y == 0], vector.x);
  return {static_cast<int16_t>(x), static_cast<int16_t>(y)};
}

}  // namespace laq::picture
