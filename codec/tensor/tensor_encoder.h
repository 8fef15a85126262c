// The tensor codec's face to the rest of the library, for encoders.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <laq/tensor.hpp>

#include "tensor/tensor_codec.h"

namespace laq::tensor {

struct TensorOptions {
  TensorTarget target = {};
  // The error that rows and columns get grows with their size to the power of it: 0 for the least mean squared error,
  // 0.5 for errors relative to the root mean squares of rows and columns.
  double exponent = 0;
  // How much the squared error of each input channel counts; empty: all alike. As many as
  // MatrixView::channels(); another number is not looked at.
  std::span<const float> importance = {};
  int effort = 5;           // 1 (fastest) .. 9 (smallest)
  bool is_uniform = false;  // the contrast: one step for all elements, one adaptive context, whatever the effort
  int threads = 1;          // for parts of large tensors; the stream does not depend on it
  // Called now and then, from any thread, with the number of elements that were coded since the last call, often 0.
  // Returning false cancels: the rest is not coded, and the result must be discarded.
  std::function<bool(uint64_t elements)> progress = {};
};

// Whether nobody has cancelled.
inline bool goes_on(const TensorOptions& options) {
  return !options.progress || options.progress(0);
}

// The errors are those of finite elements, after rounding to their type.
struct CodedTensor {
  std::vector<std::byte> stream;
  double mean_squared_error = 0, max_error = 0, power = 0;
  // The mean squared error with the same weight if it were equal for all elements, as one uniform step has it. It is
  // mean_squared_error unless rows, columns or channels count differently.
  double even_error = 0;
};

// May throw std::bad_alloc. A target that cannot be met is met as nearly as it can be: bits below what any method
// needs give the smallest stream that was found.
CodedTensor encode_tensor(const TensorFormat& format, std::span<const std::byte> elements,
                          const TensorOptions& options);

}  // namespace laq::tensor
