// BoundedQuantizer: uniform quantization of what a prediction leaves, so that no value moves by more than a bound.
// Where the bound is zero, floating-point numbers are counted: a cell holds one of them.
//
// Everything that a decoder computes is one IEEE operation after the other, in double: the same on every machine.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "signal/element.h"

namespace laq {

class BoundedQuantizer {
 public:
  static constexpr int kMaxIndex = 1 << 20, kMaxCounted = 1 << 28;
  static constexpr int kLeastExponent = -1022;

  // bound: at least 0. dead_zone: share of a step that values beyond half a step may lie, and be taken for what is
  // nearer to the prediction; it concerns index() only.
  BoundedQuantizer(ElementType type, double bound, double dead_zone = 0)
      : range_(type),
        is_integer_(laq::is_integer(type)),
        counts_(!is_integer_ && bound == 0),
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

  // All elements, which are floating-point numbers, are less than 2^(exponent + 1): cells leave room for their
  // rounding.
  void set_exponent(int exponent) {
    const double spacing = std::ldexp(1.0, std::max(exponent - range_.fraction_bits(), kLeastExponent));
    if (counts_) {
      step_ = spacing;
    } else if (bound_ > spacing) {
      step_ = 2 * bound_ - spacing;
    }
  }

  double step() const { return step_; }

  // The cell of a value; nothing where no cell puts it within the bound.
  std::optional<int> index(double value, double prediction) const {
    if (counts_) {
      // Of numbers at opposite ends it wraps around, and is too large nonetheless.
      const auto difference = static_cast<int64_t>(static_cast<uint64_t>(range_.number_of(value)) -
                                                   static_cast<uint64_t>(range_.number_of(range_.round(prediction))));
      if (difference > kMaxCounted || difference < -kMaxCounted) return std::nullopt;
      return static_cast<int>(difference);
    }
    const double cells = (value - anchor(prediction)) / step_;
    if (!(std::fabs(cells) <= kMaxIndex)) return std::nullopt;
    const int size = static_cast<int>(std::fabs(cells) + (0.5 - dead_zone_));
    const int index = cells < 0 ? -size : size;
    const double largest = dead_zone_ > 0 ? (0.5 + dead_zone_) * step_ : bound_;
    if (!(std::fabs(value - reconstruct(prediction, index)) <= largest)) return std::nullopt;
    return index;
  }

  // An element.
  double reconstruct(double prediction, int index) const {
    if (counts_) return range_.numbered(range_.number_of(range_.round(prediction)) + index);
    return range_.round(anchor(prediction) + index * step_);
  }

 private:
  double anchor(double prediction) const {
    if (!is_integer_) return prediction;
    return origin_ + std::nearbyint((range_.clamp(prediction) - origin_) / spacing_) * spacing_;
  }

  ElementRange range_;
  bool is_integer_, counts_;
  double dead_zone_, bound_, step_;
  double origin_ = 0, spacing_ = 1;
};

}  // namespace laq
