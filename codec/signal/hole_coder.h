// Holes: elements that stand for themselves while the others are coded as if the holes were not there. Whether an
// element is one is told by those around it that come before.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "entropy/coder.h"
#include "signal/grid.h"
#include "signal/verbatim.h"

namespace laq {

template <class Coder>
class HoleCoder {
 public:
  // elements: packed, to a writer.
  HoleCoder(Coder& coder, ElementType type, const Grid& grid, std::span<const std::byte> elements)
      : coder_(coder), grid_(grid), is_hole_(grid.size()), verbatim_(coder, type, elements) {}

  // wanted: the holes, to a writer.
  void code(const std::vector<bool>& wanted = {}) {
    size_t place = 0;
    for (int z = 0; z < grid_.sides[0]; ++z) {
      for (int y = 0; y < grid_.sides[1]; ++y) {
        for (int x = 0; x < grid_.sides[2]; ++x, ++place) {
          const auto before = [&](bool exists, ptrdiff_t distance) { return exists && is_hole_[place - distance]; };
          const ptrdiff_t row = grid_.stride(1), slice = grid_.stride(0);
          const int context = before(x > 0, 1) + 2 * before(y > 0, row) + 4 * before(y > 0 && x > 0, row + 1) +
                              8 * before(y > 0 && x + 1 < grid_.sides[2], row - 1) + 16 * before(z > 0, slice);
          bool is_hole = false;
          if constexpr (!Coder::kReads) is_hole = wanted[place];
          is_hole_[place] = coder_.bit(models_[context], is_hole);
          if (is_hole_[place]) verbatim_(place);
        }
      }
    }
  }

  bool operator[](size_t place) const { return is_hole_[place]; }
  const VerbatimCoder<Coder>& verbatim() const { return verbatim_; }

 private:
  Coder& coder_;
  Grid grid_;
  std::vector<bool> is_hole_;
  std::array<CountingModel, 32> models_;
  VerbatimCoder<Coder> verbatim_;
};

}  // namespace laq
