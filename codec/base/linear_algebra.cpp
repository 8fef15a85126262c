#include "base/linear_algebra.h"

#include <algorithm>
#include <cmath>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/linear_algebra.cpp"
#define HWY_DISABLED_TARGETS LAQ_TARGETS_WITHOUT_DOUBLES
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {

static_assert(Eight::kLanes == kDoubles);

HWY_INLINE double DotInline(const double* a, const double* b, int count) {
  Eight sum = Eight::zero();
  for (int i = 0; i < count; i += kDoubles) sum = sum + Eight::load(a + i) * Eight::load(b + i);
  return sum.sum();
}

HWY_INLINE void AddScaledInline(double* out, const double* a, double factor, int count) {
  const Eight f = Eight::all(factor);
  for (int i = 0; i < count; i += kDoubles) (Eight::load(out + i) + f * Eight::load(a + i)).store(out + i);
}

double Dot(const double* a, const double* b, int count) {
  return DotInline(a, b, count);
}

void AddScaled(double* out, const double* a, double factor, int count) {
  AddScaledInline(out, a, factor, count);
}

void AddWeighted(double* out, double kept, const double* a, double factor, int count) {
  const Eight share = Eight::all(kept), weight = Eight::all(factor);
  for (int i = 0; i < count; i += kDoubles) (share * Eight::load(out + i) + weight * Eight::load(a + i)).store(out + i);
}

void WindowProducts(const double* a, int a_count, const double* b, int b_count, int length, double* scratch,
                    double* out, ptrdiff_t stride) {
  const ptrdiff_t width = b_count + kDoubles;  // of rows of scratch, which vectors write one element beyond b_count
  for (int j = 0; j < b_count; j += kDoubles) {
    Eight sum = Eight::zero();
    for (int t = 0; t < length; ++t) sum = sum + Eight::all(a[t]) * Eight::load(b + t + j);
    sum.store(scratch + j);
  }
  double column[kMostWindow];
  for (int i = 0; i < a_count; i += kDoubles) {
    Eight sum = Eight::zero();
    for (int t = 0; t < length; ++t) sum = sum + Eight::all(b[t]) * Eight::load(a + t + i);
    sum.store(column + i);
  }
  for (int i = 0; i + 1 < a_count; ++i) {
    const Eight last = Eight::all(a[length + i]), first = Eight::all(a[i]);
    const double* const above = scratch + i * width;
    double* const row = scratch + (i + 1) * width;
    for (int j = 0; j < b_count; j += kDoubles) {
      const Eight sum = Eight::load(above + j) + last * Eight::load(b + length + j);
      (sum - first * Eight::load(b + j)).store(row + j + 1);
    }
    row[0] = column[i + 1];
  }
  for (int i = 0; i < a_count; ++i) {
    for (int j = 0; j < b_count; j += kDoubles) Eight::load(scratch + i * width + j).store(out + i * stride + j);
  }
}

// A tile of the factor: eight rows, as many columns as a vector holds. It is kept in registers, which takes loops that
// are unrolled.
using V = hn::Vec<hn::CappedTag<double, kDoubles>>;
constexpr int kTileColumns = static_cast<int>(hn::MaxLanes(hn::CappedTag<double, kDoubles>()));

// Eight rows of the matrix less what the rows of the factor above them explain of them. left: of the factor, the column
// of the first of the eight; columns: those of the tile.
HWY_INLINE void LoadRest(const double* matrix, const double* left, const double* columns, int above, ptrdiff_t stride,
                         V* tile) {
  const hn::CappedTag<double, kDoubles> d;
#pragma GCC unroll 8
  for (int k = 0; k < kDoubles; ++k) tile[k] = hn::LoadU(d, matrix + k * stride);
  for (int i = 0; i < above; ++i, left += stride, columns += stride) {
    const V row = hn::LoadU(d, columns);
#pragma GCC unroll 8
    for (int k = 0; k < kDoubles; ++k) tile[k] = hn::Sub(tile[k], hn::Mul(hn::Set(d, left[k]), row));
  }
}

// The square on the diagonal, and what belongs to it of the right side: row by row, each subtracted from those below.
// False if a pivot is not positive.
HWY_INLINE bool SolveSquare(double* square, ptrdiff_t stride, double ridge, double* inverses, double* x) {
  double rest[kDoubles][kDoubles], right[kDoubles];
#pragma GCC unroll 8
  for (int i = 0; i < kDoubles; ++i) {
    right[i] = x[i];
#pragma GCC unroll 8
    for (int j = i; j < kDoubles; ++j) rest[i][j] = square[i * stride + j];
  }
#pragma GCC unroll 8
  for (int i = 0; i < kDoubles; ++i) {
    const double pivot = rest[i][i] + ridge;
    if (!(pivot > 0)) return false;
    const double inverse = inverses[i] = 1 / std::sqrt(pivot);
    x[i] = right[i] *= inverse;
#pragma GCC unroll 8
    for (int k = i + 1; k < kDoubles; ++k) square[i * stride + k] = rest[i][k] *= inverse;
#pragma GCC unroll 8
    for (int k = i + 1; k < kDoubles; ++k) {
#pragma GCC unroll 8
      for (int j = k; j < kDoubles; ++j) rest[k][j] -= rest[i][k] * rest[i][j];
      right[k] -= rest[i][k] * right[i];
    }
  }
  return true;
}

// The factor is found by bands of eight rows, each from the diagonal on.
bool Solve(const double* matrix, double ridge, const double* b, int count, double* factor, double* x) {
  const hn::CappedTag<double, kDoubles> d;
  double inverses[kMostEquations];
  const ptrdiff_t stride = count;
  V tile[kDoubles];
  for (int band = 0; band < count; band += kDoubles) {
    const double* const source = matrix + band * stride;
    double* const rows = factor + band * stride;
    for (int column = band; column < band + kDoubles; column += kTileColumns) {
      LoadRest(source + column, factor + band, factor + column, band, stride, tile);
#pragma GCC unroll 8
      for (int k = 0; k < kDoubles; ++k) hn::StoreU(tile[k], d, rows + k * stride + column);
    }
    Eight right = Eight::load(b + band);
    for (int i = 0; i < band; ++i) right = right - Eight::load(factor + i * stride + band) * Eight::all(x[i]);
    right.store(x + band);
    if (!SolveSquare(rows + band, stride, ridge, inverses + band, x + band)) return false;
    for (int column = band + kDoubles; column < count; column += kTileColumns) {
      LoadRest(source + column, factor + band, factor + column, band, stride, tile);
#pragma GCC unroll 8
      for (int i = 0; i < kDoubles; ++i) {
        const double* const row = rows + i * stride + band;
        tile[i] = hn::Mul(tile[i], hn::Set(d, inverses[band + i]));
        hn::StoreU(tile[i], d, rows + i * stride + column);
#pragma GCC unroll 8
        for (int k = i + 1; k < kDoubles; ++k) tile[k] = hn::Sub(tile[k], hn::Mul(hn::Set(d, row[k]), tile[i]));
      }
    }
  }
  // Backwards, each band takes what those behind it explain as sums over its rows, and solves its square.
  for (int band = count - kDoubles; band >= 0; band -= kDoubles) {
    const double* const rows = factor + band * stride;
    const int behind = band + kDoubles;
    double rest[kDoubles];
#pragma GCC unroll 8
    for (int i = 0; i < kDoubles; ++i) {
      rest[i] = x[band + i] - DotInline(rows + i * stride + behind, x + behind, count - behind);
    }
#pragma GCC unroll 8
    for (int i = kDoubles - 1; i >= 0; --i) {
      x[band + i] = rest[i] *= inverses[band + i];
#pragma GCC unroll 8
      for (int k = 0; k < i; ++k) rest[k] -= rows[k * stride + band + i] * rest[i];
    }
  }
  return true;
}

// Row by row, each element the rest after the columns before; inverse: of the diagonal.
void SolveEight(const double* normal_equations, ptrdiff_t stride, int count, double ridge, double largest, double* x) {
  Eight factor[packed(kMostUnknowns, 0)], inverse[kMostUnknowns], solution[kMostUnknowns];
  const auto element = [=](int i, int j) HWY_ATTR { return Eight::load(normal_equations + packed(i, j) * stride); };
  Eight trace = Eight::zero();
  for (int i = 0; i < count; ++i) trace = trace + element(i, i);
  const Eight added = trace * Eight::all(ridge / count);
  for (int i = 0; i < count; ++i) {
    const Eight* const row_i = factor + packed(i, 0);
    for (int j = 0; j <= i; ++j) {
      const Eight* const row_j = factor + packed(j, 0);
      Eight rest = element(i, j);
      if (j == i) rest = rest + added;
      for (int k = 0; k < j; ++k) rest = rest - row_i[k] * row_j[k];
      if (j < i) {
        factor[packed(i, j)] = rest * inverse[j];
      } else {
        inverse[i] = rest.inverse_root_or_zero();
      }
    }
  }
  for (int i = 0; i < count; ++i) {
    Eight rest = element(count, i);
    for (int k = 0; k < i; ++k) rest = rest - factor[packed(i, k)] * solution[k];
    solution[i] = rest * inverse[i];
  }
  for (int i = count; i-- > 0;) {
    for (int k = i + 1; k < count; ++k) solution[i] = solution[i] - factor[packed(k, i)] * solution[k];
    solution[i] = solution[i] * inverse[i];
  }
  for (int i = 0; i < count; ++i) solution[i].zero_unless_within(largest).store(x + i * stride);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {

HWY_EXPORT(Dot);
HWY_EXPORT(AddScaled);
HWY_EXPORT(AddWeighted);
HWY_EXPORT(WindowProducts);
HWY_EXPORT(Solve);
HWY_EXPORT(SolveEight);

double dot(const double* a, const double* b, int count) {
  return HWY_DYNAMIC_DISPATCH(Dot)(a, b, count);
}

void add_scaled(double* out, const double* a, double factor, int count) {
  HWY_DYNAMIC_DISPATCH(AddScaled)(out, a, factor, count);
}

void add_weighted(double* out, double kept, const double* a, double factor, int count) {
  HWY_DYNAMIC_DISPATCH(AddWeighted)(out, kept, a, factor, count);
}

void window_products(const double* a, int a_count, const double* b, int b_count, int length, double* scratch,
                     double* out, ptrdiff_t stride) {
  HWY_DYNAMIC_DISPATCH(WindowProducts)(a, a_count, b, b_count, length, scratch, out, stride);
}

bool solve(const double* matrix, double ridge, const double* b, int count, double* factor, double* x) {
  return HWY_DYNAMIC_DISPATCH(Solve)(matrix, ridge, b, count, factor, x);
}

void solve_eight(const double* normal_equations, ptrdiff_t stride, int count, double ridge, double largest, double* x) {
  HWY_DYNAMIC_DISPATCH(SolveEight)(normal_equations, stride, count, ridge, largest, x);
}

}  // namespace laq
#endif
