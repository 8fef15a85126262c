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

std::optional<Error> check_rows(const BlockView& view, uint64_t row, uint64_t count) {
  const uint64_t rows = view.format().rows;
  if (count <= rows && row <= rows - count) return std::nullopt;
  return invalid("rows " + std::to_string(row) + " and " + std::to_string(count - 1) + " after it of a tensor of " +
                 std::to_string(rows) + " rows");
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

// Calls work(first row, count) for groups of rows that hold about this many elements.
template <class Work>
void for_rows(uint64_t rows, uint64_t columns, int threads, Work&& work) {
  constexpr uint64_t kElements = 1 << 16, kMostPieces = 1 << 20;
  const uint64_t group = std::max<uint64_t>(kElements / std::max<uint64_t>(columns, 1), 1);
  const uint64_t groups = (rows + group - 1) / group, pieces = std::min(groups, kMostPieces);
  parallel_for(static_cast<int>(pieces), threads, [&](int piece, int) {
    for (auto g = static_cast<uint64_t>(piece); g < groups; g += pieces) {
      work(g * group, std::min(group, rows - g * group));
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

std::optional<Error> dequantize_blocks(const BlockView& view, uint64_t row, std::span<float> elements,
                                       const BlockThreads& options) {
  return without_exceptions([&]() -> std::optional<Error> {
    if (auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return error;
    const uint64_t columns = view.format().columns;
    if (elements.empty()) return std::nullopt;
    if (columns == 0 || elements.size() % columns != 0) {
      return invalid(std::to_string(elements.size()) + " elements are no whole rows of " + std::to_string(columns));
    }
    const uint64_t rows = elements.size() / columns;
    if (auto error = check_rows(view, row, rows)) return error;
    const DefaultFloatingPoint guard;
    const BlockReader reader(view);
    for_rows(rows, columns, options.threads, [&](uint64_t first, uint64_t count) {
      reader.read_rows(row + first, elements.subspan(first * columns, count * columns));
    });
    return std::nullopt;
  });
}

Result<std::vector<float>> dequantize_blocks(const BlockView& view, const BlockThreads& options) {
  return without_exceptions([&]() -> Result<std::vector<float>> {
    std::vector<float> elements(static_cast<size_t>(view.format().rows * view.format().columns));
    if (auto error = dequantize_blocks(view, 0, elements, options)) return *error;
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
    if (auto error = check_rows(view, row, 1)) return *error;
    if (auto error = check_activations(view, activations)) return *error;
    const DefaultFloatingPoint guard;
    std::vector<float> elements(activations.size());
    BlockReader(view).read_rows(row, elements);
    return dot_floats(elements, activations);
  });
}

std::optional<Error> dot_blocks(const BlockView& view, uint64_t row, const BlockActivations& activations,
                                std::span<float> products) {
  return without_exceptions([&]() -> std::optional<Error> {
    if (products.empty()) return std::nullopt;
    if (auto error = check_rows(view, row, products.size())) return error;
    const QuantizedActivations* quantized = ActivationAccess::look(activations);
    const BlockFormat& format = view.format();
    if (quantized == nullptr || quantized->format.columns != format.columns ||
        quantized->format.rows_apart != format.rows_apart || quantized->format.is_rotated != format.is_rotated) {
      return invalid("the activations were not quantized for this tensor");
    }
    const DefaultFloatingPoint guard;
    dot_rows(view, row, *quantized, products);
    return std::nullopt;
  });
}

Result<float> dot_blocks(const BlockView& view, uint64_t row, const BlockActivations& activations) {
  float product = 0;
  if (auto error = dot_blocks(view, row, activations, {&product, 1})) return *error;
  return product;
}

Result<std::vector<float>> matvec_blocks(const BlockView& view, std::span<const float> activations,
                                         const BlockThreads& options) {
  return without_exceptions([&]() -> Result<std::vector<float>> {
    if (auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
    if (auto error = check_activations(view, activations)) return *error;
    const DefaultFloatingPoint guard;
    const auto quantized = quantize_for(view.format(), activations);
    std::vector<float> products(static_cast<size_t>(view.format().rows));
    for_rows(view.format().rows, view.format().columns, options.threads, [&](uint64_t row, uint64_t rows) {
      dot_rows(view, row, *quantized, std::span(products).subspan(row, rows));
    });
    return products;
  });
}

}  // namespace laq
