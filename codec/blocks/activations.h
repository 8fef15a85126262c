// Activations for products with rows of blocks.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <laq/blocks.hpp>

#include "blocks/block_kernels.h"

namespace laq {

// In blocks as a row has, if rows stand apart; else as they are, because rows begin anywhere in blocks.
struct QuantizedActivations {
  BlockFormat format;  // of the tensor that they are for
  float scale = 0;
  std::vector<ActivationBlock> blocks;
  std::vector<float> elements;  // if rows are joined
};

// activations: as many finite numbers as the format has columns.
std::shared_ptr<const QuantizedActivations> quantize_for(const BlockFormat& format, std::span<const float> activations);

// The products of rows from `row` on with activations that are quantized for their format.
void dot_rows(const BlockView& view, uint64_t row, const QuantizedActivations& activations, std::span<float> products);

class ActivationAccess {
 public:
  static BlockActivations wrap(std::shared_ptr<const QuantizedActivations> quantized) {
    BlockActivations wrapped;
    wrapped.quantized_ = std::move(quantized);
    return wrapped;
  }
  // Null if nothing was quantized.
  static const QuantizedActivations* look(const BlockActivations& activations) { return activations.quantized_.get(); }
};

}  // namespace laq
