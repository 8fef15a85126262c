// What the syntax depends on beside the models: the neighbours, and constants of the picture header.
#pragma once

#include <bit>

#include "picture/syntax/cell.h"
#include "picture/syntax/palette.h"
#include "picture/syntax/spectrum_map.h"
#include "quantize/step.h"

namespace laq::picture {

struct SyntaxContext {
  const CellMap* cells = nullptr;
  const SpectrumMap* spectra = nullptr;
  Rectangle tile;
  int planes = 1;
  int base_step_index = 0;
  int step_unit = 4;  // the steps of a picture differ by multiples of this
  int max_sample = 0;
  bool screen_content = false;  // blocks may copy others, or have palettes
  // Palettes are coded by these: the reconstructed planes of the picture, and the latest palette colours of the tile.
  const Plane<uint16_t>* samples = nullptr;
  const RecentColours* recent_colours = nullptr;

  // Priors are chosen by the step index that the picture would have if it were coded in 10 bits.
  int prior_index() const {
    return base_step_index -
           kStepsPerOctave * (static_cast<int>(std::bit_width(static_cast<unsigned>(max_sample))) - 10);
  }

  // The cells left of and above a block's first sample.
  const Cell* left(const BlockPlace& block) const { return cell(block.x - 1, block.y); }
  const Cell* above(const BlockPlace& block) const { return cell(block.x, block.y - 1); }
  // The cell that covers sample (x, y); null outside of the tile or where nothing is decoded yet.
  const Cell* cell(int x, int y) const {
    if (x < tile.x0 || y < tile.y0 || x >= tile.x1) return nullptr;
    const Cell& c = cells->row(y / kCellSize)[x / kCellSize];
    return c.is_decoded() ? &c : nullptr;
  }
};

}  // namespace laq::picture
