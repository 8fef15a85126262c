// BoundedQuantizer: uniform quantization of what a prediction leaves, so that no value moves by more than a bound.
// Where the bound is zero, floating-point numbers are counted: a cell holds one of them.
//
// Everything that a decoder computes is one IEEE operation after the other, in double: the same on every machine.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "base/element.h"
#include "base/exact_bound.h"

namespace laq {

class BoundedQuantizer {
 public:
  // Cells as far as doubles count them exactly; numbers as far as the syntax of indices reaches.
  static constexpr int64_t kMaxIndex = int64_t{1} << 52, kMaxCounted = int64_t{1} << 58;

  // bound: at least 0. dead_zone: share of a step that values beyond half a step may lie, and be taken for what is
  // nearer to the prediction; it concerns index() only.
  BoundedQuantizer(const ElementRange& range, double bound, double dead_zone = 0)
      : range_(range),
        is_integer_(is_integer(range.type())),
        counts_(!is_integer_ && bound == 0),
        dead_zone_(dead_zone),
        bound_(is_integer_ ? std::floor(std::min(bound, kMostBound)) : std::min(bound, kMostBound)),
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
    const double spacing = range_.spacing(exponent);
    if (counts_) {
      step_ = spacing;
    } else if (bound_ > spacing) {
      step_ = 2 * bound_ - spacing;
    }
  }

  // A normal number, whose inverse is one too.
  double step() const { return std::max(step_, kLeastStep); }

  // The cell of a value; nothing where no cell puts it within the bound.
  std::optional<int64_t> index(double value, double prediction) const {
    if (counts_) {
      int64_t difference = 0;
      const int64_t from = range_.number_of(range_.round(prediction));
      if (__builtin_sub_overflow(range_.number_of(value), from, &difference)) return std::nullopt;
      if (difference > kMaxCounted || difference < -kMaxCounted) return std::nullopt;
      return difference;
    }
    const double cells = (value - anchor(prediction)) / step_;
    if (!(std::fabs(cells) <= static_cast<double>(kMaxIndex))) return std::nullopt;
    const auto size = static_cast<int64_t>(std::fabs(cells) + (0.5 - dead_zone_));
    const int64_t index = cells < 0 ? -size : size;
    const double largest = dead_zone_ > 0 ? (0.5 + dead_zone_) * step_ : bound_;
    if (!is_within(value, reconstruct(prediction, index), largest)) return std::nullopt;
    return index;
  }

  // An element.
  double reconstruct(double prediction, int64_t index) const {
    if (counts_) {
      int64_t number = 0;
      if (__builtin_add_overflow(range_.number_of(range_.round(prediction)), index, &number))
        return index > 0 ? range_.greatest() : range_.least();
      return range_.numbered(number);
    }
    return range_.round(anchor(prediction) + static_cast<double>(index) * step_);
  }

 private:
  static constexpr double kMostBound = 0x1p1021;  // beyond it the step would overflow
  static constexpr double kLeastStep = 0x1p-1022;

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
