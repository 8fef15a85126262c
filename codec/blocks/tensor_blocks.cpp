#include "blocks/tensor_blocks.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "blocks/block_encoder.h"
#include "blocks/block_reader.h"
#include "blocks/width_choice.h"

namespace laq {
namespace {

constexpr uint64_t kBlocksAtOnce = 64;

// How much errors weigh: importance of columns, and shaping by the root mean square of rows and columns.
struct ErrorWeights {
  std::vector<float> of_row, of_column;  // empty: all 1
};

// The weights that errors in rows or columns get, from the sums of squares in each of them.
std::vector<float> shape_by(const std::vector<double>& squares, double shaping) {
  double mean = 0;
  for (const double square : squares) mean += square / static_cast<double>(squares.size());
  constexpr double kFloor = 1e-6;  // so that rows of nearly nothing do not take all
  std::vector<float> weights;
  for (const double square : squares) {
    weights.push_back(mean == 0 ? 1.0f : static_cast<float>(std::pow(square / mean + kFloor, -shaping)));
  }
  return weights;
}

ErrorWeights weigh_errors(std::span<const float> elements, uint64_t rows, uint64_t columns,
                          const BlockOptions& options) {
  ErrorWeights weights;
  if (options.shaping > 0 && !elements.empty()) {
    std::vector<double> of_row(rows, 0.0), of_column(columns, 0.0);
    for (size_t i = 0; i < elements.size(); ++i) {
      const double square = static_cast<double>(elements[i]) * elements[i];
      of_row[i / columns] += square;
      of_column[i % columns] += square;
    }
    weights.of_row = shape_by(of_row, options.shaping);
    weights.of_column = shape_by(of_column, options.shaping);
  }
  if (!options.importance.empty()) {
    weights.of_column.resize(columns, 1.0f);
    double sum = 0;
    for (const float importance : options.importance) sum += importance;
    for (size_t c = 0; c < columns; ++c) {
      weights.of_column[c] *= static_cast<float>(options.importance[c] * static_cast<double>(columns) / sum);
    }
  }
  return weights;
}

// Elements, scaled for BlockSource, with their weights, block by block.
class ScaledTensor {
 public:
  ScaledTensor(std::span<const float> elements, const BlockFormat& format, const ErrorWeights& weights)
      : elements_(elements), format_(format), weights_(weights), geometry_(format) {}

  const BlockGeometry& geometry() const { return geometry_; }
  int lanes_of(uint64_t block) const { return geometry_.lanes_of_block(block % geometry_.strip_blocks()); }

  struct Block {
    float elements[kBlockElements];
    float weights[kBlockElements];
  };
  // The source refers to `block`.
  BlockSource source(uint64_t index, Block& block) const {
    const uint64_t strip = index / geometry_.strip_blocks(), place = index % geometry_.strip_blocks();
    const uint64_t begin = strip * geometry_.strip_elements() + place * kBlockElements;
    const int count = geometry_.elements_of(place);
    const bool is_weighted = !weights_.of_row.empty() || !weights_.of_column.empty();
    for (int i = 0; i < count; ++i) {
      const auto element = static_cast<size_t>(begin) + static_cast<size_t>(i);
      block.elements[i] = std::ldexp(elements_[element], -format_.exponent);
      if (!is_weighted) continue;
      const uint64_t row = element / format_.columns, column = element % format_.columns;
      block.weights[i] = (weights_.of_row.empty() ? 1.0f : weights_.of_row[row]) *
                         (weights_.of_column.empty() ? 1.0f : weights_.of_column[column]);
    }
    return {{block.elements, static_cast<size_t>(count)}, is_weighted ? block.weights : nullptr};
  }

 private:
  std::span<const float> elements_;
  const BlockFormat& format_;
  const ErrorWeights& weights_;
  BlockGeometry geometry_;
};

// Calls work(block) for all blocks.
template <class Work>
void for_blocks(uint64_t blocks, int threads, Work&& work) {
  const auto pieces = static_cast<int>((blocks + kBlocksAtOnce - 1) / kBlocksAtOnce);
  parallel_for(pieces, threads, [&](int piece, int) {
    const uint64_t begin = static_cast<uint64_t>(piece) * kBlocksAtOnce;
    for (uint64_t b = begin; b < std::min(blocks, begin + kBlocksAtOnce); ++b) work(b);
  });
}

std::vector<uint8_t> choose_widths(const ScaledTensor& tensor, uint64_t most_bytes, const BlockOptions& options) {
  std::vector<BlockErrors> errors(tensor.geometry().blocks());
  for_blocks(errors.size(), options.threads, [&](uint64_t b) {
    ScaledTensor::Block block;
    const BlockSource source = tensor.source(b, block);
    errors[b].lanes = tensor.lanes_of(b);
    for (size_t w = 0; w < kChosenWidths.size(); ++w) {
      errors[b].of_width[w] = static_cast<float>(expected_error(source, kChosenWidths[w]));
    }
  });
  return choose_widths(errors, most_bytes);
}

// The power of two that brings elements into the range of scales; 0 for usual ones.
int choose_exponent(std::span<const float> elements) {
  float largest = 0;
  for (const float element : elements) largest = std::max(largest, std::fabs(element));
  if (largest == 0 || (largest >= 0x1p-12f && largest < 512)) return 0;
  return std::clamp(std::ilogb(largest) - 8, -126, 127);
}

bool stand_apart(uint64_t rows, uint64_t columns, BlockRows choice) {
  if (choice != BlockRows::automatic) return choice == BlockRows::apart;
  constexpr int kTypicalWidth = 4;
  constexpr double kMostLoss = 1.02;
  const auto bytes = [&](bool apart) {
    const BlockGeometry geometry({rows, columns, kTypicalWidth, apart});
    return static_cast<double>(geometry.strips() * geometry.strip_bytes(kTypicalWidth));
  };
  return bytes(true) <= kMostLoss * bytes(false);
}

// Blocks of given widths, from `to` on.
void write_blocks(const ScaledTensor& tensor, const std::vector<uint8_t>& widths, int effort, int threads,
                  std::byte* to) {
  std::vector<uint64_t> offsets = {0};
  for (uint64_t b = 0; b < widths.size(); ++b) {
    offsets.push_back(offsets.back() + static_cast<uint64_t>(block_bytes(widths[b], tensor.lanes_of(b))));
  }
  for_blocks(widths.size(), threads, [&](uint64_t b) {
    ScaledTensor::Block block;
    encode_block(tensor.source(b, block), widths[b], effort, to + offsets[b]);
  });
}

uint64_t bytes_of(const ScaledTensor& tensor, const std::vector<uint8_t>& widths) {
  uint64_t bytes = 0;
  for (uint64_t b = 0; b < widths.size(); ++b)
    bytes += static_cast<uint64_t>(block_bytes(widths[b], tensor.lanes_of(b)));
  return bytes;
}

}  // namespace

BlockTensor encode_blocks(std::span<const float> elements, uint64_t rows, uint64_t columns,
                          const BlockOptions& options) {
  BlockTensor tensor;
  BlockFormat& format = tensor.format;
  format = {rows, columns, options.width, stand_apart(rows, columns, options.rows), options.rotates, 0};
  std::vector<float> rotated;
  if (options.rotates && columns > 0) {
    rotated.assign(elements.begin(), elements.end());
    for (size_t i = 0; i < rotated.size(); i += columns) rotate_row(std::span(rotated).subspan(i, columns));
    elements = rotated;
  }
  format.exponent = choose_exponent(elements);
  const ErrorWeights weights = weigh_errors(elements, rows, columns, options);
  const ScaledTensor scaled(elements, format, weights);
  const uint64_t table = width_table_bytes(format);
  std::vector<uint8_t> widths(scaled.geometry().blocks(), static_cast<uint8_t>(format.width));
  if (format.width == 0) {
    const double most = options.bits / 8 * static_cast<double>(elements.size()) - static_cast<double>(table);
    widths = choose_widths(scaled, static_cast<uint64_t>(std::max(most, 0.0)), options);
  }
  tensor.bytes.resize(static_cast<size_t>(table + bytes_of(scaled, widths)));
  for (uint64_t b = 0; b < widths.size() && format.width == 0; ++b) {
    tensor.bytes[b / 2] |= static_cast<std::byte>(widths[b] << (b % 2 * 4));
  }
  write_blocks(scaled, widths, options.effort, options.threads, tensor.bytes.data() + table);
  return tensor;
}

void append_row(BlockTensor& tensor, std::span<const float> row, const BlockOptions& options) {
  BlockFormat& format = tensor.format;
  std::vector<float> elements(row.begin(), row.end());
  if (format.is_rotated) rotate_row(elements);
  BlockFormat alone = format;
  alone.rows = 1;
  const ErrorWeights weights = weigh_errors(elements, 1, format.columns, options);
  const ScaledTensor scaled(elements, alone, weights);
  const std::vector<uint8_t> widths(scaled.geometry().blocks(), static_cast<uint8_t>(format.width));
  const size_t begin = tensor.bytes.size();
  tensor.bytes.resize(begin + static_cast<size_t>(bytes_of(scaled, widths)));
  write_blocks(scaled, widths, options.effort, 1, tensor.bytes.data() + begin);
  ++format.rows;
}

}  // namespace laq
