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

// The least efforts that try arrays for bits and decibels: always, and if the samples of a row predict the next one.
constexpr int kLeastEffort = 7, kLeastEffortOfSmooth = 6;

// The gain in decibels of linear prediction from two samples, in the mean over rows. Weights have next to none; bases
// of transforms, filters and measured data have more.
double prediction_gain(const MatrixView& view, std::span<const float> values) {
  constexpr uint32_t kLeastColumns = 16, kMostRows = 128;
  if (view.columns < kLeastColumns) return 0;
  const uint32_t stride = (view.rows + kMostRows - 1) / kMostRows;
  double gains = 0;
  int rows = 0;
  for (uint32_t row = 0; row < view.rows; row += stride) {
    const std::span<const float> x = values.subspan(size_t{row} * view.columns, view.columns);
    double r00 = 0, r01 = 0, r02 = 0, r11 = 0, r12 = 0, r22 = 0;
    for (size_t i = 2; i < x.size(); ++i) {
      const double a = x[i], b = x[i - 1], c = x[i - 2];
      r00 += a * a, r01 += a * b, r02 += a * c, r11 += b * b, r12 += b * c, r22 += c * c;
    }
    const double determinant = r11 * r22 - r12 * r12;
    if (r00 <= 0 || determinant <= 1e-12 * r11 * r22) continue;
    const double of_b = (r01 * r22 - r02 * r12) / determinant, of_c = (r02 * r11 - r01 * r12) / determinant;
    const double rest = std::max(r00 - of_b * r01 - of_c * r02, 1e-6 * r00);
    gains += 10 * std::log10(r00 / rest);
    ++rows;
  }
  return rows > 0 ? gains / rows : 0;
}

bool suits(const TensorSource& source, const TensorOptions& options) {
  if (options.is_uniform || !chunk_of(source.format, ArrayShape::matrix, array::Fidelity::max_error, 0)) return false;
  const bool has_bound =
      options.target.kind == TensorTargetKind::lossless || options.target.kind == TensorTargetKind::max_error;
  if (has_bound || source.power == 0 || options.effort >= kLeastEffort) return true;
  constexpr double kSmooth = 2;  // decibels
  return options.effort >= kLeastEffortOfSmooth &&
         prediction_gain(MatrixView::of(source.format), source.values) > kSmooth;
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
  if (options.target.kind == TensorTargetKind::lossless || source.power == 0)
    return coder.code(array::Fidelity::max_error, 0).stream;
  if (options.target.kind == TensorTargetKind::max_error)
    return coder.code(array::Fidelity::max_error, options.target.value).stream;
  const StepTarget target(source, options);
  return search_step(target, std::sqrt(source.power), [&](double step) {
    return coder.code(array::Fidelity::mean_squared_error, std::ldexp(step, source.exponent));
  });
}

std::optional<std::vector<std::byte>> encode(const TensorSource& source, const TensorOptions& options) {
  return encode_shape(source, options, ArrayShape::matrix);
}

}  // namespace

constinit const MethodEncoder array_recipe_encoder = {suits, encode};

}  // namespace laq::tensor
