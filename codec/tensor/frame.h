// The frame of a tensor's stream: what stands around the stream of a method.
//   byte of the method, | kMaskBit if elements are not finite: then follow the size and the bytes of a mask
//                         (levels/mask.h), and the method codes zeros in their places
//   or kPartsByte: the sizes of the parts, then their streams
#pragma once

#include <cstdint>

#include "base/grid.h"
#include "tensor/matrix_view.h"
#include "tensor/tensor_codec.h"

namespace laq::tensor {

inline constexpr uint8_t kMaskBit = 0x80, kPartsByte = 0x7f;

// Whether a slice of the first side alone has more elements than methods count: then elements are raw.
inline bool is_too_large(const TensorFormat& format) {
  constexpr uint64_t kMost = (uint64_t{1} << 31) - 1;
  return format.elements() > kMost;
}

// The shape in which the mask is coded. Format: at most 2^31 - 1 elements.
Grid grid_of(const TensorFormat& format);

}  // namespace laq::tensor
