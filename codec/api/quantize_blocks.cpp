// Blocks: what makes them.
#include <cmath>
#include <string>

#include <laq/blocks.hpp>

#include "base/checks.h"
#include "base/without_exceptions.h"
#include "blocks/block_reader.h"
#include "blocks/tensor_blocks.h"

namespace laq {
namespace {

std::optional<Error> check_options(const BlockOptions& options, uint64_t columns) {
  if (auto error = check_range("bits", options.bits, 0.25, 16)) return error;
  if (auto error = check_range("effort", int64_t{options.effort}, 1, 9)) return error;
  if (auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return error;
  if (auto error = check_range("shaping", options.shaping, 0, 1)) return error;
  if (!options.importance.empty() && options.importance.size() != columns) {
    return invalid("importance has " + std::to_string(options.importance.size()) + " numbers for " +
                   std::to_string(columns) + " columns");
  }
  for (size_t c = 0; c < options.importance.size(); ++c) {
    if (options.importance[c] > 0 && std::isfinite(options.importance[c])) continue;
    return invalid("importance of column " + std::to_string(c) + " is not above 0 and finite");
  }
  return std::nullopt;
}

std::optional<Error> check_elements(std::span<const float> elements, uint64_t columns) {
  for (size_t i = 0; i < elements.size(); ++i) {
    if (std::isfinite(elements[i])) continue;
    return invalid("the element in row " + std::to_string(i / columns) + ", column " + std::to_string(i % columns) +
                   " is not finite: blocks hold finite numbers");
  }
  return std::nullopt;
}

}  // namespace

Result<BlockTensor> quantize_blocks(std::span<const float> elements, uint64_t rows, uint64_t columns,
                                    const BlockOptions& options) {
  return without_exceptions([&]() -> Result<BlockTensor> {
    if (auto error = check_block_format({rows, columns, options.width})) return *error;
    if (auto error = check_options(options, columns)) return *error;
    if (elements.size() != rows * columns) {
      return invalid("there are " + std::to_string(elements.size()) + " elements for " + std::to_string(rows) +
                     " rows of " + std::to_string(columns));
    }
    if (auto error = check_elements(elements, columns)) return *error;
    const DefaultFloatingPoint guard;
    return encode_blocks(elements, rows, columns, options);
  });
}

std::optional<Error> append_block_row(BlockTensor& tensor, std::span<const float> row, const BlockOptions& options) {
  return without_exceptions([&]() -> std::optional<Error> {
    BlockFormat longer = tensor.format;
    ++longer.rows;
    if (auto error = check_block_format(longer)) return error;
    const Result<uint64_t> bytes = bytes_of_blocks(tensor.format);
    if (!bytes) return bytes.error();
    if (!longer.rows_apart) return invalid("rows can only be appended where they stand apart");
    if (*bytes != tensor.bytes.size()) return invalid("the bytes of the tensor are not those of its format");
    if (row.size() != longer.columns) {
      return invalid("a row of " + std::to_string(row.size()) + " elements for " + std::to_string(longer.columns) +
                     " columns");
    }
    if (auto error = check_options(options, longer.columns)) return error;
    if (auto error = check_elements(row, longer.columns)) return error;
    const DefaultFloatingPoint guard;
    append_row(tensor, row, options);
    return std::nullopt;
  });
}

}  // namespace laq
