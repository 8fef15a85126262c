#include "picture/reconstruct/residual.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/reconstruct/residual.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "picture/reconstruct/block_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::picture {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void Subtract(const uint16_t* a, ptrdiff_t a_stride, const uint16_t* b, ptrdiff_t b_stride, int16_t* out,
              ptrdiff_t out_stride, int width, int height) {
  for_each_vector(width, height, [&](auto d, int x, int y) {
    const hn::RebindToUnsigned<decltype(d)> du;
    const auto difference = hn::Sub(hn::LoadU(du, a + y * a_stride + x), hn::LoadU(du, b + y * b_stride + x));
    hn::StoreU(hn::BitCast(d, difference), d, out + y * out_stride + x);
  });
}

void AddClamped(uint16_t* samples, ptrdiff_t stride, const int16_t* residual, ptrdiff_t residual_stride, int width,
                int height, int max_sample) {
  for_each_vector(width, height, [&](auto d, int x, int y) {
    const hn::RebindToUnsigned<decltype(d)> du;
    uint16_t* const p = samples + y * stride + x;
    const auto sum =
        hn::SaturatedAdd(hn::BitCast(d, hn::LoadU(du, p)), hn::LoadU(d, residual + y * residual_stride + x));
    const auto clamped = hn::Clamp(sum, hn::Zero(d), hn::Set(d, static_cast<int16_t>(max_sample)));
    hn::StoreU(hn::BitCast(du, clamped), du, p);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::picture
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::picture {

HWY_EXPORT(Subtract);
HWY_EXPORT(AddClamped);

void subtract(const uint16_t* a, ptrdiff_t a_stride, const uint16_t* b, ptrdiff_t b_stride, int16_t* out,
              ptrdiff_t out_stride, int width, int height) {
  HWY_DYNAMIC_DISPATCH(Subtract)(a, a_stride, b, b_stride, out, out_stride, width, height);
}

void add_clamped(uint16_t* samples, ptrdiff_t stride, const int16_t* residual, ptrdiff_t residual_stride, int width,
                 int height, int max_sample) {
  HWY_DYNAMIC_DISPATCH(AddClamped)(samples, stride, residual, residual_stride, width, height, max_sample);
}

}  // namespace laq::picture
#endif
