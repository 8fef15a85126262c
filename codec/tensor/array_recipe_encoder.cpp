#include <algorithm>
#include <cmath>
#include <functional>

#include "array/search/recipe_search.h"
#include "base/bytes.h"
#include "tensor/array_recipe.h"
#include "tensor/method_encoder.h"
#include "tensor/step_search.h"

namespace laq::tensor {
namespace {

constexpr int kLeastEffort = 7;  // that tries arrays for bits and decibels

bool suits(const TensorSource& source, const TensorOptions& options) {
  if (options.is_uniform || !chunk_of(source.format, ArrayShape::matrix, array::Fidelity::max_error, 0)) return false;
  const bool has_bound = options.target == TensorTarget::lossless || options.target == TensorTarget::max_error;
  return has_bound || (options.effort >= kLeastEffort && options.exponent == 0);
}

// Codes a tensor in one shape, again and again for the search of a step.
class ArrayCoder {
 public:
  ArrayCoder(const TensorSource& source, const TensorOptions& options, ArrayShape shape)
      : source_(source), effort_(options.effort), shape_(shape) {}

  Trial code(array::Fidelity fidelity, double tolerance) {
    const array::ChunkFormat chunk = *chunk_of(source_.format, shape_, fidelity, tolerance);
    const array::SearchSettings settings{.effort = effort_, .is_gradual = tolerance > 0};
    array::CodedChunk coded = array::encode_chunk(chunk, source_.elements, settings, recipe_);
    recipe_ = std::move(coded.recipe);
    ByteWriter writer;
    writer.byte(static_cast<uint8_t>(static_cast<int>(shape_) + 2 * static_cast<int>(fidelity)));
    writer.float64(tolerance);
    writer.append(coded.stream);
    return {writer.take(), coded.distortion.mean_squared_error(source_.exponent)};
  }

 private:
  const TensorSource& source_;
  int effort_;
  ArrayShape shape_;
  array::Recipe recipe_;
};

std::optional<std::vector<std::byte>> encode_shape(const TensorSource& source, const TensorOptions& options,
                                                   ArrayShape shape) {
  ArrayCoder coder(source, options, shape);
  if (options.target == TensorTarget::lossless) return coder.code(array::Fidelity::max_error, 0).stream;
  if (options.target == TensorTarget::max_error) return coder.code(array::Fidelity::max_error, options.value).stream;
  if (source.power == 0) return std::nullopt;
  const StepTarget target(source, options);
  return search_step(target, std::sqrt(source.power), [&](double step) {
    return coder.code(array::Fidelity::mean_squared_error, std::ldexp(step, source.exponent));
  });
}

std::optional<std::vector<std::byte>> encode(const TensorSource& source, const TensorOptions& options) {
  auto best = encode_shape(source, options, ArrayShape::matrix);
  return best;
}

}  // namespace

constinit const MethodEncoder array_recipe_encoder = {suits, encode};

}  // namespace laq::tensor
