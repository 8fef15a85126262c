// The syntax of partition and blocks, written once for writer, reader and price counter: the format is what stands here
// and in coefficient_syntax.h.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "picture/syntax/block.h"
#include "picture/syntax/cell.h"
#include "picture/syntax/coefficient_syntax.h"
#include "picture/syntax/copy_syntax.h"
#include "picture/syntax/models.h"
#include "picture/syntax/palette_syntax.h"
#include "picture/syntax/prediction.h"
#include "picture/syntax/syntax_context.h"
#include "quantize/step.h"

namespace laq::picture {

inline constexpr int kStepGroup = 16;        // one step is sent for every 16x16 samples, or larger block
inline constexpr int kMaxTransformType = 4;  // log2 of the largest side that may choose DST-VII
inline constexpr int kLikelyModes = 6;

inline bool can_choose_transform(const Block& block) {
  return block.shape.log2_width <= kMaxTransformType && block.shape.log2_height <= kMaxTransformType;
}

template <class Coder>
Partition code_partition(Coder& coder, PictureModels& models, const SyntaxContext& context, const BlockPlace& node,
                         Partition partition) {
  const Cell *above = context.above(node), *left = context.left(node);
  const int log2_size = node.shape.log2_width;
  const int narrower = above ? std::clamp(log2_size - above->log2_width, 0, 2) : 0;
  const int flatter = left ? std::clamp(log2_size - left->log2_height, 0, 2) : 0;
  auto& model = models.partition[log2_size - 3][3 * narrower + flatter];
  if (!coder.bit(model[0], partition != Partition::none)) return Partition::none;
  if (coder.bit(model[1], partition == Partition::split)) return Partition::split;
  return coder.bit(model[2], partition == Partition::vertical) ? Partition::vertical : Partition::horizontal;
}

// The step index that the neighbours suggest.
inline int predict_step_index(const SyntaxContext& context, const BlockPlace& block) {
  const Cell *above = context.above(block), *left = context.left(block);
  if (!above && !left) return context.base_step_index;
  if (!above) return left->step_index;
  if (!left) return above->step_index;
  const int units = (above->step_index + left->step_index - 2 * context.base_step_index) / context.step_unit;
  return context.base_step_index + (units + (units > 0)) / 2 * context.step_unit;
}

template <class Coder>
int code_step_index(Coder& coder, PictureModels& models, const SyntaxContext& context, const BlockPlace& block,
                    int step_index) {
  const int predicted = predict_step_index(context, block);
  const Cell *above = context.above(block), *left = context.left(block);
  const int difference = above && left ? std::abs(above->step_index - left->step_index) / context.step_unit : 0;
  auto& model = models.step_changed[std::min(difference, 2)];
  const int delta = (step_index - predicted) / context.step_unit;
  if (!coder.bit(model[0], delta != 0)) return predicted;
  const bool negative = coder.bit(model[1], delta < 0);
  int magnitude = 1;
  while (magnitude < 64 && coder.bit(models.step_magnitude[std::min(magnitude - 1, 7)], std::abs(delta) > magnitude))
    ++magnitude;
  return predicted + (negative ? -magnitude : magnitude) * context.step_unit;
}

// The modes to try first.
struct LikelyModes {
  std::array<uint8_t, kLikelyModes> list;
  int agreement;  // of the modes left and above: 0 they differ, 1 the same plain mode, 2 the same direction
};

inline LikelyModes likely_modes(const SyntaxContext& context, const BlockPlace& block) {
  const Cell *left_cell = context.left(block), *above_cell = context.above(block);
  const int left = left_cell ? left_cell->mode : kDcMode;
  const int above = above_cell ? above_cell->mode : kDcMode;
  std::array<uint8_t, kLikelyModes> list{};
  int count = 0;
  const auto add = [&](int mode) {
    if (count < kLikelyModes && std::find(list.begin(), list.begin() + count, mode) == list.begin() + count) {
      list[count++] = static_cast<uint8_t>(mode);
    }
  };
  const auto turned = [](int mode, int by) {
    return kFirstDirection + (mode - kFirstDirection + by + kDirections) % kDirections;
  };
  add(left);
  add(above);
  add(kSmoothMode);
  add(kDcMode);
  for (const int mode : {left, above}) {
    if (mode < kFirstDirection) continue;
    add(turned(mode, -1));
    add(turned(mode, 1));
    if (left == above) {
      add(turned(mode, -2));
      add(turned(mode, 2));
    }
  }
  for (const int mode :
       {kVerticalMode, kHorizontalMode, kPaethMode, kSmoothVerticalMode, kSmoothHorizontalMode, kFirstDirection + 32}) {
    add(mode);
  }
  return {list, left != above ? 0 : left < kFirstDirection ? 1 : 2};
}

// A mode that is not one of the likely ones: a binary tree over the five plain modes, or one over the directions.
template <class Coder>
int code_unlikely_mode(Coder& coder, PictureModels& models, int mode) {
  auto& plain = models.plain_mode;
  if (coder.bit(plain[0], mode < kFirstDirection)) {
    if (coder.bit(plain[1], mode == kPaethMode)) return kPaethMode;
    const int high = coder.bit(plain[2], mode >> 1);
    return 2 * high + coder.bit(plain[3 + high], mode & 1);
  }
  const int direction = mode - kFirstDirection;
  int node = 1;
  for (int i = 5; i >= 0; --i) node = 2 * node + coder.bit(models.direction[node], (std::min(direction, 63) >> i) & 1);
  const int low = node - 64;
  if (low < 63) return kFirstDirection + low;
  return kFirstDirection + 63 + static_cast<int>(coder.bits(1, direction == 64));
}

template <class Coder>
int code_mode(Coder& coder, PictureModels& models, const LikelyModes& likely, int mode) {
  for (int rank = 0; rank < kLikelyModes; ++rank) {
    if (coder.bit(models.likely_mode[likely.agreement][rank], likely.list[rank] == mode)) return likely.list[rank];
  }
  return code_unlikely_mode(coder, models, mode);
}

template <class Coder>
Prediction code_prediction(Coder& coder, PictureModels& models, const SyntaxContext& context, const Block& block) {
  int copies = 0, palettes = 0;
  for (const Cell* cell : {context.left(block), context.above(block)}) {
    if (!cell) continue;
    copies += cell->prediction == Prediction::copy;
    palettes += cell->prediction == Prediction::palette;
  }
  if (coder.bit(models.is_copy[copies], block.prediction == Prediction::copy)) return Prediction::copy;
  if (!can_have_palette(block)) return Prediction::intra;
  return coder.bit(models.is_palette[palettes], block.prediction == Prediction::palette) ? Prediction::palette
                                                                                         : Prediction::intra;
}

template <class Coder>
void code_chroma_mode(Coder& coder, PictureModels& models, const SyntaxContext& context, Block& block) {
  const auto uses_luma = [](const Cell* cell) {
    return cell && cell->chroma_mode == static_cast<int>(ChromaMode::from_luma);
  };
  auto& model = models.chroma_mode[uses_luma(context.left(block)) || uses_luma(context.above(block))];
  // same | from luma | dc, smooth, horizontal, vertical
  const auto mode = static_cast<int>(block.chroma_mode);
  int coded = 0;
  if (coder.bit(model[0], mode > 0)) {
    coded = 1;
    if (coder.bit(model[1], mode > 1)) {
      const int high = coder.bit(model[2], mode > 3);
      coded = 2 + 2 * high + coder.bit(model[3 + high], mode & 1);
    }
  }
  block.chroma_mode = static_cast<ChromaMode>(coded);
  if (block.chroma_mode != ChromaMode::from_luma) return;
  for (int plane = 0; plane < 2; ++plane) {
    const int alpha = block.alpha[plane];
    int magnitude = 0;
    bool negative = false;
    if (coder.bit(models.alpha_sign[plane][0], alpha != 0)) {
      negative = coder.bit(models.alpha_sign[plane][1], alpha < 0);
      magnitude = 1;
      while (magnitude < kMaxAlpha && coder.bit(models.alpha_magnitude[plane][magnitude], std::abs(alpha) > magnitude))
        ++magnitude;
    }
    block.alpha[plane] = static_cast<int8_t>(negative ? -magnitude : magnitude);
  }
}

inline int prediction_kind(const Block& block) {
  if (block.prediction != Prediction::intra) return 3;
  return block.mode < kFirstDirection ? 0 : block.mode < kFirstDirection + 32 ? 1 : 2;
}

template <class Coder>
void code_transform(Coder& coder, PictureModels& models, Block& block) {
  auto& model = models.transform[size_class(block.shape)][prediction_kind(block)];
  const bool horizontal = coder.bit(model[0], block.transform.horizontal == Kernel::dst7);
  const bool vertical = coder.bit(model[1], block.transform.vertical == Kernel::dst7);
  block.transform = {horizontal ? Kernel::dst7 : Kernel::dct2, vertical ? Kernel::dst7 : Kernel::dct2};
}

// Whether a plane of the block has levels. The second chroma plane has more often where the first one has.
inline Model& coded_model(CoefficientModels& models, const Block& block, int plane, const ExpectedSpectrum& expected) {
  const bool first_coded = plane == 2 && block.is_coded(1);
  return models.coded[first_coded][area_class(block.shape)][expected.density];
}

// The flag of one plane, and its levels.
template <class Coder>
bool code_plane(Coder& coder, PictureModels& models, const SyntaxContext& context, Block& block, int plane) {
  CoefficientModels& coefficients = models.coefficients[plane > 0];
  const ExpectedSpectrum expected = context.spectra->expect(block, plane);
  const bool coded = coder.bit(coded_model(coefficients, block, plane, expected), block.is_coded(plane));
  if constexpr (Coder::kReads) block.coded_planes |= static_cast<uint8_t>(coded << plane);
  if (!coded) return true;
  if (plane == 0 && can_choose_transform(block)) code_transform(coder, models, block);
  if (!code_levels(coder, coefficients, block.shape, expected, block.levels[plane])) return false;
  if constexpr (Coder::kReads) block.update_spectrum(plane);
  return true;
}

// Whether a block begins a group of samples that share a step; the others take the step of their group.
inline bool begins_step_group(const BlockPlace& block) {
  return block.x % kStepGroup == 0 && block.y % kStepGroup == 0;
}
inline uint8_t step_of_group(const SyntaxContext& context, const BlockPlace& block) {
  return context.cell(block.x & -kStepGroup, block.y & -kStepGroup)->step_index;
}

// All syntax elements of a block. False if a reader finds an impossible value.
template <class Coder>
bool code_block(Coder& coder, PictureModels& models, const SyntaxContext& context, Block& block) {
  if (begins_step_group(block)) {
    const int step_index = code_step_index(coder, models, context, block, block.step_index);
    if (step_index < 0 || step_index > kMaxStepIndex) return false;
    block.step_index = static_cast<uint8_t>(step_index);
  } else {
    block.step_index = step_of_group(context, block);
  }
  if (context.screen_content) block.prediction = code_prediction(coder, models, context, block);
  if (block.prediction == Prediction::copy) {
    block.vector = code_vector(coder, models, LikelyVectors(context, block), block.vector);
    if (Coder::kReads && !can_copy(context, block, block.vector)) return false;
  } else if (block.prediction == Prediction::palette) {
    code_palette(coder, models, context, block, *block.palette);
  } else {
    block.mode = static_cast<uint8_t>(code_mode(coder, models, likely_modes(context, block), block.mode));
    if (context.planes > 1) code_chroma_mode(coder, models, context, block);
  }
  for (int plane = 0; plane < context.planes; ++plane) {
    if (!code_plane(coder, models, context, block, plane)) return false;
  }
  return true;
}

// Calls leaf(place) for the blocks of a partition of a square node, or quarter(place) for the nodes of a split one;
// stops at the first call that returns false.
template <class Leaf, class Quarter>
bool for_each_part(Partition partition, const BlockPlace& node, Leaf&& leaf, Quarter&& quarter) {
  const int half = node.width() / 2, log2_half = node.shape.log2_width - 1;
  switch (partition) {
    case Partition::none:
      return leaf(node);
    case Partition::horizontal: {
      const BlockShape shape(log2_half + 1, log2_half);
      return leaf(node.part(0, 0, shape)) && leaf(node.part(0, half, shape));
    }
    case Partition::vertical: {
      const BlockShape shape(log2_half, log2_half + 1);
      return leaf(node.part(0, 0, shape)) && leaf(node.part(half, 0, shape));
    }
    case Partition::split: {
      const BlockShape shape = BlockShape::square(log2_half);
      return quarter(node.part(0, 0, shape)) && quarter(node.part(half, 0, shape)) &&
             quarter(node.part(0, half, shape)) && quarter(node.part(half, half, shape));
    }
  }
  return false;
}

// Nodes of 8 and more samples a side that stick out of the tile are split, and the stream does not say so; 4x4 nodes
// are leaves.
inline bool split_is_implied(const SyntaxContext& context, const BlockPlace& node) {
  return node.x + node.width() > context.tile.x1 || node.y + node.height() > context.tile.y1;
}

// Calls block(place) for the blocks of a square node in coding order. The partition of each node comes from
// partition_of(node), unless it is implied. False as soon as a block returns false.
template <class PartitionOf, class CodeBlock>
bool for_each_block(const SyntaxContext& context, const BlockPlace& node, PartitionOf&& partition_of,
                    CodeBlock&& block) {
  if (node.x >= context.tile.x1 || node.y >= context.tile.y1) return true;
  const Partition partition = split_is_implied(context, node) ? Partition::split
                              : node.shape.log2_width > 2     ? partition_of(node)
                                                              : Partition::none;
  return for_each_part(partition, node, block, [&](const BlockPlace& quarter) {
    return for_each_block(context, quarter, partition_of, block);
  });
}

}  // namespace laq::picture
