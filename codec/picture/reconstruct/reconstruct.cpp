#include "picture/reconstruct/reconstruct.h"

#include <algorithm>

#include "picture/reconstruct/predict.h"
#include "picture/reconstruct/residual.h"

namespace laq::picture {
namespace {

// Samples to the right of a block, in the row of blocks above it, that are decoded already.
int available_above_right(const SyntaxContext& context, const Block& block, int wanted) {
  if (block.y - 1 < context.tile.y0) return 0;
  const Cell* row = context.cells->row((block.y - 1) / kCellSize);
  const int begin = block.x + block.width();
  int x = begin;
  while (x < context.tile.x1 && x < begin + wanted && row[x / kCellSize].log2_width != 0) x += kCellSize;
  return x - begin;
}

int available_below_left(const SyntaxContext& context, const Block& block, int wanted) {
  if (block.x - 1 < context.tile.x0) return 0;
  const int begin = block.y + block.height();
  int y = begin;
  while (y < context.tile.y1 && y < begin + wanted &&
         context.cells->row(y / kCellSize)[(block.x - 1) / kCellSize].log2_width != 0) {
    y += kCellSize;
  }
  return y - begin;
}

}  // namespace

uint8_t chroma_prediction_mode(ChromaMode mode, uint8_t luma_mode) {
  switch (mode) {
    case ChromaMode::same:
      return luma_mode;
    case ChromaMode::from_luma:
    case ChromaMode::dc:
      return kDcMode;
    case ChromaMode::smooth:
      return kSmoothMode;
    case ChromaMode::horizontal:
      return kHorizontalMode;
    case ChromaMode::vertical:
      return kVerticalMode;
  }
  return kDcMode;
}

Neighbours neighbours_of(const TileState& tile, const Block& block, int plane, Border& border) {
  const SyntaxContext& context = tile.context;
  const int w = block.width(), h = block.height();
  return border.gather(std::as_const(tile.planes[plane]).view(), block.x, block.y, w, h,
                       available_above_right(context, block, h), available_below_left(context, block, w),
                       context.tile.x0, context.tile.y0, context.max_sample);
}

void predict_intra(const TileState& tile, const Block& block, int plane, const Neighbours& neighbours, uint16_t* out,
                   ptrdiff_t stride) {
  if (plane > 0 && block.chroma_mode == ChromaMode::from_luma) {
    const Plane<uint16_t>& luma = tile.planes[0];
    return predict_from_luma(luma.row(block.y) + block.x, luma.stride(), block.alpha[plane - 1], neighbours,
                             block.log2_width, block.log2_height, tile.context.max_sample, out, stride);
  }
  const int mode = plane == 0 ? block.mode : chroma_prediction_mode(block.chroma_mode, block.mode);
  predict(mode, neighbours, block.log2_width, block.log2_height, tile.context.max_sample, out, stride);
}

void predict_plane(const TileState& tile, const Block& block, int plane, uint16_t* out, ptrdiff_t stride) {
  switch (block.prediction) {
    case Prediction::intra: {
      Border border;
      return predict_intra(tile, block, plane, neighbours_of(tile, block, plane, border), out, stride);
    }
    case Prediction::copy: {
      const Plane<uint16_t>& samples = tile.planes[plane];
      for (int y = 0; y < block.height(); ++y) {
        const uint16_t* const row = samples.row(block.y + block.vector.y + y);
        std::copy_n(row + block.x + block.vector.x, block.width(), out + y * stride);
      }
      return;
    }
    case Prediction::palette: {
      const uint8_t* index = block.palette->indices.data();
      for (int y = 0; y < block.height(); ++y) {
        for (int x = 0; x < block.width(); ++x) out[y * stride + x] = block.palette->colours[*index++][plane];
      }
      return;
    }
  }
}

void add_residual(const TileState& tile, const Block& block, int plane) {
  alignas(64) int16_t residual[kSuperblockSize * kSuperblockSize];
  const int w = block.nonzero_width[plane], h = block.nonzero_height[plane];
  dequantize_block(tile.quantizers[plane], block.step_index, block.log2_width, block.log2_height, w, h,
                   block.levels[plane], block.levels[plane]);
  inverse_transform(block.levels[plane], w, h, block.log2_width, block.log2_height,
                    plane == 0 ? block.transform : TransformType{}, residual, block.width());
  Plane<uint16_t>& out = tile.planes[plane];
  add_clamped(out.row(block.y) + block.x, out.stride(), residual, block.width(), block.width(), block.height(),
              tile.context.max_sample);
}

void mark_block(const TileState& tile, const Block& block) {
  const Cell cell{block.log2_width, block.log2_height,  block.mode,       static_cast<uint8_t>(block.chroma_mode),
                  block.step_index, block.coded_planes, block.prediction, block.vector};
  const int columns = block.width() / kCellSize;
  for (int y = 0; y < block.height() / kCellSize; ++y) {
    std::fill_n(tile.cells->row(block.y / kCellSize + y) + block.x / kCellSize, columns, cell);
  }
  tile.spectra->mark(block);
  if (block.prediction == Prediction::palette) tile.recent_colours->update(*block.palette);
}

void clear_cells(const TileState& tile, int x, int y, int size) {
  const int x1 = std::min(x + size, tile.context.tile.x1), y1 = std::min(y + size, tile.context.tile.y1);
  for (int row = y; row < y1; row += kCellSize) {
    std::fill_n(tile.cells->row(row / kCellSize) + x / kCellSize, (x1 - x) / kCellSize, Cell{});
  }
}

void reconstruct_block(const TileState& tile, Block& block) {
  for (int plane = 0; plane < tile.context.planes; ++plane) {
    Plane<uint16_t>& out = tile.planes[plane];
    predict_plane(tile, block, plane, out.row(block.y) + block.x, out.stride());
    if (block.coded_planes >> plane & 1) add_residual(tile, block, plane);
  }
  mark_block(tile, block);
}

}  // namespace laq::picture
