// The vectors of a block of samples; included for every SIMD target.
#if defined(LAQ_PICTURE_RECONSTRUCT_BLOCK_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_PICTURE_RECONSTRUCT_BLOCK_VECTORS_INL_H
#undef LAQ_PICTURE_RECONSTRUCT_BLOCK_VECTORS_INL_H
#else
#define LAQ_PICTURE_RECONSTRUCT_BLOCK_VECTORS_INL_H
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq::picture {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls operation(d, x, y) for the vectors of a block, kLanes (or as many as the target has) at a time.
template <int kLanes, class Operation>
HWY_INLINE void for_each_vector(int width, int height, const Operation& operation) {
  const hn::CappedTag<int16_t, kLanes> d;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; x += static_cast<int>(hn::Lanes(d))) operation(d, x, y);
  }
}

// width: 4 or a multiple of 8.
template <class Operation>
HWY_INLINE void for_each_vector(int width, int height, const Operation& operation) {
  if (width == 4) return for_each_vector<4>(width, height, operation);
  if (width % 16 != 0) return for_each_vector<8>(width, height, operation);
  for_each_vector<16>(width, height, operation);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::picture
HWY_AFTER_NAMESPACE();
#endif
