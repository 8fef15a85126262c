// BoundedQuantizer for float32 elements, several at once, for callers that know that its step is a normal number: the
// same operations in the same order, so the same indices and values. To be included once for each target, see Highway's
// foreach_target.
#if defined(LAQ_LEVELS_FLOAT32_CELLS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_LEVELS_FLOAT32_CELLS_INL_H_
#undef LAQ_LEVELS_FLOAT32_CELLS_INL_H_
#else
#define LAQ_LEVELS_FLOAT32_CELLS_INL_H_
#endif

#include <hwy/highway.h>

#include <limits>

#include "base/lanes-inl.h"
#include "levels/bounded_quantizer.h"

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {

// As BoundedQuantizer::reconstruct().
template <int kLanes>
HWY_INLINE LanesOf<double, kLanes> reconstruct_float32(const LanesOf<double, kLanes>& prediction,
                                                       const LanesOf<double, kLanes>& index, double step) {
  using Doubles = LanesOf<double, kLanes>;
  constexpr auto kGreatest = static_cast<double>(std::numeric_limits<float>::max());
  const Doubles value = prediction + index * Doubles::all(step);
  return value.at_least(Doubles::all(-kGreatest)).min(Doubles::all(kGreatest)).to_floats().to_doubles();
}

// As BoundedQuantizer::index(), with the value that the index stands for. False if a value may have no index: the
// caller then asks the quantizer for each.
template <int kLanes>
HWY_INLINE bool quantize_float32(const BoundedQuantizer& quantizer, const LanesOf<double, kLanes>& value,
                                 const LanesOf<double, kLanes>& prediction, double dead_zone,
                                 LanesOf<double, kLanes>& index, LanesOf<double, kLanes>& rounded) {
  using Doubles = LanesOf<double, kLanes>;
  const Doubles cells = (value - prediction) / Doubles::all(quantizer.step()), size = cells.absolute();
  index = (size + Doubles::all(0.5 - dead_zone)).truncated().with_sign_of(cells);
  rounded = reconstruct_float32(prediction, index, quantizer.step());
  const Doubles error = (value - rounded).absolute();
  // A rounded error equal to the bound may exceed it; only the quantizer decides that.
  return size.all_below(static_cast<double>(BoundedQuantizer::kMaxIndex)) &&
         error.all_below(quantizer.largest_error(dead_zone));
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#endif
