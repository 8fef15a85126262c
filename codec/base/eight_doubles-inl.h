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

  // The sums of four, each in the order of sum(): to[0] .. to[3]. Doubles only.
  static HWY_INLINE void sums(const EightOf& a, const EightOf& b, const EightOf& c, const EightOf& d, T* to) {
    static_assert(sizeof(T) == 8);
#if HWY_TARGET == HWY_SCALAR
    to[0] = a.sum(), to[1] = b.sum(), to[2] = c.sum(), to[3] = d.sum();
#else
    Part ab[kParts], cd[kParts];  // pairs: a0 + a1, b0 + b1, a2 + a3, b2 + b3 ...
    for (int v = 0; v < kParts; ++v) {
      ab[v] = add_pairs(a.parts_[v], b.parts_[v]);
      cd[v] = add_pairs(c.parts_[v], d.parts_[v]);
    }
    if constexpr (kWidth == 8) {
      const hn::Half<D> half;
      const auto first = add_blocks(hn::LowerHalf(half, ab[0]), hn::LowerHalf(half, cd[0]));
      hn::StoreU(hn::Add(first, add_blocks(hn::UpperHalf(half, ab[0]), hn::UpperHalf(half, cd[0]))), half, to);
    } else if constexpr (kWidth == 4) {
      hn::StoreU(hn::Add(add_blocks(ab[0], cd[0]), add_blocks(ab[1], cd[1])), D(), to);
    } else {
      hn::StoreU(hn::Add(hn::Add(ab[0], ab[1]), hn::Add(ab[2], ab[3])), D(), to);
      hn::StoreU(hn::Add(hn::Add(cd[0], cd[1]), hn::Add(cd[2], cd[3])), D(), to + 2);
    }
#endif
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

#if HWY_TARGET != HWY_SCALAR
  // Each block of two lanes becomes the sum of a's two lanes, and that of b's.
  static HWY_INLINE Part add_pairs(Part a, Part b) {
    return hn::Add(hn::InterleaveLower(D(), a, b), hn::InterleaveUpper(D(), a, b));
  }
  // a and b have four lanes each; their blocks of two are added, and the sum of a's stands before that of b's.
  template <class Four>
  static HWY_INLINE Four add_blocks(Four a, Four b) {
    const hn::DFromV<Four> d;
    return hn::Add(hn::ConcatLowerLower(d, b, a), hn::ConcatUpperUpper(d, b, a));
  }
#endif

  Part parts_[kParts];
};

using Eight = EightOf<double>;

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#endif
