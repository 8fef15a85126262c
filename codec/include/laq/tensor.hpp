// laq: tensors of neural networks (weights, activations), many in one file, each with a name.
//
//   std::vector<laq::TensorView> model = {{"conv.weight", laq::ElementType::bfloat16, {64, 32, 3, 3}, weights}};
//   laq::Result<std::vector<std::byte>> file = laq::encode(model, {.target = {laq::TensorTargetKind::bits, 4.5}});
//   laq::Result<laq::Tensor> weight = laq::decode_tensor(*file, "conv.weight");  // reads no other tensor's stream
//
// The steps of quantization follow the variance of rows, columns and neighbourhoods; a single step for a tensor loses 2
// to 4 decibels. Every machine decodes the same elements; NaN and infinities come back bit by bit. All functions are
// re-entrant; none throws.
//
// Sources: trellis-coded quantization, Marcellin and Fischer 1990; asymmetric numeral systems, Duda 2013; mixtures of
// contexts by logistic regression, Mahoney 2005. The methods are described in docs/format.md and docs/how-it-works.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <laq/array.hpp>
#include <laq/laq.hpp>

namespace laq {

// What the stream of a tensor is to reach.
enum class TensorTargetKind : uint8_t {
  lossless,
  bits,  // the least error with a stream of at most `value` bits an element; what a file has beside it comes on top
  snr,   // the fewest bytes with at least `value` decibels: the mean of squares to the mean squared error
  max_error,  // the fewest bytes with no finite element further off than `value`
};

struct TensorTarget {
  TensorTargetKind kind = TensorTargetKind::lossless;
  double value = 0;  // bits: above 0; snr: 0 .. 1000; max_error: at least 0

  bool operator==(const TensorTarget&) const = default;
};

// A tensor of the caller, not owned. Its elements are in native byte order and packed, the last side fastest.
struct TensorView {
  std::string name = {};  // at most 65535 bytes; no two tensors of a file have the same
  ElementType type = ElementType::float32;
  std::vector<uint64_t> shape = {};  // 0 to 32 sides, the slowest first; outputs before inputs before kernels
  const void* data = nullptr;        // may be null where a side is 0
  // What a model calls the type, if `type` does not tell: "F8_E4M3", "Q4_K". Elements are then uint8, the bytes of it.
  std::string type_name = {};
  // In place of that of the options; integers are always without loss. Without it, the tensor is coded without loss if
  // is_kept_by_default().
  std::optional<TensorTarget> target = {};
  // How much the squared error of each input channel counts: its mean activation energy, or the diagonal of a Hessian.
  // Not owned; empty, or as many as there are input channels: the second side of [outputs, inputs, kernel ...], and the
  // last but one of TensorFlow's [kernel ..., inputs, outputs].
  std::span<const float> importance = {};
};

// The same, owning its elements.
struct Tensor {
  std::string name = {};
  ElementType type = ElementType::float32;
  std::vector<uint64_t> shape = {};
  std::vector<std::byte> data = {};
  std::string type_name = {};

  TensorView view() const { return {name, type, shape, data.data(), type_name}; }
};

// How the error is spread over a tensor.
enum class NoiseShape : uint8_t {
  mse,       // the least mean squared error
  relative,  // rows and columns of small weights get less of it, as their root mean squares to the power 1/2
};

struct TensorEncodeOptions {
  TensorTarget target = {};
  NoiseShape shape = NoiseShape::relative;
  bool adaptive_quantization = true;  // false: one step and one entropy coder for each tensor, for comparison
  int effort = 5;                     // 1 (fastest) .. 9 (smallest)
  int threads = 0;                    // 1..1024, or 0: one per processor; the bytes do not depend on it
  // Called now and then, never from two threads at once, with the share of the elements that are coded (0..1);
  // returning false cancels.
  std::function<bool(float)> progress = {};
  std::span<const Attachment> attachments = {};  // as of Metadata
};

// What the index says of a tensor.
struct TensorInfo {
  std::string name = {};
  ElementType type = ElementType::float32;
  std::vector<uint64_t> shape = {};
  std::string type_name = {};
  TensorTarget target = {};  // as it was asked for
  uint64_t bytes = 0;        // of its stream
  // Of the finite elements, rounded to float: their mean of squares, and what was reached. All are 0 without loss.
  double power = 0;
  double mean_squared_error = 0;
  double max_error = 0;
  // Bits an element that one uniform step takes for a squared error that counts as much (by NoiseShape and importance),
  // with an ideal entropy coder of single elements: what locality gains is this less the bits of the stream.
  double uniform_bits = 0;
};

struct TensorsInfo {
  std::vector<TensorInfo> tensors = {};
  std::vector<Attachment> attachments = {};
};

struct Tensors {
  std::vector<Tensor> tensors = {};
  std::vector<Attachment> attachments = {};
};

// Whether tensors of this kind are coded without loss unless they have a target of their own: integers, fewer than 1024
// elements, and fewer than two sides longer than 1 (biases, norms).
LAQ_API bool is_kept_by_default(ElementType type, std::span<const uint64_t> shape);

// The LAQ file of tensors, in their order. Errors: invalid_argument (an option out of its range, a name that is too
// long or there twice, a shape of more than 32 sides or 2^40 elements, more than 2^20 tensors, importance of another
// length; the message names the tensor), out_of_memory, cancelled.
LAQ_API Result<std::vector<std::byte>> encode(std::span<const TensorView> tensors,
                                              const TensorEncodeOptions& options = {});

// All tensors. max_pixels limits the elements of each. Errors: those of decode(); unsupported where the file holds no
// tensors.
LAQ_API Result<Tensors> decode_tensors(std::span<const std::byte> file, const DecodeOptions& options = {});

// One tensor, whose own checksum is verified. Beside it only the index is read, so `file` may be mapped into memory.
// Errors: those of decode_tensors(); invalid_argument where no tensor has the name.
LAQ_API Result<Tensor> decode_tensor(std::span<const std::byte> file, std::string_view name,
                                     const DecodeOptions& options = {});

// What the index says, without decoding; the checksums are verified. Errors: those of decode_tensors().
LAQ_API Result<TensorsInfo> inspect_tensors(std::span<const std::byte> file, const DecodeOptions& options = {});

// Whether it is a LAQ file that holds tensors; false for everything else. Reads headers only.
LAQ_API bool holds_tensors(std::span<const std::byte> file);

}  // namespace laq
