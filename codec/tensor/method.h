// Methods: the ways to code a tensor. A stream begins with a byte that names its method, and what follows belongs to
// the method.
//
// Adding a method takes a row in LAQ_TENSOR_METHODS, a file NAME_decoder.cpp that defines NAME_decoder, and a file
// NAME_encoder.cpp that defines NAME_encoder (method_encoder.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tensor/tensor_codec.h"

namespace laq::tensor {

// A row's place is the number of the method in streams.
#define LAQ_TENSOR_METHODS(ROW) \
  ROW(raw_elements)             \
  ROW(array_recipe)             \
  ROW(fast_rows)                \
  ROW(mixed_rows)               \
  ROW(lossless_floats)

#define LAQ_TENSOR_METHOD_ID(name) name,
enum class Method : uint8_t { LAQ_TENSOR_METHODS(LAQ_TENSOR_METHOD_ID) };
#undef LAQ_TENSOR_METHOD_ID

#define LAQ_TENSOR_METHOD_COUNT(name) +1
inline constexpr int kMethods = 0 LAQ_TENSOR_METHODS(LAQ_TENSOR_METHOD_COUNT);
#undef LAQ_TENSOR_METHOD_COUNT

struct MethodDecoder {
  // stream: without the byte of the method, untrusted. format: at least one element, at most about kPartElements
  // except where one slice of the first side is larger. Writes all elements; false if the stream is damaged.
  bool (*decode)(std::span<const std::byte> stream, const TensorFormat& format, std::span<std::byte> elements);
  bool takes_integers = false;  // whether the method is for elements of any type; all take floating-point numbers
};

// MethodDecoder::takes_integers of a method.
bool takes_integers(Method method);

// Each is defined in the file of its method.
#define LAQ_TENSOR_DECODER(name) extern const MethodDecoder name##_decoder;
LAQ_TENSOR_METHODS(LAQ_TENSOR_DECODER)
#undef LAQ_TENSOR_DECODER

}  // namespace laq::tensor
