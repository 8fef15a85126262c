// The header of a picture payload: everything that holds for the whole picture.
#pragma once

#include <array>
#include <cstdint>

#include <laq/laq.hpp>

#include "base/bytes.h"
#include "base/checks.h"
#include "picture/syntax/block.h"
#include "picture/syntax/filter_parameters.h"
#include "quantize/dequantize.h"
#include "quantize/weight.h"

namespace laq::picture {

inline constexpr int kMaxStepOffset = 64;

// How the levels of one kind of plane are scaled.
struct PlaneQuantization {
  int8_t step_offset = 0;  // added to a block's step index; -kMaxStepOffset .. kMaxStepOffset
  uint8_t slope = 0;       // frequency weighting, see WeightTable
  CentroidShift centroid;
};

struct PictureHeader {
  uint32_t width = 0;
  uint32_t height = 0;
  int channels = 3;
  int depth = 8;
  float quality = 0;  // for information; in hundredths
  Tune tune = Tune::perceptual;
  bool adaptive_quantization = true;

  uint8_t base_step_index = 0;
  uint8_t step_fraction = 0;                      // of all planes' steps, 0..15; see quantization_step()
  uint8_t step_unit = 1;                          // 1..16
  std::array<PlaneQuantization, 3> quantization;  // luma (or gray), first and second chroma plane
  uint8_t alpha_step_index = 0;
  std::array<LoopFilterParameters, 2> loop_filter;  // of the colour planes, of alpha
  std::array<bool, 2> screen_content{};             // of the colour planes, of alpha: blocks may copy others
  uint8_t tile_width = 1;                           // in superblocks, 1..255
  uint8_t tile_height = 1;

  int colour_planes() const { return channels >= 3 ? 3 : 1; }
  bool has_alpha() const { return channels == 2 || channels == 4; }
  int groups() const { return has_alpha() ? 2 : 1; }
  int group_planes(int group) const { return group == 0 ? colour_planes() : 1; }
  int planes() const { return colour_planes() + has_alpha(); }
  // Samples are coded with two more bits than they have, 10 to 12.
  int coding_depth() const { return depth <= 8 ? 10 : 12; }
  int max_sample() const { return (1 << coding_depth()) - 1; }
  // Coded planes are whole multiples of 8 samples.
  int padded_width() const { return static_cast<int>((width + 7) & ~7u); }
  int padded_height() const { return static_cast<int>((height + 7) & ~7u); }
  int superblock_columns() const { return superblocks(padded_width()); }
  int superblock_rows() const { return superblocks(padded_height()); }
  int tile_columns() const { return (superblock_columns() + tile_width - 1) / tile_width; }
  int tile_rows() const { return (superblock_rows() + tile_height - 1) / tile_height; }
  int tiles() const { return tile_columns() * tile_rows(); }
  Rectangle tile_rectangle(int tile) const;
  Rectangle padded_area() const { return {0, 0, padded_width(), padded_height()}; }

  void write(ByteWriter& writer) const;
  static Result<PictureHeader> read(ByteReader& reader);
};

}  // namespace laq::picture
