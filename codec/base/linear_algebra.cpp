#include "base/linear_algebra.h"

#include <algorithm>
#include <cmath>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/linear_algebra.cpp"
#define HWY_DISABLED_TARGETS LAQ_TARGETS_WITHOUT_DOUBLES
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/eight_doubles-inl.h"

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

bool Solve(const double* matrix, double ridge, const double* b, int count, double* factor, double* x) {
  // Row by row of the triangle, each subtracted from all rows below at once. Elements left of the diagonal are
  // worthless until they become zeros.
  double inverses[kMostEquations];
  const auto row_of = [=](int i) HWY_ATTR { return factor + static_cast<ptrdiff_t>(i) * count; };
  std::copy_n(matrix, static_cast<ptrdiff_t>(count) * count, factor);
  for (int i = 0; i < count; ++i) {
    double* const row = row_of(i);
    const double pivot = row[i] + ridge;
    if (!(pivot > 0)) return false;
    inverses[i] = 1 / std::sqrt(pivot);
    const Eight inverse = Eight::all(inverses[i]);
    for (int g = i & -kDoubles; g < count; g += kDoubles) (Eight::load(row + g) * inverse).store(row + g);
    for (int k = i + 1; k < count; ++k) {
      const int g = k & -kDoubles;
      AddScaledInline(row_of(k) + g, row + g, -row[k], count - g);
    }
  }
  std::copy_n(b, count, x);
  for (int i = 0; i < count; ++i) {
    const int g = i & -kDoubles;
    std::fill(row_of(i) + g, row_of(i) + i + 1, 0.0);
    x[i] *= inverses[i];
    AddScaledInline(x + g, row_of(i) + g, -x[i], count - g);
  }
  for (int i = count - 1; i >= 0; --i) {
    const int g = i & -kDoubles;
    x[i] = (x[i] - DotInline(row_of(i) + g, x + g, count - g)) * inverses[i];
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
