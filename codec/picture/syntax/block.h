// Block: the syntax elements of one leaf of the partition tree.
#pragma once

#include <array>
#include <cstdint>

#include "picture/geometry.h"
#include "picture/syntax/palette.h"
#include "picture/syntax/prediction.h"
#include "transform/block_transform.h"
#include "variance/spectrum.h"

namespace laq::picture {

enum class Partition : uint8_t { none, horizontal, vertical, split };  // horizontal: one block above the other

// The quantized levels of one plane of a block.
struct PlaneLevels {
  int32_t* values = nullptr;  // coded_area() of them, packed row-major; not owned
  int end = 0;                // levels from this position of the scan on are zero; unknown to readers
  NonzeroExtent nonzero;
  Spectrum spectrum;
};

struct Block : BlockPlace {
  Prediction prediction = Prediction::intra;
  Palette* palette = nullptr;  // not owned
  BlockVector vector;
  uint8_t mode = 0;  // intra mode of luma; 0 if the prediction is another one
  ChromaMode chroma_mode = ChromaMode::same;
  std::array<int8_t, 2> alpha{};  // of the two chroma planes; used with from_luma
  TransformType transform;        // of luma; chroma is always DCT-II
  uint8_t step_index = 0;
  uint8_t coded_planes = 0;                      // bit p is set if plane p has levels
  std::array<PlaneLevels, kMaxPlanes> levels{};  // valid if coded

  Block() = default;
  explicit Block(const BlockPlace& place) : BlockPlace(place) {}

  bool is_coded(int plane) const { return coded_planes >> plane & 1; }
  // Sets the spectrum of a plane from its levels and their extent.
  void update_spectrum(int plane) {
    levels[plane].spectrum = spectrum_of(levels[plane].values, shape, levels[plane].nonzero);
  }
};

}  // namespace laq::picture
