// a * b + c with one rounding, on every SIMD target; included for each of them.
#if defined(LAQ_METRICS_FUSED_MULTIPLY_ADD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_METRICS_FUSED_MULTIPLY_ADD_INL_H
#undef LAQ_METRICS_FUSED_MULTIPLY_ADD_INL_H
#else
#define LAQ_METRICS_FUSED_MULTIPLY_ADD_INL_H
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq::HWY_NAMESPACE {

// If the processor has no such instruction, doubles serve: the product is exact there, and the second rounding changes
// the result once in some 2^29 times.
template <class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> fused_multiply_add(D d, hwy::HWY_NAMESPACE::Vec<D> a,
                                                         hwy::HWY_NAMESPACE::Vec<D> b, hwy::HWY_NAMESPACE::Vec<D> c) {
  namespace hn = hwy::HWY_NAMESPACE;
#if HWY_NATIVE_FMA
  (void)d;
  return hn::MulAdd(a, b, c);
#elif HWY_TARGET == HWY_SCALAR || !HWY_HAVE_FLOAT64
  HWY_ALIGN float x[hn::MaxLanes(D())], y[hn::MaxLanes(D())], z[hn::MaxLanes(D())];
  hn::Store(a, d, x);
  hn::Store(b, d, y);
  hn::Store(c, d, z);
  for (size_t i = 0; i < hn::MaxLanes(D()); ++i) x[i] = static_cast<float>(static_cast<double>(x[i]) * y[i] + z[i]);
  return hn::Load(d, x);
#else
  const hn::Half<D> half;
  const hn::Rebind<double, decltype(half)> wide;
  const auto of_half = [&](auto x, auto y, auto z) HWY_ATTR {
    return hn::DemoteTo(half, hn::Add(hn::Mul(hn::PromoteTo(wide, x), hn::PromoteTo(wide, y)), hn::PromoteTo(wide, z)));
  };
  return hn::Combine(d, of_half(hn::UpperHalf(half, a), hn::UpperHalf(half, b), hn::UpperHalf(half, c)),
                     of_half(hn::LowerHalf(half, a), hn::LowerHalf(half, b), hn::LowerHalf(half, c)));
#endif
}

// c - a * b
template <class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> fused_negative_multiply_add(D d, hwy::HWY_NAMESPACE::Vec<D> a,
                                                                  hwy::HWY_NAMESPACE::Vec<D> b,
                                                                  hwy::HWY_NAMESPACE::Vec<D> c) {
  return fused_multiply_add(d, hwy::HWY_NAMESPACE::Neg(a), b, c);
}

}  // namespace laq::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
