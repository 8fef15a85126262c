#include "picture/colour_rows.h"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/colour_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq::picture {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::CappedTag<int32_t, 16>;
using Vector = hn::Vec<Lanes>;
using Bytes = hn::Rebind<uint8_t, Lanes>;

HWY_INLINE Vector load(const uint16_t* from) {
  return hn::PromoteTo(Lanes(), hn::LoadU(hn::Rebind<uint16_t, Lanes>(), from));
}

HWY_INLINE Vector times(Vector v, int32_t factor) {
  return hn::Mul(v, hn::Set(Lanes(), factor));
}

HWY_INLINE Vector rounded(Vector product) {
  return hn::ShiftRight<kColourBits>(hn::Add(product, hn::Set(Lanes(), 1 << (kColourBits - 1))));
}

// Rounds values of the coding depth, which has `shift` bits (at least 1) more than 8, to samples.
HWY_INLINE hn::Vec<Bytes> to_sample(Vector v, int shift) {
  const Lanes d;
  const Vector is_odd = hn::And(hn::ShiftRightSame(v, shift), hn::Set(d, 1));
  const Vector below_half = hn::Set(d, (1 << (shift - 1)) - 1);
  const Vector sample = hn::ShiftRightSame(hn::Add(hn::Add(v, below_half), is_odd), shift);
  return hn::DemoteTo(Bytes(), hn::Min(hn::Max(sample, hn::Zero(d)), hn::Set(d, 255)));
}

void RowToRgb8(const uint16_t* luma, const uint16_t* cb, const uint16_t* cr, int width, int coding_depth,
               uint8_t* out) {
  const Lanes d;
  const int lanes = static_cast<int>(hn::Lanes(d)), shift = coding_depth - 8;
  const Vector middle = hn::Set(d, 1 << (coding_depth - 1));
  const auto convert = [&](int x, uint8_t* to) HWY_ATTR {
    const Vector l = load(luma + x), b = hn::Sub(load(cb + x), middle), r = hn::Sub(load(cr + x), middle);
    const Vector green = hn::Sub(l, rounded(hn::Add(times(b, kGreenOfCb), times(r, kGreenOfCr))));
    hn::StoreInterleaved3(to_sample(hn::Add(l, rounded(times(r, kRedOfCr))), shift), to_sample(green, shift),
                          to_sample(hn::Add(l, rounded(times(b, kBlueOfCb))), shift), Bytes(), to);
  };
  int x = 0;
  for (; x + lanes <= width; x += lanes) convert(x, out + 3 * x);
  if (x == width) return;
  // The planes are padded, the samples are not.
  std::array<uint8_t, 3 * 16 + 16> rest;
  for (; x < width; x += lanes) {
    convert(x, rest.data());
    std::copy_n(rest.data(), 3 * std::min(lanes, width - x), out + 3 * x);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::picture
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::picture {

HWY_EXPORT(RowToRgb8);

void row_to_rgb8(const uint16_t* luma, const uint16_t* cb, const uint16_t* cr, int width, int coding_depth,
                 uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(RowToRgb8)(luma, cb, cr, width, coding_depth, out);
}

}  // namespace laq::picture
#endif
