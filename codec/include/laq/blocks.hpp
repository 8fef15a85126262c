// laq blocks: weights, activations and caches in a fixed-rate format, which are multiplied without unpacking. This is
// the C++ API; laq.h has the same in C, docs/blocks.md the format.
//
//   laq::Result<laq::BlockTensor> tensor = laq::quantize_blocks(weights, rows, columns, {.bits = 4.25});
//   laq::Result<laq::BlockView> view = laq::view_blocks(tensor->format, tensor->bytes);
//   laq::Result<std::vector<float>> product = laq::matvec_blocks(*view, activations, {.threads = 2});
//   laq::Result<std::vector<float>> again = laq::dequantize_blocks(*view);
//
// Every CPU gives the same numbers. No function throws; all may be called from several threads at once.
//
// Sources: trellis-coded quantization, Marcellin and Fischer 1990; a trellis whose state is the last bits of the code,
// so that nothing is decoded one after the other, Tseng and others, "QTIP", 2024 (arXiv 2406.11235).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <laq/laq.hpp>

namespace laq {

// What the bytes of blocks do not tell by themselves. Elements are in row-major order.
struct BlockFormat {
  uint64_t rows = 0;
  uint64_t columns = 0;     // rows * columns is at most 2^40
  int width = 0;            // bits of every code: 1..6 or 8; 0: a table at the front has a width for each block
  bool rows_apart = true;   // every row begins a block of its own; else rows run on through blocks
  bool is_rotated = false;  // each 32 elements of a row were Hadamard transformed before
  int exponent = 0;         // -126..127, of a power of two that scales all elements

  bool operator==(const BlockFormat&) const = default;
};

// The format and the packed bytes, as they go into a file.
struct BlockTensor {
  BlockFormat format = {};
  std::vector<std::byte> bytes = {};
};

enum class BlockRows : uint8_t {
  automatic,  // apart if that takes at most 2 % more bytes than joined
  apart,      // for rows that are appended, or multiplied often
  joined,
};

struct BlockOptions {
  double bits = 4.25;  // per element at most, everything counted, 0.25..16; widths are chosen block by block
  int width = 0;       // 1..6 or 8: every block has this width, and `bits` is not looked at
  int effort = 5;      // 1 (fastest) .. 9: how many scales and widths are tried
  int threads = 0;     // 1..1024, or 0: one per processor; the bytes do not depend on it
  BlockRows rows = BlockRows::automatic;
  bool rotates = false;  // Hadamard transform of each 32 elements first: for activations with outliers
  std::span<const float> importance = {};  // of errors, per column; positive; empty: all are alike
  double shaping = 0;  // 0..1: errors in rows and columns of root mean square r weigh r^-(2 shaping); 0: squared error
};

// A tensor's blocks. They are checked once, so that all functions can use them safely. The bytes are not owned.
class BlockView {
 public:
  const BlockFormat& format() const { return format_; }

 private:
  friend class BlockReader;
  BlockFormat format_ = {};
  std::span<const std::byte> widths_ = {};  // the table, half a byte a block; empty if all are of one width
  std::span<const std::byte> blocks_ = {};
  std::vector<uint64_t> offsets_ = {};  // with a table: of the first block of a row and of every sixteenth from it on
};

// Activations as integers: 8 bits each, a scale for 32 of them and one for all.
class BlockActivations {
 private:
  friend class ActivationAccess;
  std::shared_ptr<const struct QuantizedActivations> quantized_ = {};
};

// The blocks of rows * columns finite numbers. Errors: invalid_argument, out_of_memory.
LAQ_API Result<BlockTensor> quantize_blocks(std::span<const float> elements, uint64_t rows, uint64_t columns,
                                            const BlockOptions& options = {});

// Appends a row to a tensor of one width whose rows stand apart, such as a cache. The tensor's format decides how the
// row is coded; of `options`, effort, importance and shaping count. For a tensor without rows the caller sets the
// format. Errors: invalid_argument (rows do not stand apart, blocks of several widths, bytes of another format, a row
// of another length or with a number that is not finite), out_of_memory; the tensor is then as it was.
LAQ_API std::optional<Error> append_block_row(BlockTensor& tensor, std::span<const float> row,
                                              const BlockOptions& options = {});

// The bytes that blocks of a format with one width take. Errors: invalid_argument.
LAQ_API Result<uint64_t> bytes_of_blocks(const BlockFormat& format);

// Checks the bytes against the format. They must outlive the view. Errors: invalid_argument (the format), truncated and
// corrupt (the bytes).
LAQ_API Result<BlockView> view_blocks(const BlockFormat& format, std::span<const std::byte> bytes);

struct BlockThreads {
  int threads = 1;  // 1..1024, or 0: one per processor; results do not depend on it
};

// All elements; or those of whole rows from `row` on, as many as `elements` holds. Errors: invalid_argument,
// out_of_memory.
LAQ_API Result<std::vector<float>> dequantize_blocks(const BlockView& view, const BlockThreads& options = {});
LAQ_API std::optional<Error> dequantize_blocks(const BlockView& view, uint64_t row, std::span<float> elements,
                                               const BlockThreads& options = {});

// Activations for products with rows of a view, which decides on lanes and rotation; as many as columns, all finite.
// Errors: invalid_argument, out_of_memory.
LAQ_API Result<BlockActivations> quantize_activations(const BlockView& view, std::span<const float> activations);

// The product of a row with activations: in floating point, or in integers. Errors: invalid_argument (no such row,
// activations of another number or for another format), out_of_memory.
LAQ_API Result<float> dot_blocks(const BlockView& view, uint64_t row, std::span<const float> activations);
LAQ_API Result<float> dot_blocks(const BlockView& view, uint64_t row, const BlockActivations& activations);

// The products of consecutive rows from `row` on, as many as `products` holds; for callers with threads of their own.
// Errors: as of the above.
LAQ_API std::optional<Error> dot_blocks(const BlockView& view, uint64_t row, const BlockActivations& activations,
                                        std::span<float> products);

// The products of all rows, in integers; the activations are quantized on the fly. Errors: invalid_argument,
// out_of_memory.
LAQ_API Result<std::vector<float>> matvec_blocks(const BlockView& view, std::span<const float> activations,
                                                 const BlockThreads& options = {});

}  // namespace laq
