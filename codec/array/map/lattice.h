// Lattice: numbers that are equally spaced before they are rounded to their type. Integers that were unpacked by a
// scale and an offset lie on one, and so do decimals with so many digits. A chunk of such numbers is mapped to their
// indices; elements that do not lie on the lattice are masked.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "array/chunk.h"
#include "array/map/masked_elements.h"
#include "base/bytes.h"
#include "base/element.h"

namespace laq::array {

struct Lattice {
  static constexpr int64_t kMostOrigin = int64_t{1} << 52;

  double first = 0, step = 1, divisor = 1;
  int64_t origin = 0;            // of the indices
  bool rounds_products = false;  // to single precision before `first` is added, as programs do that unpack integers

  // The element with an index.
  double at(double index, const ElementRange& range) const {
    double product = (static_cast<double>(origin) + index) * step;
    if (rounds_products && std::fabs(product) < 0x1p127) product = static_cast<double>(static_cast<float>(product));
    return range.round((first + product) / divisor);
  }

  double spacing() const { return step / divisor; }

  // The index of the nearest point; nothing if it is below 0 or above 2^31.
  std::optional<double> nearest(double value) const {
    const double index = std::nearbyint((value * divisor - first) / step) - static_cast<double>(origin);
    if (!(index >= 0 && index < 0x1p31)) return std::nullopt;
    return index;
  }

  // The lattice of every count-th point, each in the middle of the points that it stands for.
  Lattice coarser(int count) const {
    return {first + (static_cast<double>(origin) + 0.5 * (count - 1)) * step, count * step, divisor};
  }

  void write(ByteWriter& writer) const;
  static std::optional<Lattice> read(ByteReader& reader);
};

// Indices are integers, or doubles if some elements are masked.
inline ChunkFormat format_of_indices(ElementType type, const Grid& grid) {
  return {type, grid, Fidelity::max_error, is_integer(type) ? 0 : kAlmostHalf};
}

}  // namespace laq::array
