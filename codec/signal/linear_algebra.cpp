#include "signal/linear_algebra.h"

#include <algorithm>
#include <array>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "signal/linear_algebra.cpp"
// Vectors stand in arrays here, so scalable ones are out.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_HAVE_FLOAT64
using D = hn::CappedTag<double, kDoubles>;
#endif

HWY_INLINE double sum_of(const double* parts) {
  return ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]));
}

#if HWY_HAVE_FLOAT64
HWY_INLINE double DotInline(const double* a, const double* b, int count) {
  const D d;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(D())), kVectors = kDoubles / kLanes;
  hn::Vec<D> sums[kVectors];
  for (int v = 0; v < kVectors; ++v) sums[v] = hn::Zero(d);
  for (int i = 0; i < count; i += kDoubles) {
    for (int v = 0; v < kVectors; ++v) {
      sums[v] = hn::Add(sums[v], hn::Mul(hn::LoadU(d, a + i + v * kLanes), hn::LoadU(d, b + i + v * kLanes)));
    }
  }
  alignas(64) double parts[kDoubles];
  for (int v = 0; v < kVectors; ++v) hn::StoreU(sums[v], d, parts + v * kLanes);
  return sum_of(parts);
}

HWY_INLINE void AddScaledInline(double* out, const double* a, double factor, int count) {
  const D d;
  const auto f = hn::Set(d, factor);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(d))) {
    hn::StoreU(hn::Add(hn::LoadU(d, out + i), hn::Mul(f, hn::LoadU(d, a + i))), d, out + i);
  }
}
#else
HWY_INLINE double DotInline(const double* a, const double* b, int count) {
  double parts[kDoubles] = {};
  for (int i = 0; i < count; i += kDoubles) {
    for (int p = 0; p < kDoubles; ++p) parts[p] += a[i + p] * b[i + p];
  }
  return sum_of(parts);
}

HWY_INLINE void AddScaledInline(double* out, const double* a, double factor, int count) {
  for (int i = 0; i < count; ++i) out[i] += factor * a[i];
}
#endif

Projections Project(const double* a, const double* b, const double* x, int count) {
#if HWY_HAVE_FLOAT64
  const D d;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(D())), kVectors = kDoubles / kLanes;
  hn::Vec<D> on_a[kVectors], on_b[kVectors], energy[kVectors];
  for (int v = 0; v < kVectors; ++v) on_a[v] = on_b[v] = energy[v] = hn::Zero(d);
  for (int i = 0; i < count; i += kDoubles) {
    for (int v = 0; v < kVectors; ++v) {
      const int at = i + v * kLanes;
      const auto value = hn::LoadU(d, x + at);
      on_a[v] = hn::Add(on_a[v], hn::Mul(hn::LoadU(d, a + at), value));
      on_b[v] = hn::Add(on_b[v], hn::Mul(hn::LoadU(d, b + at), value));
      energy[v] = hn::Add(energy[v], hn::Mul(value, value));
    }
  }
  alignas(64) double parts[3][kDoubles];
  for (int v = 0; v < kVectors; ++v) {
    hn::StoreU(on_a[v], d, parts[0] + v * kLanes);
    hn::StoreU(on_b[v], d, parts[1] + v * kLanes);
    hn::StoreU(energy[v], d, parts[2] + v * kLanes);
  }
  return {sum_of(parts[0]), sum_of(parts[1]), sum_of(parts[2])};
#else
  return {DotInline(a, x, count), DotInline(b, x, count), DotInline(x, x, count)};
#endif
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
  // Column by column, each taken out of all rows below at once; the diagonal holds inverses.
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

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {

HWY_EXPORT(Dot);
HWY_EXPORT(Project);
HWY_EXPORT(AddScaled);
HWY_EXPORT(AddOuterProduct);
HWY_EXPORT(Solve);

double dot(const double* a, const double* b, int count) {
  return HWY_DYNAMIC_DISPATCH(Dot)(a, b, count);
}

Projections project(const double* a, const double* b, const double* x, int count) {
  return HWY_DYNAMIC_DISPATCH(Project)(a, b, x, count);
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

}  // namespace laq
#endif
