// Holes: elements that are not finite. Whether an element is one is told by those around it that come before; each
// stands for itself, bit by bit.
#pragma once

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "base/grid.h"
#include "levels/raw_elements.h"

namespace laq {

template <class Coder>
class HoleCoder {
 public:
  // elements, values: to a writer.
  HoleCoder(Coder& coder, ElementType type, const Grid& grid, std::span<const std::byte> elements,
            std::span<const double> values)
      : coder_(coder), type_(type), grid_(grid), values_(values), verbatim_(coder, type, elements, grid) {}

  // Whether there are any: what a stream of holes begins with.
  static bool code_any(Coder& coder, ElementType type, bool any = false) {
    return !is_integer(type) && coder.bits(1, any) != 0;
  }
  // What they take, if there are any among so many elements.
  static size_t bytes(size_t elements) { return elements / 8 + VerbatimCoder<Coder>::bytes(elements); }

  // Codes whether there are any, and which.
  void code() {
    bool any = false;
    if constexpr (!Coder::kReads) {
      any = std::any_of(values_.begin(), values_.end(), [](double value) { return !std::isfinite(value); });
    }
    if (!code_any(coder_, type_, any)) return;
    holes_.resize(grid_.size());
    size_t place = 0;
    for (int z = 0; z < grid_.sides[0]; ++z) {
      for (int y = 0; y < grid_.sides[1]; ++y) {
        for (int x = 0; x < grid_.sides[2]; ++x, ++place) {
          const auto before = [&](bool exists, ptrdiff_t distance) { return exists && holes_[place - distance]; };
          const ptrdiff_t row = grid_.stride(1);
          const int context = before(x > 0, 1) + 2 * before(y > 0, row) + 4 * before(y > 0 && x > 0, row + 1) +
                              8 * before(y > 0 && x + 1 < grid_.sides[2], row - 1) +
                              16 * before(z > 0, grid_.stride(0));
          bool is_hole = false;
          if constexpr (!Coder::kReads) is_hole = !std::isfinite(values_[place]);
          holes_[place] = coder_.bit(models_[context], is_hole);
          if (holes_[place]) verbatim_(place);
        }
      }
    }
  }

  // Of each element; empty where there are none.
  const std::vector<bool>& holes() const { return holes_; }
  void store(std::span<std::byte> elements) const { verbatim_.store(elements); }

 private:
  Coder& coder_;
  ElementType type_;
  Grid grid_;
  std::span<const double> values_;
  std::vector<bool> holes_;
  std::array<CountingModel, 32> models_;
  VerbatimCoder<Coder> verbatim_;
};

}  // namespace laq
