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

void Subtract(SampleRows<const uint16_t> a, SampleRows<const uint16_t> b, BlockShape shape, SampleRows<int16_t> out) {
  for_each_vector(shape, [&](auto d, int x, int y) {
    const hn::RebindToUnsigned<decltype(d)> du;
    const auto difference = hn::Sub(hn::LoadU(du, a.row(y) + x), hn::LoadU(du, b.row(y) + x));
    hn::StoreU(hn::BitCast(d, difference), d, out.row(y) + x);
  });
}

void AddClamped(SampleRows<uint16_t> samples, SampleRows<const int16_t> residual, BlockShape shape, int max_sample) {
  for_each_vector(shape, [&](auto d, int x, int y) {
    const hn::RebindToUnsigned<decltype(d)> du;
    uint16_t* const p = samples.row(y) + x;
    const auto sum = hn::SaturatedAdd(hn::BitCast(d, hn::LoadU(du, p)), hn::LoadU(d, residual.row(y) + x));
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

void subtract(SampleRows<const uint16_t> a, SampleRows<const uint16_t> b, BlockShape shape, SampleRows<int16_t> out) {
  HWY_DYNAMIC_DISPATCH(Subtract)(a, b, shape, out);
}

void add_clamped(SampleRows<uint16_t> samples, SampleRows<const int16_t> residual, BlockShape shape, int max_sample) {
  HWY_DYNAMIC_DISPATCH(AddClamped)(samples, residual, shape, max_sample);
}

}  // namespace laq::picture
#endif
