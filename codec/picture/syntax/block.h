// Block: what the stream says of one leaf of the partition tree.
#pragma once

#include <array>
#include <cstdint>

#include "picture/syntax/cell.h"
#include "picture/syntax/palette.h"
#include "picture/syntax/spectrum.h"
#include "transform/block_transform.h"

namespace laq::picture {

enum class Partition : uint8_t { none, horizontal, vertical, split };  // horizontal: one block above the other

// Chroma prediction modes: luma's own mode, chroma from luma, or one of a few.
enum class ChromaMode : uint8_t { same, from_luma, dc, smooth, horizontal, vertical };
inline constexpr int kChromaModes = 6;
inline constexpr int kMaxAlpha = 16;  // chroma-from-luma factor, in eighths

struct Block {
  // Position in samples of the picture and size; not sent, they follow from the partition.
  int x = 0;
  int y = 0;
  uint8_t log2_width = 0;
  uint8_t log2_height = 0;

  Prediction prediction = Prediction::intra;
  Palette* palette = nullptr;  // not owned
  Vector vector;               // from the block to the one it copies, in samples
  uint8_t mode = 0;            // luma, see predict.h; 0 where the prediction is not intra
  ChromaMode chroma_mode = ChromaMode::same;
  std::array<int8_t, 2> alpha{};  // of the two chroma planes; used with from_luma
  TransformType transform;        // of luma; chroma is always DCT-II
  uint8_t step_index = 0;
  uint8_t coded_planes = 0;  // bit p: plane p has levels
  // Quantized levels of each plane, coded_size(width) x coded_size(height) packed row-major; looked at where coded. Not
  // owned.
  std::array<int32_t*, kMaxPlanes> levels{};
  // Set by the reader: levels outside the first nonzero_width columns and nonzero_height rows are zero.
  std::array<uint8_t, kMaxPlanes> nonzero_width{};
  std::array<uint8_t, kMaxPlanes> nonzero_height{};
  std::array<Spectrum, kMaxPlanes> spectra;  // of the levels

  // From its levels and their nonzero width and height.
  void update_spectrum(int plane) {
    spectra[plane] = spectrum_of(levels[plane], log2_width, log2_height, nonzero_width[plane], nonzero_height[plane]);
  }

  int width() const { return 1 << log2_width; }
  int height() const { return 1 << log2_height; }
  int area() const { return width() * height(); }
  int levels_count() const { return coded_size(width()) * coded_size(height()); }
};

// A block of which nothing but its place is known.
inline Block block_at(int x, int y, int log2_width, int log2_height) {
  Block block;
  block.x = x;
  block.y = y;
  block.log2_width = static_cast<uint8_t>(log2_width);
  block.log2_height = static_cast<uint8_t>(log2_height);
  return block;
}

}  // namespace laq::picture
