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
  while (x < context.tile.x1 && x < begin + wanted && row[x / kCellSize].is_decoded()) x += kCellSize;
  return x - begin;
}

int available_below_left(const SyntaxContext& context, const Block& block, int wanted) {
  if (block.x - 1 < context.tile.x0) return 0;
  const int begin = block.y + block.height();
  int y = begin;
  while (y < context.tile.y1 && y < begin + wanted &&
         context.cells->row(y / kCellSize)[(block.x - 1) / kCellSize].is_decoded()) {
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
  const Border::Available available{available_above_right(context, block, block.height()),
                                    available_below_left(context, block, block.width())};
  return border.gather(std::as_const(tile.planes[plane]).view(), block, available, context.tile, context.max_sample);
}

void predict_intra(const TileState& tile, const Block& block, int plane, const Neighbours& neighbours,
                   SampleRows<uint16_t> out) {
  if (plane > 0 && block.chroma_mode == ChromaMode::from_luma) {
    return predict_from_luma(tile.planes[0].at(block.x, block.y), block.alpha[plane - 1], neighbours, block.shape,
                             tile.context.max_sample, out);
  }
  const int mode = plane == 0 ? block.mode : chroma_prediction_mode(block.chroma_mode, block.mode);
  predict(mode, neighbours, block.shape, tile.context.max_sample, out);
}

void predict_plane(const TileState& tile, const Block& block, int plane, SampleRows<uint16_t> out) {
  switch (block.prediction) {
    case Prediction::intra: {
      Border border;
      return predict_intra(tile, block, plane, neighbours_of(tile, block, plane, border), out);
    }
    case Prediction::copy: {
      const Plane<uint16_t>& samples = tile.planes[plane];
      for (int y = 0; y < block.height(); ++y) {
        const uint16_t* const row = samples.row(block.y + block.vector.y + y);
        std::copy_n(row + block.x + block.vector.x, block.width(), out.row(y));
      }
      return;
    }
    case Prediction::palette: {
      const uint8_t* index = block.palette->indices.data();
      for (int y = 0; y < block.height(); ++y) {
        for (int x = 0; x < block.width(); ++x) out.row(y)[x] = block.palette->colours[*index++][plane];
      }
      return;
    }
  }
}

void add_residual(const TileState& tile, const Block& block, int plane) {
  alignas(64) int16_t residual[kSuperblockSize * kSuperblockSize];
  const auto& [values, end, nonzero, spectrum] = block.levels[plane];
  dequantize_block(tile.quantizers[plane], block.step_index, block.shape, nonzero, values, values);
  const SampleRows<int16_t> rows{residual, block.width()};
  inverse_transform(values, nonzero, block.shape, plane == 0 ? block.transform : TransformType{}, rows);
  add_clamped(tile.planes[plane].at(block.x, block.y), rows, block.shape, tile.context.max_sample);
}

void mark_block(const TileState& tile, const Block& block) {
  const Cell cell{
      block.shape.log2_width, block.shape.log2_height, block.mode,       static_cast<uint8_t>(block.chroma_mode),
      block.step_index,       block.coded_planes,      block.prediction, block.vector};
  const int columns = block.width() / kCellSize;
  for (int y = 0; y < block.height() / kCellSize; ++y) {
    std::fill_n(tile.cells->row(block.y / kCellSize + y) + block.x / kCellSize, columns, cell);
  }
  tile.spectra->mark(block);
  if (block.prediction == Prediction::palette) tile.recent_colours->update(*block.palette);
}

void clear_cells(const TileState& tile, const BlockPlace& node) {
  const int x1 = std::min(node.x + node.width(), tile.context.tile.x1);
  const int y1 = std::min(node.y + node.height(), tile.context.tile.y1);
  for (int y = node.y; y < y1; y += kCellSize) {
    std::fill_n(tile.cells->row(y / kCellSize) + node.x / kCellSize, (x1 - node.x) / kCellSize, Cell{});
  }
}

void reconstruct_block(const TileState& tile, Block& block) {
  for (int plane = 0; plane < tile.context.planes; ++plane) {
    Plane<uint16_t>& out = tile.planes[plane];
    predict_plane(tile, block, plane, out.at(block.x, block.y));
    if (block.is_coded(plane)) add_residual(tile, block, plane);
  }
  mark_block(tile, block);
}

}  // namespace laq::picture
