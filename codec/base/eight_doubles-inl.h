// Eight doubles at once, in as many vectors as they take: sums run in eight parts of a fixed order, without fused
// operations, so that every CPU gives the same bits. To be included once for each target, see Highway's foreach_target.
#if defined(LAQ_BASE_EIGHT_DOUBLES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_BASE_EIGHT_DOUBLES_INL_H_
#undef LAQ_BASE_EIGHT_DOUBLES_INL_H_
#else
#define LAQ_BASE_EIGHT_DOUBLES_INL_H_
#endif

#include <cmath>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace eight {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_HAVE_FLOAT64
using D = hn::CappedTag<double, 8>;
using Part = hn::Vec<D>;
inline constexpr int kWidth = static_cast<int>(hn::MaxLanes(D()));

HWY_INLINE Part load(const double* from) {
  return hn::LoadU(D(), from);
}
HWY_INLINE Part all(double value) {
  return hn::Set(D(), value);
}
HWY_INLINE void store(const Part& part, double* to) {
  hn::StoreU(part, D(), to);
}
HWY_INLINE Part add(const Part& a, const Part& b) {
  return hn::Add(a, b);
}
HWY_INLINE Part subtract(const Part& a, const Part& b) {
  return hn::Sub(a, b);
}
HWY_INLINE Part multiply(const Part& a, const Part& b) {
  return hn::Mul(a, b);
}
HWY_INLINE Part inverse_root(const Part& a) {
  return hn::Div(hn::Set(D(), 1.0), hn::Sqrt(a));
}
HWY_INLINE Part only_above_zero(const Part& a, const Part& value) {
  return hn::IfThenElseZero(hn::Gt(a, hn::Zero(D())), value);
}
HWY_INLINE Part only_within(const Part& a, const Part& largest) {
  return hn::IfThenElseZero(hn::Le(hn::Abs(a), largest), a);
}
#else
using Part = double;
inline constexpr int kWidth = 1;

HWY_INLINE Part load(const double* from) {
  return *from;
}
HWY_INLINE Part all(double value) {
  return value;
}
HWY_INLINE void store(Part part, double* to) {
  *to = part;
}
HWY_INLINE Part add(Part a, Part b) {
  return a + b;
}
HWY_INLINE Part subtract(Part a, Part b) {
  return a - b;
}
HWY_INLINE Part multiply(Part a, Part b) {
  return a * b;
}
HWY_INLINE Part inverse_root(Part a) {
  return 1 / std::sqrt(a);
}
HWY_INLINE Part only_above_zero(Part a, Part value) {
  return a > 0 ? value : 0;
}
HWY_INLINE Part only_within(Part a, Part largest) {
  return std::fabs(a) <= largest ? a : 0;
}
#endif

}  // namespace eight

class Eight {
 public:
  static constexpr int kLanes = 8;

  // The implicit constructor would lack the target's attribute, and g++ could not inline the vectors' own on AArch64.
  HWY_INLINE Eight() {}

  static HWY_INLINE Eight load(const double* from) {
    Eight result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = eight::load(from + v * eight::kWidth);
    return result;
  }
  static HWY_INLINE Eight all(double value) {
    Eight result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = eight::all(value);
    return result;
  }
  static HWY_INLINE Eight zero() { return all(0); }
  HWY_INLINE void store(double* to) const {
    for (int v = 0; v < kParts; ++v) eight::store(parts_[v], to + v * eight::kWidth);
  }

  HWY_INLINE Eight operator+(const Eight& other) const {
    Eight result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = eight::add(parts_[v], other.parts_[v]);
    return result;
  }
  HWY_INLINE Eight operator-(const Eight& other) const {
    Eight result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = eight::subtract(parts_[v], other.parts_[v]);
    return result;
  }
  HWY_INLINE Eight operator*(const Eight& other) const {
    Eight result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = eight::multiply(parts_[v], other.parts_[v]);
    return result;
  }

  // 1 / sqrt(x) where x is above zero, else zero.
  HWY_INLINE Eight inverse_root_or_zero() const {
    Eight result;
    for (int v = 0; v < kParts; ++v) {
      result.parts_[v] = eight::only_above_zero(parts_[v], eight::inverse_root(parts_[v]));
    }
    return result;
  }
  HWY_INLINE Eight zero_unless_within(double largest) const {
    Eight result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = eight::only_within(parts_[v], eight::all(largest));
    return result;
  }

  HWY_INLINE double sum() const {
    alignas(64) double parts[kLanes];
    store(parts);
    return ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]));
  }

 private:
  static constexpr int kParts = kLanes / eight::kWidth;

  eight::Part parts_[kParts];
};

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#endif
