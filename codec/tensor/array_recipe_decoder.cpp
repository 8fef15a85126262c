#include "tensor/array_recipe.h"

#include <cmath>

#include "array/header.h"
#include "base/bytes.h"
#include "tensor/matrix_view.h"
#include "tensor/method.h"

namespace laq::tensor {
namespace {

bool decode(std::span<const std::byte> stream, const TensorFormat& format, std::span<std::byte> elements) {
  ByteReader reader(stream);
  const uint8_t kind = reader.byte(), fidelity = kind >> 1;
  const double tolerance = reader.float64();
  if (reader.failed() || fidelity > static_cast<uint8_t>(array::Fidelity::relative_error)) return false;
  const auto measure = static_cast<array::Fidelity>(fidelity);
  if (!(tolerance >= 0 && std::isfinite(tolerance)) || (tolerance == 0 && measure != array::Fidelity::max_error) ||
      (tolerance >= 1 && measure == array::Fidelity::relative_error))
    return false;
  const auto chunk = chunk_of(format, static_cast<ArrayShape>(kind & 1), measure, tolerance);
  return chunk && array::decode_chunk(*chunk, reader.rest(), elements);
}

}  // namespace

std::optional<array::ChunkFormat> chunk_of(const TensorFormat& format, ArrayShape shape, array::Fidelity fidelity,
                                           double tolerance) {
  const MatrixView view = MatrixView::of(format);
  if (view.size() == 0 || view.size() > array::kMaxChunkElements) return std::nullopt;
  const int rows = static_cast<int>(view.rows), columns = static_cast<int>(view.columns);
  const int kernel = static_cast<int>(view.kernel);
  const Grid matrix{{1, rows, columns}}, kernels{{rows, columns / kernel, kernel}};
  return array::ChunkFormat{format.type, shape == ArrayShape::matrix ? matrix : kernels, fidelity, tolerance};
}

constinit const MethodDecoder array_recipe_decoder = {decode, true};

}  // namespace laq::tensor
