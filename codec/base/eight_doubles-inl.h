// Eight doubles or floats at once, in as many vectors as they take: sums run in eight parts of a fixed order, without
// fused operations, so that every CPU gives the same bits. To be included once for each target, see Highway's
// foreach_target.
#if defined(LAQ_BASE_EIGHT_DOUBLES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_BASE_EIGHT_DOUBLES_INL_H_
#undef LAQ_BASE_EIGHT_DOUBLES_INL_H_
#else
#define LAQ_BASE_EIGHT_DOUBLES_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
class EightOf {
 public:
  static constexpr int kLanes = 8;

  // The implicit constructor would lack the target's attribute, and g++ could not inline the vectors' own on AArch64.
  HWY_INLINE EightOf() {}

  static HWY_INLINE EightOf load(const T* from) {
    EightOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::LoadU(D(), from + v * kWidth);
    return result;
  }
  static HWY_INLINE EightOf all(T value) {
    EightOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Set(D(), value);
    return result;
  }
  static HWY_INLINE EightOf zero() { return all(0); }
  HWY_INLINE void store(T* to) const {
    for (int v = 0; v < kParts; ++v) hn::StoreU(parts_[v], D(), to + v * kWidth);
  }

  HWY_INLINE EightOf operator+(const EightOf& other) const {
    EightOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Add(parts_[v], other.parts_[v]);
    return result;
  }
  HWY_INLINE EightOf operator-(const EightOf& other) const {
    EightOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Sub(parts_[v], other.parts_[v]);
    return result;
  }
  HWY_INLINE EightOf operator*(const EightOf& other) const {
    EightOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Mul(parts_[v], other.parts_[v]);
    return result;
  }

  HWY_INLINE EightOf max(const EightOf& other) const {
    EightOf result;
    for (int v = 0; v < kParts; ++v) result.parts_[v] = hn::Max(parts_[v], other.parts_[v]);
    return result;
  }

  // 1 / sqrt(x) if x is above zero, else zero.
  HWY_INLINE EightOf inverse_root_or_zero() const {
    EightOf result;
    for (int v = 0; v < kParts; ++v) {
      const Part inverse = hn::Div(hn::Set(D(), T{1}), hn::Sqrt(parts_[v]));
      result.parts_[v] = hn::IfThenElseZero(hn::Gt(parts_[v], hn::Zero(D())), inverse);
    }
    return result;
  }
  HWY_INLINE EightOf zero_unless_within(T largest) const {
    EightOf result;
    for (int v = 0; v < kParts; ++v) {
      result.parts_[v] = hn::IfThenElseZero(hn::Le(hn::Abs(parts_[v]), hn::Set(D(), largest)), parts_[v]);
    }
    return result;
  }

  HWY_INLINE T sum() const {
    alignas(64) T parts[kLanes];
    store(parts);
    return ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]));
  }

 private:
  using D = hn::CappedTag<T, kLanes>;
  using Part = hn::Vec<D>;
  static constexpr int kWidth = static_cast<int>(hn::MaxLanes(D()));
  static constexpr int kParts = kLanes / kWidth;

  Part parts_[kParts];
};

using Eight = EightOf<double>;

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#endif
