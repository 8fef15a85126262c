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

void AddOuterProduct(double* matrix, const double* a, int count) {
  for (int i = 0; i < count; ++i) {
    AddScaledInline(matrix + static_cast<ptrdiff_t>(i) * count, a, a[i], (i + kDoubles) & -kDoubles);
  }
}

bool Solve(const double* matrix, double ridge, const double* b, int count, double* factor, double* x) {
  // Column by column, each subtracted from all rows below at once; the diagonal holds inverses.
  std::copy_n(matrix, static_cast<ptrdiff_t>(count) * count, factor);
  std::fill_n(x, count, 0.0);  // holds the column meanwhile
  for (int j = 0; j < count; ++j) {
    double* const pivot_row = factor + static_cast<ptrdiff_t>(j) * count;
    const double pivot = pivot_row[j] + ridge;
    if (!(pivot > 0)) return false;
    pivot_row[j] = 1 / std::sqrt(pivot);
    const int begin = (j + 1) & -kDoubles;
    for (int i = begin; i < count; ++i) {
      double& element = factor[static_cast<ptrdiff_t>(i) * count + j];
      if (i > j) element *= pivot_row[j];
      x[i] = i > j ? element : 0;
    }
    for (int i = j + 1; i < count; ++i) {
      double* const row = factor + static_cast<ptrdiff_t>(i) * count;
      AddScaledInline(row + begin, x + begin, -row[j], ((i + kDoubles) & -kDoubles) - begin);
    }
  }
  std::copy_n(b, count, x);
  for (int i = 0; i < count; ++i) {
    const double* const row = factor + static_cast<ptrdiff_t>(i) * count;
    const int whole = i & -kDoubles;
    double sum = x[i] - DotInline(row, x, whole);
    for (int k = whole; k < i; ++k) sum -= row[k] * x[k];
    x[i] = sum * row[i];
  }
  for (int i = count - 1; i >= 0; --i) {
    const double* const row = factor + static_cast<ptrdiff_t>(i) * count;
    x[i] *= row[i];
    const int whole = i & -kDoubles;
    AddScaledInline(x, row, -x[i], whole);
    for (int k = whole; k < i; ++k) x[k] -= row[k] * x[i];
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
HWY_EXPORT(AddOuterProduct);
HWY_EXPORT(Solve);
HWY_EXPORT(SolveEight);

double dot(const double* a, const double* b, int count) {
  return HWY_DYNAMIC_DISPATCH(Dot)(a, b, count);
}

void add_scaled(double* out, const double* a, double factor, int count) {
  HWY_DYNAMIC_DISPATCH(AddScaled)(out, a, factor, count);
}

void add_outer_product(double* matrix, const double* a, int count) {
  HWY_DYNAMIC_DISPATCH(AddOuterProduct)(matrix, a, count);
}

bool solve(const double* matrix, double ridge, const double* b, int count, double* factor, double* x) {
  return HWY_DYNAMIC_DISPATCH(Solve)(matrix, ridge, b, count, factor, x);
}

void solve_eight(const double* normal_equations, ptrdiff_t stride, int count, double ridge, double largest, double* x) {
  HWY_DYNAMIC_DISPATCH(SolveEight)(normal_equations, stride, count, ridge, largest, x);
}

}  // namespace laq
#endif
