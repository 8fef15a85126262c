// Lattice: numbers that are equally spaced before they are rounded to their type, as integers that were unpacked by a
// scale and an offset are, decimals of so many digits, and floating-point numbers that share their last bit.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/element.h"

namespace laq::array {

struct Lattice {
  static constexpr int64_t kMostOrigin = int64_t{1} << 52;

  double first = 0, step = 1, divisor = 1;
  int64_t origin = 0;            // of the indices
  bool rounds_products = false;  // to single precision, before the first point is added: as programs unpack

  // An element: everything that a decoder computes of a lattice.
  double at(double index, const ElementRange& range) const {
    double product = (static_cast<double>(origin) + index) * step;
    if (rounds_products && std::fabs(product) < 0x1p127) product = static_cast<double>(static_cast<float>(product));
    return range.round((first + product) / divisor);
  }

  double spacing() const { return step / divisor; }

  // The index of the point that is nearest; nothing where it is below the origin or above 2^31.
  std::optional<double> nearest(double value) const {
    const double index = std::nearbyint((value * divisor - first) / step) - static_cast<double>(origin);
    if (!(index >= 0 && index < 0x1p31)) return std::nullopt;
    return index;
  }

  // Every count-th point only, each in the middle of those that it stands for.
  Lattice coarser(int count) const {
    return {first + (static_cast<double>(origin) + 0.5 * (count - 1)) * step, count * step, divisor};
  }

  void write(ByteWriter& writer) const;
  static std::optional<Lattice> read(ByteReader& reader);
};

}  // namespace laq::array
