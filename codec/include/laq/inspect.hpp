// laq: how a file was coded: the encoder's decisions, block by block or chunk by chunk, and what they cost. This is for
// programs that show or study them; decoding does not need it.
//
//   laq::Result<laq::PictureTrace> trace = laq::trace_picture(file);
//   for (const laq::TracedBlock& block : trace->blocks) draw(block.x, block.y, block.width, block.height, block.bits);
//
// All functions are re-entrant; none throws. The results do not depend on the number of threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <laq/array.hpp>
#include <laq/laq.hpp>

namespace laq {

// How the luma (or gray, or alpha) of a block is predicted.
enum class BlockMode : uint8_t {
  dc,
  smooth,
  smooth_vertical,
  smooth_horizontal,
  paeth,
  directional,
  copy,    // of samples that were decoded before
  palette  // each sample is one of a few colours
};
inline constexpr int kBlockModes = 8;

// The name of a mode: "DC", "smooth", "smooth vertical", ... "palette". `mode` must be a member of the enumeration.
LAQ_API const char* name_of(BlockMode mode);

// A leaf of the partition: the samples that are predicted and transformed together.
struct TracedBlock {
  uint32_t x = 0, y = 0;          // the first sample
  uint8_t width = 0, height = 0;  // 4 .. 64; blocks may reach up to 7 samples beyond the picture
  uint8_t group = 0;              // 0: gray or colour, 1: alpha, which has a partition of its own
  BlockMode mode = BlockMode::dc;
  // The direction from which a directional mode predicts, in degrees: -45 lower left, 0 left, 45 upper left, 90 above,
  // 135 upper right.
  float angle = 0;
  bool chroma_from_luma = false;
  bool has_horizontal_sine = false;  // rows are transformed by DST-VII, otherwise by DCT-II; of the first plane
  bool has_vertical_sine = false;    // columns
  uint8_t coded_planes = 0;          // bit p is set if plane p of the group has a coefficient other than zero
  int16_t copy_x = 0, copy_y = 0;    // samples from the block to those that it copies; 0 for other modes
  uint8_t directional_filter = 0;    // strength along edges in sixteenths of the step; 0: none
  float step = 0;                    // quantization step of the first plane, in 1/256 of the range of samples
  float bits = 0;                    // what the stream spends on the block, in bits, with its share of the partition
};

// What one part of the syntax costs.
struct TracedPart {
  const char* name;  // "partition", "luma: magnitudes", ...
  double bits;
};

struct PictureTrace {
  Picture picture;          // as decode() gives it
  uint32_t tile_width = 0;  // samples of a tile, which is coded on its own
  uint32_t tile_height = 0;
  float base_step = 0;                  // the step that those of blocks are relative to, in 1/256 of the range
  std::array<uint8_t, 4> deblocking{};  // strength by plane, luma first, alpha last; 0 .. 7
  uint64_t payload_bytes = 0;           // the size of the coded picture, without metadata
  std::vector<TracedBlock> blocks;      // group by group, each in the order of rows; they tile the picture
  std::vector<TracedPart> parts;        // they add up to the payload
};

// The picture of a LAQ file and how it is coded. Beside what decode() takes, max_bytes counts 3 bytes a pixel, twice as
// many where there is alpha. Errors: those of decode().
LAQ_API Result<PictureTrace> trace_picture(std::span<const std::byte> file, const DecodeOptions& options = {});

// A step of the recipe by which a chunk of an array is coded.
struct TracedStep {
  const char* name;       // the name of the stage, as docs/format.md has it: "lattice", "local_regression", ...
  bool is_exact = false;  // whether the stage loses nothing, whatever the array's fidelity is
  uint64_t bytes = 0;     // of the step itself: the parameters of a map, or the stream of the coding
};

struct TracedChunk {
  ArrayRegion box;  // where it lies in ArrayTrace::coded_shape
  std::vector<TracedStep> recipe;
  uint64_t bytes = 0;  // the size of the coded chunk, with all steps
};

struct ArrayTrace {
  ArrayInfo info;
  // The shape of what is coded. It is that of the array if this has 1 to 4 sides; more are folded into 4, and integers
  // of 64 bits may be coded as two rows of 32 bits.
  std::vector<uint64_t> coded_shape = {};
  // The bound on the error of every finite element, in the unit of the elements; 0 if there is none, or no loss.
  double max_error = 0;
  double max_relative_error = 0;  // the bound as a share of the element; 0 if there is none
  // The step of the quantizer, in the unit of the elements, if the mean squared error counts; else 0.
  double step = 0;
  std::vector<TracedChunk> chunks;
};

// How the array of a LAQ file is coded; no elements are decoded. max_bytes must allow 512 bytes a chunk; other options
// are ignored. Errors: those of decode_array().
LAQ_API Result<ArrayTrace> trace_array(std::span<const std::byte> file, const DecodeOptions& options = {});

}  // namespace laq
