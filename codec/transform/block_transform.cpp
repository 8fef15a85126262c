// Both passes of both transforms are matrix products C = A B. In the vertical pass A is the transform matrix and B the
// block, in the horizontal pass A is the block and B the matrix; words of A are broadcast and lanes run along the rows
// of B, so nothing is ever transposed. transform_tables.h tells how words and the symmetry of the DCT are used,
// word_product-inl.h multiplies them.
//
// If samples and coefficients fit into 16 bits (nearly always), a word holds two of them, and one instruction gives
// a0 b0 + a1 b1 exactly; if they do not, the block is done again with 32-bit words. Both give the same integers.
#include "transform/block_transform.h"

#include <algorithm>
#include <cassert>
#include <type_traits>

#include "base/scalable_targets.h"
#include "transform/transform_tables.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "transform/block_transform.cpp"
// Vectors stand in arrays here, so scalable ones are out; SSSE3 and AVX3_DL add nothing to their predecessors.
#define HWY_DISABLED_TARGETS (LAQ_SCALABLE_TARGETS | HWY_SSSE3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "transform/word_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Whether the horizontal pass uses the symmetry of the DCT: only where half a row fills a vector.
template <Kernel kKernel, int kSize>
constexpr bool kFoldsRows = kKernel == Kernel::dct2&& kSize >= 16 && HWY_TARGET != HWY_SCALAR;

// Every pass returns false where an integer does not fit its elements; the result is worthless then.

// Vertical pass of the inverse: the first nonzero_width columns (rounded up to whole double words and vectors) of kSize
// rows in word order; both arrays are `coded_width` elements wide.
template <class Element, Kernel kKernel, int kSize, int kMaxLanes, int kVectors>
bool inverse_columns(const int32_t* HWY_RESTRICT coefficients, int nonzero_height, int nonzero_width,
                     ptrdiff_t coded_width, Element* HWY_RESTRICT result) {
  constexpr bool kFolded = kKernel == Kernel::dct2;
  constexpr int kPer = kPerWord<Element>;
  constexpr int kCoded = coded_size(kSize);
  constexpr int kOutputs = kFolded ? kSize / 2 : kSize;
  constexpr int kRows = rows_at_once(kOutputs, kVectors);
  const Lanes<kMaxLanes> d;
  using D = decltype(d);
  using V = hn::Vec<std::remove_const_t<D>>;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const Element* matrix = kInverseTables<Element, kKernel, kSize>.broadcast.data();
  const int count = (nonzero_height + 2 * kPer - 1) / (2 * kPer);
  const ptrdiff_t width = kMaxLanes < 16 ? kMaxLanes : coded_width;  // known to the compiler where it matters
  const int columns = static_cast<int>(hn::MaxLanes(d)) == kMaxLanes && kMaxLanes < 16
                          ? kMaxLanes
                          : (nonzero_width + 2 * kPer - 1) & -(2 * kPer);
  RangeCheck<16, std::remove_const_t<D>> check;
  alignas(64) Element words[kCoded * kMaxLanes * kVectors];
  const ptrdiff_t words_stride = lanes * kVectors * kPer;
  for (int x = 0; x < columns; x += lanes * kVectors) {
    for (int j = 0; j < count; ++j) {
      const int32_t* from = coefficients + 2 * kPer * j * width + x;
      for (int i = 0; i < 2 * kVectors; ++i) {
        const int odd = i / kVectors, lane = i % kVectors * lanes;
        auto v = load_integers(d, from + odd * width + lane);
        if constexpr (kPer == 2) {
          const auto second = load_integers(d, from + (odd + 2) * width + lane);
          check.look(v);
          check.look(second);
          v = swap_middle(d, pair_words(d, v, second));
        }
        hn::StoreU(v, d, reinterpret_cast<uint32_t*>(words + (2 * j + odd) * words_stride) + lane);
      }
    }
    for (int n = 0; n < kOutputs; n += kRows) {
      V even[kRows][kVectors], odd[kRows][kVectors];
      multiply<Element, kRows, kVectors, 2 * kPer, kPer>(d, matrix + n * kCoded, kCoded, words, words_stride, count,
                                                         1u << (kMatrixFraction - 1), even, odd);
      const auto finish = [&](V v, int row, int i) HWY_ATTR {
        v = shift_right<kMatrixFraction>(d, v);
        if constexpr (kPer == 2) check.look(v);
        store_integers(d, v, result + row * width + x + i * lanes);
      };
      for (int r = 0; r < kRows; ++r) {
        for (int i = 0; i < kVectors; ++i) {
          finish(hn::Add(even[r][i], odd[r][i]), n + r, i);
          if constexpr (kFolded) finish(hn::Sub(even[r][i], odd[r][i]), kSize - 1 - n - r, i);
        }
      }
    }
  }
  return kPer == 1 || check.all_fit();
}

// Horizontal pass of the inverse: `rows` rows of coded_size(kSize) elements in word order.
template <class Element, Kernel kKernel, int kSize>
void inverse_rows(const Element* HWY_RESTRICT columns, int nonzero_width, int rows, int16_t* HWY_RESTRICT residual,
                  ptrdiff_t stride) {
  constexpr bool kFolded = kFoldsRows<kKernel, kSize>;
  constexpr int kPer = kPerWord<Element>;
  constexpr int kShift = kMatrixFraction + kCoefficientFraction;
  constexpr int kOutputs = kFolded ? kSize / 2 : kSize;
  const Lanes<std::min(kOutputs, 16)> d;
  using V = hn::Vec<std::remove_const_t<decltype(d)>>;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(d));
  constexpr int kVectors = std::min(2, kOutputs / kLanes);
  constexpr int kRows = rows_at_once(4, kVectors);
  constexpr ptrdiff_t kStride = coded_size(kSize);
  const Element* matrix = kInverseTables<Element, kKernel, kSize>.lanes.data();
  const int count = (nonzero_width + 2 * kPer - 1) / (2 * kPer);
  for (int y = 0; y < rows; y += kRows) {
    for (int n = 0; n < kOutputs; n += kLanes * kVectors) {
      V even[kRows][kVectors], odd[kRows][kVectors];
      multiply<Element, kRows, kVectors, 2 * kPer, kPer>(d, columns + y * kStride, kStride, matrix + n * kPer,
                                                         kSize * kPer, count, 1u << (kShift - 1), even, odd);
      for (int r = 0; r < kRows; ++r) {
        for (int i = 0; i < kVectors; ++i) {
          int16_t* to = residual + (y + r) * stride;
          const int x = n + i * kLanes;
          store_integers(d, shift_right<kShift>(d, hn::Add(even[r][i], odd[r][i])), to + x);
          if constexpr (kFolded) {
            const auto mirrored = hn::Reverse(d, hn::Sub(even[r][i], odd[r][i]));
            store_integers(d, shift_right<kShift>(d, mirrored), to + kSize - kLanes - x);
          }
        }
      }
    }
  }
}

// Vertical pass of the forward transform: coded_size(kSize) rows of `width` elements.
template <class Element, Kernel kKernel, int kSize, int kMaxLanes, int kVectors>
bool forward_columns(const int16_t* HWY_RESTRICT residual, ptrdiff_t stride, int width, Element* HWY_RESTRICT result) {
  constexpr bool kFolded = kKernel == Kernel::dct2;
  constexpr int kPer = kPerWord<Element>;
  constexpr int kShift = kMatrixFraction - kCoefficientFraction;
  constexpr int kOutputs = kFolded ? coded_size(kSize) / 2 : kSize;
  constexpr int kRows = rows_at_once(kOutputs, kVectors);
  const Lanes<kMaxLanes> d;
  using D = std::remove_const_t<decltype(d)>;
  using V = hn::Vec<D>;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const Element* matrix = kForwardTables<Element, kKernel, kSize, kFolded>.broadcast.data();
  const int columns = kMaxLanes < 16 ? kMaxLanes : width;  // known to the compiler where it matters
  RangeCheck<16, D> check_sums;
  RangeCheck<15, D> check;  // leaves room for the sums of the horizontal pass
  alignas(64) Element words[kSize * kMaxLanes * kVectors];
  const ptrdiff_t words_stride = lanes * kVectors * kPer;
  for (int x = 0; x < columns; x += lanes * kVectors) {
    const auto load = [&](int y, int i) HWY_ATTR { return load_integers(d, residual + y * stride + x + i * lanes); };
    for (int i = 0; i < kVectors; ++i) {
      const auto store = [&](int w, V v) HWY_ATTR {
        hn::StoreU(v, d, reinterpret_cast<uint32_t*>(words + w * words_stride) + i * lanes);
      };
      if constexpr (kFolded) {
        for (int j = 0; j < kSize / (2 * kPer); ++j) {
          const auto top = load(j * kPer, i), bottom = load(kSize - 1 - j * kPer, i);
          auto sum = hn::Add(top, bottom), difference = hn::Sub(top, bottom);
          if constexpr (kPer == 2) {
            const auto top2 = load(j * kPer + 1, i), bottom2 = load(kSize - 2 - j * kPer, i);
            const auto sum2 = hn::Add(top2, bottom2), difference2 = hn::Sub(top2, bottom2);
            check_sums.look(sum);
            check_sums.look(difference);
            check_sums.look(sum2);
            check_sums.look(difference2);
            sum = pair_words(d, sum, sum2);
            difference = pair_words(d, difference, difference2);
          }
          store(2 * j, sum);
          store(2 * j + 1, difference);
        }
      } else {
        for (int w = 0; w < kSize / kPer; ++w) {
          auto v = load(w * kPer, i);
          if constexpr (kPer == 2) v = pair_words(d, v, load(w * kPer + 1, i));
          store(w, v);
        }
      }
    }
    for (int k = 0; k < kOutputs; k += kRows) {
      V even[kRows][kVectors], odd[kRows][kVectors];
      multiply<Element, kRows, kVectors, 2 * kPer, kPer>(d, matrix + k * kSize, kSize, words, words_stride,
                                                         kSize / (2 * kPer), 0, even, odd);
      const auto finish = [&](V v, int row, int i) HWY_ATTR {
        v = shift_right<kShift>(d, hn::Add(v, hn::Set(d, 1u << (kShift - 1))));
        if constexpr (kPer == 2) check.look(v);
        store_integers(d, v, result + static_cast<ptrdiff_t>(row) * columns + x + i * lanes);
      };
      for (int r = 0; r < kRows; ++r) {
        for (int i = 0; i < kVectors; ++i) {
          if constexpr (kFolded) {
            finish(even[r][i], 2 * (k + r), i);
            finish(odd[r][i], 2 * (k + r) + 1, i);
          } else {
            finish(hn::Add(even[r][i], odd[r][i]), k + r, i);
          }
        }
      }
    }
  }
  return kPer == 1 || (check_sums.all_fit() && check.all_fit());
}

// Sums of mirrored samples of a row, then their differences.
template <int kSize, class Element>
HWY_INLINE void fold_row(const Element* HWY_RESTRICT row, Element* HWY_RESTRICT folded) {
  using Unsigned = std::make_unsigned_t<Element>;
  const hn::CappedTag<Unsigned, kSize / 2> d;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(d));
  const auto* from = reinterpret_cast<const Unsigned*>(row);
  auto* to = reinterpret_cast<Unsigned*>(folded);
  for (int n = 0; n < kSize / 2; n += kLanes) {
    const auto left = hn::LoadU(d, from + n), right = hn::Reverse(d, hn::LoadU(d, from + kSize - kLanes - n));
    hn::StoreU(hn::Add(left, right), d, to + n);
    hn::StoreU(hn::Sub(left, right), d, to + kSize / 2 + n);
  }
}

// Horizontal pass of the forward transform: `rows` rows of kSize elements, to coded_size(kSize) coefficients each.
template <class Element, Kernel kKernel, int kSize>
void forward_rows(const Element* HWY_RESTRICT columns, int rows, int32_t* HWY_RESTRICT coefficients) {
  constexpr bool kFolded = kFoldsRows<kKernel, kSize>;
  constexpr int kPer = kPerWord<Element>;
  constexpr int kCoded = coded_size(kSize);
  constexpr int kOutputs = kFolded ? kCoded / 2 : kCoded;
  const Lanes<std::min(kOutputs, 16)> d;
  using V = hn::Vec<std::remove_const_t<decltype(d)>>;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(d));
  constexpr int kVectors = std::min(2, kOutputs / kLanes);
  constexpr int kRows = rows_at_once(4, kVectors);
  constexpr int kStep = kFolded ? kPer : 2 * kPer;
  constexpr int kOdd = kFolded ? kSize / 2 : kPer;
  const Element* matrix = kForwardTables<Element, kKernel, kSize, kFolded>.lanes.data();
  alignas(64) Element folded[kFolded ? kRows * kSize : 1];
  for (int y = 0; y < rows; y += kRows) {
    const Element* a = columns + y * kSize;
    if constexpr (kFolded) {
      for (int r = 0; r < kRows; ++r) fold_row<kSize>(a + r * kSize, folded + r * kSize);
      a = folded;
    }
    for (int u = 0; u < kOutputs; u += kLanes * kVectors) {
      V even[kRows][kVectors], odd[kRows][kVectors];
      multiply<Element, kRows, kVectors, kStep, kOdd>(d, a, kSize, matrix + u * kPer, kOutputs * kPer,
                                                      kSize / (2 * kPer), 0, even, odd);
      const auto round = [&](V v) HWY_ATTR {
        return shift_right<kMatrixFraction>(d, hn::Add(v, hn::Set(d, 1u << (kMatrixFraction - 1))));
      };
      for (int r = 0; r < kRows; ++r) {
        for (int i = 0; i < kVectors; ++i) {
          int32_t* to = coefficients + (y + r) * kCoded;
          if constexpr (kFolded) {
            store_interleaved(d, round(even[r][i]), round(odd[r][i]), to + 2 * (u + i * kLanes));
          } else {
            store_integers(d, round(hn::Add(even[r][i], odd[r][i])), to + u + i * kLanes);
          }
        }
      }
    }
  }
}

// Calls run.operator()<kernel, size>() for a kernel and a size known at run time only.
template <class Run>
HWY_INLINE auto with_axis(Kernel kernel, int log2_size, Run&& run) {
  if (kernel == Kernel::dst7) {
    switch (log2_size) {
      case 2:
        return run.template operator()<Kernel::dst7, 4>();
      case 3:
        return run.template operator()<Kernel::dst7, 8>();
      case 4:
        return run.template operator()<Kernel::dst7, 16>();
      default:
        assert(log2_size == 5);
        return run.template operator()<Kernel::dst7, 32>();
    }
  }
  switch (log2_size) {
    case 2:
      return run.template operator()<Kernel::dct2, 4>();
    case 3:
      return run.template operator()<Kernel::dct2, 8>();
    case 4:
      return run.template operator()<Kernel::dct2, 16>();
    case 5:
      return run.template operator()<Kernel::dct2, 32>();
    default:
      assert(log2_size == 6);
      return run.template operator()<Kernel::dct2, 64>();
  }
}

// Calls run.operator()<lanes, vectors>() with what `width` columns can fill.
template <class Run>
HWY_INLINE auto with_lanes(int width, Run&& run) {
  if (width == 4) return run.template operator()<4, 1>();
  if (width == 8) return run.template operator()<8, 1>();
  constexpr int kVectors = hn::MaxLanes(Lanes<16>()) == 16 ? 1 : 2;
  return run.template operator()<16, kVectors>();
}

template <class Element>
bool forward_with(SampleRows<const int16_t> residual, BlockShape shape, TransformType type, int32_t* coefficients) {
  alignas(64) Element columns[kMaxCodedSize * 64];
  const bool fits = with_axis(type.vertical, shape.log2_height, [&]<Kernel kKernel, int kSize>() HWY_ATTR {
    return with_lanes(shape.width(), [&]<int kMaxLanes, int kVectors>() HWY_ATTR {
      return forward_columns<Element, kKernel, kSize, kMaxLanes, kVectors>(residual.data, residual.stride,
                                                                           shape.width(), columns);
    });
  });
  if (!fits) return false;
  with_axis(type.horizontal, shape.log2_width, [&]<Kernel kKernel, int kSize>() HWY_ATTR {
    forward_rows<Element, kKernel, kSize>(columns, shape.coded_height(), coefficients);
  });
  return true;
}

template <class Element>
bool inverse_with(const int32_t* coefficients, NonzeroExtent nonzero, BlockShape shape, TransformType type,
                  SampleRows<int16_t> residual) {
  alignas(64) Element columns[64 * kMaxCodedSize];
  const bool fits = with_axis(type.vertical, shape.log2_height, [&]<Kernel kKernel, int kSize>() HWY_ATTR {
    return with_lanes(shape.coded_width(), [&]<int kMaxLanes, int kVectors>() HWY_ATTR {
      return inverse_columns<Element, kKernel, kSize, kMaxLanes, kVectors>(coefficients, nonzero.height, nonzero.width,
                                                                           shape.coded_width(), columns);
    });
  });
  if (!fits) return false;
  with_axis(type.horizontal, shape.log2_width, [&]<Kernel kKernel, int kSize>() HWY_ATTR {
    inverse_rows<Element, kKernel, kSize>(columns, nonzero.width, shape.height(), residual.data, residual.stride);
  });
  return true;
}

void forward(SampleRows<const int16_t> residual, BlockShape shape, TransformType type, int32_t* coefficients) {
  if constexpr (kHasPairs) {
    if (forward_with<int16_t>(residual, shape, type, coefficients)) return;
  }
  forward_with<int32_t>(residual, shape, type, coefficients);
}

// The inverse DCT of a block that has only its first coefficient: all samples are equal.
void inverse_constant(int32_t coefficient, BlockShape shape, SampleRows<int16_t> residual) {
  static constexpr uint32_t kConstant[] = {
      kTransformMatrix<Kernel::dct2, 4>[0][0], kTransformMatrix<Kernel::dct2, 8>[0][0],
      kTransformMatrix<Kernel::dct2, 16>[0][0], kTransformMatrix<Kernel::dct2, 32>[0][0],
      kTransformMatrix<Kernel::dct2, 64>[0][0]};
  const auto pass = [](int32_t value, int log2_size, int shift) {
    const uint32_t sum = kConstant[log2_size - 2] * static_cast<uint32_t>(value) + (1u << (shift - 1));
    return static_cast<int32_t>(sum) >> shift;
  };
  const int32_t column = pass(coefficient, shape.log2_height, kMatrixFraction);
  const int32_t sample = pass(column, shape.log2_width, kMatrixFraction + kCoefficientFraction);
  const auto clamped = static_cast<int16_t>(std::clamp(sample, -32768, 32767));
  for (int y = 0; y < shape.height(); ++y) std::fill_n(residual.row(y), shape.width(), clamped);
}

void inverse(const int32_t* coefficients, NonzeroExtent nonzero, BlockShape shape, TransformType type,
             SampleRows<int16_t> residual) {
  if (nonzero.width <= 1 && nonzero.height <= 1 && type == TransformType{}) {
    return inverse_constant(coefficients[0], shape, residual);
  }
  if constexpr (kHasPairs) {
    if (inverse_with<int16_t>(coefficients, nonzero, shape, type, residual)) return;
  }
  inverse_with<int32_t>(coefficients, nonzero, shape, type, residual);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {

HWY_EXPORT(forward);
HWY_EXPORT(inverse);

void forward_transform(SampleRows<const int16_t> residual, BlockShape shape, TransformType type,
                       int32_t* coefficients) {
  HWY_DYNAMIC_DISPATCH(forward)(residual, shape, type, coefficients);
}

void inverse_transform(const int32_t* coefficients, NonzeroExtent nonzero, BlockShape shape, TransformType type,
                       SampleRows<int16_t> residual) {
  HWY_DYNAMIC_DISPATCH(inverse)(coefficients, nonzero, shape, type, residual);
}

}  // namespace laq
#endif  // HWY_ONCE
