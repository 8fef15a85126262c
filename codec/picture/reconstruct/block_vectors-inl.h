// The vectors of a block of samples; included for every SIMD target.
#if defined(LAQ_PICTURE_RECONSTRUCT_BLOCK_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_PICTURE_RECONSTRUCT_BLOCK_VECTORS_INL_H
#undef LAQ_PICTURE_RECONSTRUCT_BLOCK_VECTORS_INL_H
#else
#define LAQ_PICTURE_RECONSTRUCT_BLOCK_VECTORS_INL_H
#endif

#include <hwy/highway.h>

#include "transform/block_shape.h"

HWY_BEFORE_NAMESPACE();
namespace laq::picture {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls operation(d, x, y) for the vectors of a block, kLanes (or as many as the target has) at a time.
template <int kLanes, class Operation>
HWY_INLINE void for_each_vector_of(BlockShape shape, const Operation& operation) {
  const hn::CappedTag<int16_t, kLanes> d;
  const int width = shape.width(), height = shape.height();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; x += static_cast<int>(hn::Lanes(d))) operation(d, x, y);
  }
}

template <class Operation>
HWY_INLINE void for_each_vector(BlockShape shape, const Operation& operation) {
  if (shape.log2_width == 2) return for_each_vector_of<4>(shape, operation);
  if (shape.log2_width == 3) return for_each_vector_of<8>(shape, operation);
  for_each_vector_of<16>(shape, operation);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::picture
HWY_AFTER_NAMESPACE();
#endif
