// Blocks: what reads them and computes with them.
#include <laq/blocks.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/checks.h"
#include "base/parallel.h"
#include "base/without_exceptions.h"
#include "blocks/activations.h"
#include "blocks/block_reader.h"

namespace laq {
namespace {

std::optional<Error> check_row(const BlockView& view, uint64_t row) {
  if (row < view.format().rows) return std::nullopt;
  return invalid("row " + std::to_string(row) + " of a tensor of " + std::to_string(view.format().rows) + " rows");
}

std::optional<Error> check_activations(const BlockView& view, std::span<const float> activations) {
  if (activations.size() != view.format().columns) {
    return invalid("there are " + std::to_string(activations.size()) + " activations for rows of " +
                   std::to_string(view.format().columns));
  }
  const auto wrong = std::find_if(activations.begin(), activations.end(), [](float v) { return !std::isfinite(v); });
  if (wrong == activations.end()) return std::nullopt;
  return invalid("activation " + std::to_string(wrong - activations.begin()) + " is not finite");
}

// Calls work(first row, rows) for groups of rows of about this many elements.
template <class Work>
void for_rows(const BlockFormat& format, int threads, Work&& work) {
  constexpr uint64_t kElements = 1 << 16;
  const uint64_t group = std::max<uint64_t>(kElements / std::max<uint64_t>(format.columns, 1), 1);
  const uint64_t count = (format.rows + group - 1) / group;
  constexpr uint64_t kMostPieces = 1 << 20;
  const uint64_t pieces = std::min(count, kMostPieces);
  parallel_for(static_cast<int>(pieces), threads, [&](int piece, int) {
    for (auto g = static_cast<uint64_t>(piece); g < count; g += pieces) {
      work(g * group, std::min(group, format.rows - g * group));
    }
  });
}

}  // namespace

Result<uint64_t> bytes_of_blocks(const BlockFormat& format) {
  if (auto error = check_block_format(format)) return *error;
  if (format.width == 0) return invalid("width is 0: the bytes depend on the elements");
  const BlockGeometry geometry(format);
  return geometry.strips() * geometry.strip_bytes(format.width);
}

Result<BlockView> view_blocks(const BlockFormat& format, std::span<const std::byte> bytes) {
  return without_exceptions([&]() -> Result<BlockView> {
    if (auto error = check_block_format(format)) return *error;
    return BlockReader::open(format, bytes);
  });
}

Result<std::vector<float>> dequantize_blocks(const BlockView& view, const BlockThreads& options) {
  return without_exceptions([&]() -> Result<std::vector<float>> {
    if (auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
    const DefaultFloatingPoint guard;
    const BlockFormat& format = view.format();
    std::vector<float> elements(static_cast<size_t>(format.rows * format.columns));
    const BlockReader reader(view);
    for_rows(format, options.threads, [&](uint64_t row, uint64_t rows) {
      reader.read_rows(row, std::span(elements).subspan(row * format.columns, rows * format.columns));
    });
    return elements;
  });
}

Result<std::vector<float>> dequantize_block_row(const BlockView& view, uint64_t row) {
  return without_exceptions([&]() -> Result<std::vector<float>> {
    if (auto error = check_row(view, row)) return *error;
    const DefaultFloatingPoint guard;
    std::vector<float> elements(static_cast<size_t>(view.format().columns));
    BlockReader(view).read_rows(row, elements);
    return elements;
  });
}

Result<BlockActivations> quantize_activations(const BlockView& view, std::span<const float> activations) {
  return without_exceptions([&]() -> Result<BlockActivations> {
    if (auto error = check_activations(view, activations)) return *error;
    const DefaultFloatingPoint guard;
    return ActivationAccess::wrap(quantize_for(view.format(), activations));
  });
}

Result<float> dot_blocks(const BlockView& view, uint64_t row, std::span<const float> activations) {
  return without_exceptions([&]() -> Result<float> {
    if (auto error = check_row(view, row)) return *error;
    if (auto error = check_activations(view, activations)) return *error;
    const DefaultFloatingPoint guard;
    std::vector<float> elements(activations.size());
    BlockReader(view).read_rows(row, elements);
    return dot_floats(elements, activations);
  });
}

Result<float> dot_blocks(const BlockView& view, uint64_t row, const BlockActivations& activations) {
  return without_exceptions([&]() -> Result<float> {
    if (auto error = check_row(view, row)) return *error;
    const QuantizedActivations* quantized = ActivationAccess::look(activations);
    const BlockFormat& format = view.format();
    if (quantized == nullptr || quantized->format.columns != format.columns ||
        quantized->format.rows_apart != format.rows_apart || quantized->format.is_rotated != format.is_rotated) {
      return invalid("the activations were not quantized for this tensor");
    }
    const DefaultFloatingPoint guard;
    float product = 0;
    dot_rows(view, row, *quantized, {&product, 1});
    return product;
  });
}

Result<std::vector<float>> matvec_blocks(const BlockView& view, std::span<const float> activations,
                                         const BlockThreads& options) {
  return without_exceptions([&]() -> Result<std::vector<float>> {
    if (auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
    if (auto error = check_activations(view, activations)) return *error;
    const DefaultFloatingPoint guard;
    const auto quantized = quantize_for(view.format(), activations);
    std::vector<float> products(static_cast<size_t>(view.format().rows));
    for_rows(view.format(), options.threads, [&](uint64_t row, uint64_t rows) {
      dot_rows(view, row, *quantized, std::span(products).subspan(row, rows));
    });
    return products;
  });
}

}  // namespace laq
