// Methods as encoders see them: the other direction of method.h. Decoders do not include this.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "tensor/matrix_view.h"
#include "tensor/method.h"
#include "tensor/tensor_encoder.h"

namespace laq::tensor {

// What an encoder is given.
struct TensorSource {
  const TensorFormat& format;
  std::span<const std::byte> elements;  // packed
  // The values in the order of the elements, divided by 2^exponent so that the largest finite one is in [1, 2); those
  // that are not finite are 0. They are floats because no method with loss keeps more than 24 bits.
  std::span<const float> values;
  int exponent = 0;
  bool is_finite = true;  // whether all elements are
  double power = 0;       // mean square of the values
  size_t most_bytes = 0;  // that a stream of a method may have if the target is in bits, without the method's byte
};

struct MethodEncoder {
  // Whether the method is tried. Options: of the whole tensor; effort 1 .. 9.
  bool (*suits)(const TensorSource& source, const TensorOptions& options);
  // The stream without the byte of the method; nothing if the method cannot hold these elements or reach the target.
  std::optional<std::vector<std::byte>> (*encode)(const TensorSource& source, const TensorOptions& options);
};

// Each is defined in the file of its method.
#define LAQ_TENSOR_ENCODER(name) extern const MethodEncoder name##_encoder;
LAQ_TENSOR_METHODS(LAQ_TENSOR_ENCODER)
#undef LAQ_TENSOR_ENCODER

}  // namespace laq::tensor
