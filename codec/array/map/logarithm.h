// Logarithm: a chunk whose elements may change by a share R of themselves is mapped to the logarithms of their sizes,
// for which one bound holds. The map's bytes: the exponent of the elements, their kinds, the raw elements.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "array/chunk.h"
#include "base/binary_logarithm.h"
#include "entropy/coder.h"
#include "levels/raw_elements.h"

namespace laq::array {

// What an element is, apart from its logarithm. Raw elements are those that are not finite, -0, and those that their
// logarithms would change too much.
enum class Kind : uint8_t { positive, negative, zero, raw };
inline constexpr int kKinds = 4;

// Codes the kinds in raster order, each by whether its logarithm is a number, and by the kinds to its left, above and
// in the slice before. Written once for writer and reader.
template <class Coder>
void code_kinds(Coder& coder, const Grid& grid, const std::vector<double>& logarithms, std::vector<Kind>& kinds) {
  struct Models {
    CountingModel is_raw, is_zero, is_negative;
  };
  std::vector<Models> models(static_cast<size_t>(2 * kKinds * kKinds * kKinds));
  size_t place = 0;
  for (int z = 0; z < grid.sides[0]; ++z) {
    for (int y = 0; y < grid.sides[1]; ++y) {
      for (int x = 0; x < grid.sides[2]; ++x, ++place) {
        const auto before = [&](bool exists, int axis) {
          return exists ? static_cast<size_t>(kinds[place - grid.stride(axis)]) : 0;
        };
        const size_t around = (before(z > 0, 0) * kKinds + before(y > 0, 1)) * kKinds + before(x > 0, 2);
        Models& model = models[2 * around + std::isnan(logarithms[place])];
        Kind& kind = kinds[place];
        if (coder.bit(model.is_raw, kind == Kind::raw)) {
          kind = Kind::raw;
        } else if (coder.bit(model.is_zero, kind == Kind::zero)) {
          kind = Kind::zero;
        } else {
          kind = coder.bit(model.is_negative, kind == Kind::negative) ? Kind::negative : Kind::positive;
        }
      }
    }
  }
}

template <class Coder>
void code_raw_elements(RawElementCoder<Coder>& coder, const std::vector<Kind>& kinds) {
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == Kind::raw) coder(i);
  }
}

// An element x may become anything from x (1 - R) to x (1 + R). The logarithms of these ends do not lie evenly around
// that of x, so the one that is coded is shifted to their middle, and may be off by half of their distance.
struct Allowance {
  double shift, bound;

  // share: R, above 0 and below 1.
  explicit Allowance(double share) {
    const double above = binary_logarithm(1 + share), below = binary_logarithm(1 - share);
    shift = 0.5 * (above + below);
    bound = 0.5 * (above - below);
  }
};

// What is left of R for the error of logarithms, since elements are rounded and logarithms are not exact; 0 if nothing
// is.
inline double share_of(const ChunkFormat& format) {
  constexpr double kOfLogarithms = 1e-12;
  const double of_type = is_integer(format.type) ? 0x1p-53 : std::ldexp(0.5, -format.range().fraction_bits());
  return std::max(format.tolerance - of_type - kOfLogarithms, 0.0);
}

inline ChunkFormat format_of_logarithms(const ChunkFormat& format) {
  return {ElementType::float64, format.grid, Fidelity::max_error, Allowance(share_of(format)).bound};
}

// unit: 2^exponent of the largest element, so that the scale of the elements does not matter.
inline double element_of(Kind kind, double logarithm, double unit, const ElementRange& range) {
  if (kind == Kind::zero) return 0;
  const double size = power_of_two(logarithm) * unit;
  return range.round(kind == Kind::negative ? -size : size);
}

}  // namespace laq::array
