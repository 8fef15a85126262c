// BoundedQuantizer: uniform quantization of what a prediction leaves, so that no value moves by more than a bound.
//
// Everything that a decoder computes is one IEEE operation after the other, in double: the same on every machine.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "signal/element.h"

namespace laq {

class BoundedQuantizer {
 public:
  static constexpr int kMaxIndex = 1 << 20;

  // bound: at least 0. Floating-point types need one above 0. dead_zone: share of a step that values beyond half a step
  // may lie, and be taken for what is nearer to the prediction; it concerns index() only.
  BoundedQuantizer(ElementType type, double bound, double dead_zone = 0)
      : range_(type),
        is_integer_(laq::is_integer(type)),
        dead_zone_(dead_zone),
        bound_(is_integer_ ? std::floor(bound) : bound),
        step_(is_integer_ ? 2 * bound_ + 1 : 2 * bound_) {}

  // All elements, which are integers, lie whole multiples of `spacing` (at least 1) from `origin`: recorded with fewer
  // bits than their type has, say.
  void set_lattice(double origin, double spacing) {
    origin_ = origin;
    spacing_ = spacing;
    bound_ = std::floor(bound_ / spacing) * spacing;
    step_ = 2 * bound_ + spacing;
  }

  double step() const { return step_; }

  // The cell of a value; nothing where no cell puts it within the bound.
  std::optional<int> index(double value, double prediction) const {
    const double cells = (value - anchor(prediction)) / step_;
    if (!(std::fabs(cells) <= kMaxIndex)) return std::nullopt;
    const int size = static_cast<int>(std::fabs(cells) + (0.5 - dead_zone_));
    const int index = cells < 0 ? -size : size;
    if (!(std::fabs(value - reconstruct(prediction, index)) <= bound_ + dead_zone_ * step_)) return std::nullopt;
    return index;
  }

  // An element.
  double reconstruct(double prediction, int index) const { return range_.round(anchor(prediction) + index * step_); }

 private:
  double anchor(double prediction) const {
    if (!is_integer_) return prediction;
    return origin_ + std::nearbyint((range_.clamp(prediction) - origin_) / spacing_) * spacing_;
  }

  ElementRange range_;
  bool is_integer_;
  double dead_zone_, bound_, step_;
  double origin_ = 0, spacing_ = 1;
};

}  // namespace laq
