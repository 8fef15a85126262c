// SpectrumMap: the spectra that the blocks of one tile have left, on the grid of cells.
#pragma once

#include <array>

#include "base/plane.h"
#include "picture/geometry.h"
#include "picture/syntax/block.h"
#include "variance/spectrum.h"

namespace laq::picture {

// Kept are those along the lower and right edges of blocks, of two rows of superblocks: no neighbour is farther away.
class SpectrumMap {
 public:
  SpectrumMap(const Rectangle& tile, int planes);

  // What one allocates.
  static size_t bytes(const Rectangle& tile, int planes);

  void mark(const Block& block);

  // By what lies above the block and to its left, where something does.
  ExpectedSpectrum expect(const Block& block, int plane) const;

 private:
  static constexpr int kRows = 2 * kSuperblockSize / kCellSize;

  // The spectrum at the sample (x, y) of the picture.
  const Spectrum& at(int plane, int x, int y) const {
    return maps_[plane].row(y / kCellSize % kRows)[(x - x0_) / kCellSize];
  }

  int x0_, y0_;
  std::array<Plane<Spectrum>, kMaxPlanes> maps_;
};

}  // namespace laq::picture
