// Both passes of both transforms are one matrix product C = A B on 32-bit lanes that wrap: in the vertical pass A is
// the transform matrix and B the block, in the horizontal pass A is the block and B the matrix. Elements of A are
// broadcast and lanes run along the rows of B, so nothing is ever transposed.
#include "transform/block_transform.h"

#include <algorithm>
#include <cassert>

#include "transform/transform_matrix.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "transform/block_transform.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <int kMaxLanes>
using Wide = hn::CappedTag<uint32_t, kMaxLanes>;  // unsigned, so that wrapping is defined on every target

template <class D>
HWY_INLINE hn::Vec<D> load_samples(D d, const int32_t* from) {
  return hn::BitCast(d, hn::LoadU(hn::RebindToSigned<D>(), from));
}
template <class D>
HWY_INLINE hn::Vec<D> load_samples(D d, const int16_t* from) {
  const hn::RebindToSigned<D> signed_d;
  return hn::BitCast(d, hn::PromoteTo(signed_d, hn::LoadU(hn::Rebind<int16_t, D>(), from)));
}
template <class D>
HWY_INLINE void store_samples(D, hn::Vec<hn::RebindToSigned<D>> v, int32_t* to) {
  hn::StoreU(v, hn::RebindToSigned<D>(), to);
}
template <class D>
HWY_INLINE void store_samples(D, hn::Vec<hn::RebindToSigned<D>> v, int16_t* to) {
  const hn::Rebind<int16_t, D> narrow;
  hn::StoreU(hn::DemoteTo(narrow, v), narrow, to);  // saturates
}

// C[i][j] = (sum over k < inner of A[i][k] B[k][j] + 2^(shift - 1)) >> shift, for i < rows, j < columns (rounded up to
// whole vectors); rows is a multiple of 4.
template <int kShift, class D, class B, class C>
HWY_INLINE void multiply(D d, const int32_t* a, ptrdiff_t a_stride, const B* b, ptrdiff_t b_stride, int rows, int inner,
                         int columns, C* c, ptrdiff_t c_stride) {
  using V = hn::Vec<D>;
  const hn::RebindToSigned<D> signed_d;
  const auto finish = [&](V sum, C* to)
                          HWY_ATTR { store_samples(d, hn::ShiftRight<kShift>(hn::BitCast(signed_d, sum)), to); };
  const auto set = [&](int32_t value) HWY_ATTR { return hn::Set(d, static_cast<uint32_t>(value)); };
  const V half = hn::Set(d, 1u << (kShift - 1));
  for (int j = 0; j < columns; j += static_cast<int>(hn::Lanes(d))) {
    for (int i = 0; i < rows; i += 4) {
      const int32_t* row = a + i * a_stride;
      V sum0 = half, sum1 = half, sum2 = half, sum3 = half;
      for (int k = 0; k < inner; ++k) {
        const V v = load_samples(d, b + k * b_stride + j);
        sum0 = hn::Add(sum0, hn::Mul(v, set(row[k])));
        sum1 = hn::Add(sum1, hn::Mul(v, set(row[a_stride + k])));
        sum2 = hn::Add(sum2, hn::Mul(v, set(row[2 * a_stride + k])));
        sum3 = hn::Add(sum3, hn::Mul(v, set(row[3 * a_stride + k])));
      }
      C* to = c + i * c_stride + j;
      finish(sum0, to);
      finish(sum1, to + c_stride);
      finish(sum2, to + 2 * c_stride);
      finish(sum3, to + 3 * c_stride);
    }
  }
}

// The same with as many lanes as the rows of B, `width` long, can fill.
template <int kShift, class B, class C>
void multiply_width(int width, const int32_t* a, ptrdiff_t a_stride, const B* b, ptrdiff_t b_stride, int rows,
                    int inner, int columns, C* c, ptrdiff_t c_stride) {
  if (width >= 16) return multiply<kShift>(Wide<16>(), a, a_stride, b, b_stride, rows, inner, columns, c, c_stride);
  if (width >= 8) return multiply<kShift>(Wide<8>(), a, a_stride, b, b_stride, rows, inner, columns, c, c_stride);
  return multiply<kShift>(Wide<4>(), a, a_stride, b, b_stride, rows, inner, columns, c, c_stride);
}

void forward(const int16_t* residual, ptrdiff_t stride, int log2_width, int log2_height, TransformType type,
             int32_t* coefficients) {
  const int width = 1 << log2_width, height = 1 << log2_height;
  const int coded_width = coded_size(width), coded_height = coded_size(height);
  alignas(64) int32_t columns[kMaxCodedSize * 64];
  multiply_width<kMatrixFraction - kCoefficientFraction>(width, transform_matrix(type.vertical, log2_height), height,
                                                         residual, stride, coded_height, height, width, columns, width);
  multiply_width<kMatrixFraction>(coded_width, columns, width, transposed_transform_matrix(type.horizontal, log2_width),
                                  coded_width, coded_height, width, coded_width, coefficients, coded_width);
}

void inverse(const int32_t* coefficients, int nonzero_width, int nonzero_height, int log2_width, int log2_height,
             TransformType type, int16_t* residual, ptrdiff_t stride) {
  const int width = 1 << log2_width, height = 1 << log2_height;
  const int coded_width = coded_size(width), coded_height = coded_size(height);
  alignas(64) int32_t columns[64 * kMaxCodedSize];
  multiply_width<kMatrixFraction>(coded_width, transposed_transform_matrix(type.vertical, log2_height), coded_height,
                                  coefficients, coded_width, height, nonzero_height, nonzero_width, columns,
                                  coded_width);
  multiply_width<kMatrixFraction + kCoefficientFraction>(width, columns, coded_width,
                                                         transform_matrix(type.horizontal, log2_width), width, height,
                                                         nonzero_width, width, residual, stride);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {

HWY_EXPORT(forward);
HWY_EXPORT(inverse);

void forward_transform(const int16_t* residual, ptrdiff_t stride, int log2_width, int log2_height, TransformType type,
                       int32_t* coefficients) {
  HWY_DYNAMIC_DISPATCH(forward)(residual, stride, log2_width, log2_height, type, coefficients);
}

void inverse_transform(const int32_t* coefficients, int nonzero_width, int nonzero_height, int log2_width,
                       int log2_height, TransformType type, int16_t* residual, ptrdiff_t stride) {
  HWY_DYNAMIC_DISPATCH(inverse)
  (coefficients, nonzero_width, nonzero_height, log2_width, log2_height, type, residual, stride);
}

}  // namespace laq
#endif  // HWY_ONCE
