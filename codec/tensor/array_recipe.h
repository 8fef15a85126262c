// A tensor coded by a recipe of the array codec (array/stage.h). It serves smooth or periodic tensors, such as the
// basis of a Fourier transform, and bounds on every error.
//   byte: ArrayShape + 2 * Fidelity; float64 tolerance; the stream of one chunk
#pragma once

#include <cstdint>
#include <optional>

#include "array/chunk.h"
#include "tensor/tensor_codec.h"

namespace laq::tensor {

enum class ArrayShape : uint8_t {
  matrix,   // the matrix view
  kernels,  // rows, input channels, and the elements of a kernel
};

// The chunk; nothing if the tensor is larger than chunks may be.
std::optional<array::ChunkFormat> chunk_of(const TensorFormat& format, ArrayShape shape, array::Fidelity fidelity,
                                           double tolerance);

}  // namespace laq::tensor
