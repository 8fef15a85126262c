#include "blocks/activations.h"

#include <algorithm>
#include <cmath>

#include "blocks/block_reader.h"

namespace laq {
namespace {

float largest_size(std::span<const float> elements) {
  float largest = 0;
  for (const float element : elements) largest = std::max(largest, std::fabs(element));
  return largest;
}

// One vector of a block: at most 32 elements. inverse: 1 / scale.
void quantize_vector(std::span<const float> elements, float inverse, int j, ActivationBlock& block) {
  // The smallest multiplier whose 127 holds the largest element.
  const float reach = largest_size(elements) * inverse * (1.0f / 127);
  const int multiplier = std::min(static_cast<int>(std::ceil(reach)), kLargestMultiplier);
  block.multipliers[j] = static_cast<int16_t>(multiplier);
  if (multiplier == 0) return;
  const float factor = inverse / static_cast<float>(multiplier);
  for (size_t l = 0; l < elements.size(); ++l) {
    const float value = std::min(std::max(elements[l] * factor, -127.0f), 127.0f);
    const auto rounded = static_cast<int8_t>(static_cast<int>(value + (value < 0 ? -0.5f : 0.5f)));
    block.values[static_cast<size_t>(j) * kBlockLanes + l] = rounded;
    int16_t& sum = block.sums[(l >= kGroupLanes ? kBlockVectors : 0) + j];
    sum = static_cast<int16_t>(sum + rounded);
  }
}

}  // namespace

std::shared_ptr<const QuantizedActivations> quantize_for(const BlockFormat& format,
                                                         std::span<const float> activations) {
  auto quantized = std::make_shared<QuantizedActivations>();
  quantized->format = format;
  std::vector<float>& elements = quantized->elements;
  elements.assign(activations.begin(), activations.end());
  if (!format.rows_apart) return quantized;
  if (format.is_rotated) rotate_row(elements);
  const BlockGeometry geometry(format);
  quantized->blocks.resize(static_cast<size_t>(geometry.strip_blocks()));
  // Multiplied by 127 and the largest multiplier it is at least the largest element, and never too small to divide by.
  quantized->scale = std::max(largest_size(elements) * (1.0f / (127 * kLargestMultiplier)), 0x1p-120f);
  const float inverse = 1 / quantized->scale;
  for (size_t b = 0; b < quantized->blocks.size(); ++b) {
    ActivationBlock& block = quantized->blocks[b];
    block = {};
    const auto count = static_cast<size_t>(geometry.elements_of(b)),
               lanes = static_cast<size_t>(geometry.lanes_of_block(b));
    for (size_t j = 0; j * lanes < count; ++j) {
      const size_t begin = b * kBlockElements + j * lanes;
      quantize_vector(std::span(elements).subspan(begin, std::min(lanes, count - j * lanes)), inverse,
                      static_cast<int>(j), block);
    }
  }
  elements.clear();
  return quantized;
}

void dot_rows(const BlockView& view, uint64_t row, const QuantizedActivations& activations, std::span<float> products) {
  const BlockReader reader(view);
  const auto columns = static_cast<size_t>(view.format().columns);
  if (view.format().rows_apart) {
    for (size_t r = 0; r < products.size(); ++r) {
      const BlockRun run = reader.run(row + r, 0, reader.geometry().strip_blocks());
      products[r] = activations.scale * dot_run(run, activations.blocks.data());
    }
    return;
  }
  std::vector<float> elements(columns * products.size());
  reader.read_rows(row, elements);
  for (size_t r = 0; r < products.size(); ++r) {
    products[r] = dot_floats(std::span(elements).subspan(r * columns, columns), activations.elements);
  }
}

}  // namespace laq
