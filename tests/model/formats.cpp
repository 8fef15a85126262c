#include "formats.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <future>

#include <laq/blocks.hpp>

#include "compare/codecs/model_contrasts.h"
#include "tensor/tensor_codec.h"
#include "tensor/tensor_encoder.h"

namespace laq::model {
namespace {

// How errors are spread: over rows and columns of a matrix by their own size, over its columns by what calibration says
// of its inputs, and over matrices by how much they count.
struct Shaping {
  const char* name;
  double exponent;
  bool is_calibrated;
};
constexpr Shaping kSquaredError = {"", 0, false}, kRelative = {" relative", 0.5, false},
                  kCalibrated = {" calibrated", 0.5, true};

// Replaces the matrix by what decoding gives and returns the size of its stream in bytes.
using MatrixCoder =
    std::function<size_t(Matrix& matrix, double bits, double exponent, std::span<const float> importance)>;

WeightFormat weight_format(const std::string& family, const Shaping& shaping, double bits, const MatrixCoder& coder) {
  char number[16];
  std::snprintf(number, sizeof number, " at %.4g", bits);
  const std::string name = family + shaping.name;
  return {name, name + number, [=](Transformer& model, const Calibration& calibration) {
            std::vector<double> each(model.matrices.size(), bits);
            constexpr double kLeastBits = 1;
            if (shaping.is_calibrated) each = allocate_bits(model, calibration.sensitivity, bits, kLeastBits);
            std::vector<std::future<size_t>> running;
            for (size_t i = 0; i < each.size(); ++i)
              running.push_back(std::async(std::launch::async, [&, i] {
                const std::span<const float> importance(calibration.importance[i]);
                return coder(model.matrices[i], each[i], shaping.exponent,
                             shaping.is_calibrated ? importance : std::span<const float>());
              }));
            size_t bytes = 0;
            for (auto& one : running) bytes += one.get();
            return 8.0 * static_cast<double>(bytes);
          }};
}

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "model-bench: %s\n", message.c_str());
  std::exit(1);
}

size_t code_stored(Matrix& matrix, const tensor::TensorOptions& options) {
  const tensor::TensorFormat format = {ElementType::float32, {matrix.rows, matrix.columns}};
  const std::span<std::byte> elements = std::as_writable_bytes(std::span(matrix.values));
  const tensor::CodedTensor coded = tensor::encode_tensor(format, elements, options);
  if (!tensor::decode_tensor(coded.stream, format, elements)) fail(matrix.name + " cannot be decoded");
  return coded.stream.size();
}

void add_stored_formats(std::vector<WeightFormat>& formats) {
  constexpr int kBestEffort = 9;
  const auto add = [&](const std::string& family, const Shaping& shaping, double bits, int effort) {
    const auto code = [effort](Matrix& matrix, double bits, double exponent, std::span<const float> importance) {
      return code_stored(
          matrix,
          {.target = {TensorTargetKind::bits, bits}, .exponent = exponent, .importance = importance, .effort = effort});
    };
    formats.push_back(weight_format(family, shaping, bits, code));
    if (effort < kBestEffort) formats.back().family = "";
  };
  for (const Shaping& shaping : {kSquaredError, kRelative, kCalibrated}) {
    for (const double bits : {3.0, 4.25, 5.5}) add("laq storage", shaping, bits, kBestEffort);
    add("laq storage of effort 5", shaping, 4.25, 5);
  }
}

// Replaces the numbers by what blocks of them give, and returns the bytes.
size_t code_blocks(std::span<float> values, size_t rows, size_t columns, const BlockOptions& options) {
  const Result<BlockTensor> blocks = quantize_blocks(values, rows, columns, options);
  const Result<BlockView> view = blocks ? view_blocks(blocks->format, blocks->bytes) : blocks.error();
  const Result<std::vector<float>> again = view ? dequantize_blocks(*view) : view.error();
  if (!again) fail(again.error().message);
  std::ranges::copy(*again, values.begin());
  return blocks->bytes.size();
}

void add_block_formats(std::vector<WeightFormat>& formats) {
  for (const Shaping& shaping : {kSquaredError, kRelative, kCalibrated})
    for (const double bits : {3.125, 4.25, 5.25, 6.25, 8.25}) {
      const auto code = [](Matrix& matrix, double bits, double exponent, std::span<const float> importance) {
        std::vector<float> positive(importance.begin(), importance.end());
        for (float& one : positive) one = std::max(one, 1e-6f);
        return code_blocks(matrix.values, matrix.rows, matrix.columns,
                           {.bits = bits, .effort = 9, .threads = 1, .importance = positive, .shaping = exponent});
      };
      formats.push_back(weight_format("laq blocks", shaping, bits, code));
    }
}

}  // namespace

std::vector<WeightFormat> weight_formats() {
  std::vector<WeightFormat> formats;
  for (const compare::ModelContrast& contrast : compare::model_contrasts())
    formats.push_back({std::string(contrast.family), std::string(contrast.name),
                       [&contrast](Transformer& model, const Calibration& /*calibration*/) {
                         double bits = 0;
                         for (Matrix& matrix : model.matrices) {
                           contrast.quantize_dequantize(matrix.values);
                           bits += contrast.bits * static_cast<double>(matrix.values.size());
                         }
                         return bits;
                       }});
  add_block_formats(formats);
  add_stored_formats(formats);
  return formats;
}

std::vector<VectorFormat> vector_formats() {
  std::vector<VectorFormat> formats;
  for (const compare::ModelContrast& contrast : compare::model_contrasts())
    formats.push_back({std::string(contrast.family), std::string(contrast.name), [&contrast](std::span<float> values) {
                         contrast.quantize_dequantize(values);
                         return contrast.bits * static_cast<double>(values.size());
                       }});
  for (const bool rotates : {false, true})
    for (const int width : {4, 6, 8}) {
      const std::string family = rotates ? "laq blocks rotated" : "laq blocks";
      formats.push_back({family, family + " of width " + std::to_string(width), [=](std::span<float> values) {
                           return 8.0 * static_cast<double>(code_blocks(
                                            values, 1, values.size(),
                                            {.width = width, .effort = 5, .threads = 1, .rotates = rotates}));
                         }});
    }
  return formats;
}

}  // namespace laq::model
