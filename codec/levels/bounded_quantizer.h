// BoundedQuantizer: uniform quantization of the difference from a prediction, so that no value moves by more than a
// bound; with a dead zone, which is for mean squared errors, by two steps at most. If the bound is zero, a cell holds
// one element: the index of a floating-point number counts the representable numbers between it and the prediction.
//
// Everything that a decoder computes is one IEEE operation after the other, in double: the same on every machine. The
// encoder's preference, the dead zone, is a parameter of index(), which decoders do not call.
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
  // Indices of cells are limited to what doubles count exactly; counts of elements, to what the syntax can hold.
  static constexpr int64_t kMaxIndex = int64_t{1} << 52, kMaxCounted = (int64_t{1} << 58) - 1;

  // bound: at least 0.
  BoundedQuantizer(const ElementRange& range, double bound)
      : range_(range),
        is_integer_(is_integer(range.type())),
        counts_(!is_integer_ && bound == 0),
        bound_(is_integer_ ? std::floor(std::min(bound, kMostBound)) : std::min(bound, kMostBound)),
        step_(is_integer_ ? 2 * bound_ + 1 : 2 * bound_) {}

  // Tells that all elements, which are integers, are multiples of `spacing` (at least 1) away from `origin`, as if they
  // were recorded with fewer bits than their type has.
  void set_lattice(double origin, double spacing) {
    origin_ = origin;
    spacing_ = spacing;
    bound_ = std::floor(bound_ / spacing) * spacing;
    step_ = 2 * bound_ + spacing;
  }

  // Tells that all elements, which are floating-point numbers, are less than 2^(exponent + 1), so that cells leave room
  // for their rounding.
  void set_exponent(int exponent) {
    const double spacing = range_.spacing(exponent);
    if (counts_) {
      step_ = spacing;
    } else if (bound_ > spacing) {
      step_ = 2 * bound_ - spacing;
    }
  }

  // A normal number, whose inverse is a normal number, too.
  double step() const { return std::max(step_, kLeastStep); }

  // Whether a cell is a step from the prediction, rounded to float32.
  bool is_float32() const { return !counts_ && range_.type() == ElementType::float32; }

  // The cell of a value; nothing if no cell stands for it within largest_error(). Values up to `dead_zone` of a step
  // beyond the decision threshold still round towards the prediction.
  std::optional<int64_t> index(double value, double prediction, double dead_zone = 0) const {
    if (counts_) {
      int64_t difference = 0;
      const int64_t from = range_.number_of(range_.round(prediction));
      if (__builtin_sub_overflow(range_.number_of(value), from, &difference)) return std::nullopt;
      if (difference > kMaxCounted || difference < -kMaxCounted) return std::nullopt;
      return difference;
    }
    const double cells = (value - anchor(prediction)) / step_;
    if (!(std::fabs(cells) <= static_cast<double>(kMaxIndex))) return std::nullopt;
    const auto size = static_cast<int64_t>(std::fabs(cells) + (0.5 - dead_zone));
    const int64_t index = cells < 0 ? -size : size;
    if (!is_within(value, reconstruct(prediction, index), largest_error(dead_zone))) return std::nullopt;
    return index;
  }

  // By how much an element may differ from what its cell stands for. A dead zone has no bound to keep: two steps are
  // more than what rounding to the element's type adds to it, so only elements that no cell can hold have no index.
  double largest_error(double dead_zone) const { return dead_zone > 0 ? 2 * step_ : bound_; }

  // The element that a cell stands for.
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

  // The value of cell 0: the prediction or, for integers, the nearest one of their lattice.
  double anchor(double prediction) const {
    if (!is_integer_) return prediction;
    return origin_ + std::nearbyint((range_.clamp(prediction) - origin_) / spacing_) * spacing_;
  }

  ElementRange range_;
  bool is_integer_, counts_;
  double bound_, step_;
  double origin_ = 0, spacing_ = 1;
};

}  // namespace laq
