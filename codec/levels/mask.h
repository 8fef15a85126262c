// Mask: which elements are not finite. Each flag is coded by those around it that come before, and every masked element
// is a raw element.
#pragma once

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "base/grid.h"
#include "levels/raw_elements.h"

namespace laq {

template <class Coder>
class MaskCoder {
 public:
  // elements, values: all of the chunk; a reader needs none.
  MaskCoder(Coder& coder, ElementType type, const Grid& grid, std::span<const std::byte> elements,
            std::span<const double> values)
      : coder_(coder), type_(type), grid_(grid), values_(values), raw_(coder, type, elements, grid) {}

  // Codes whether any element is masked: the beginning of a mask. Integers have none.
  static bool code_any(Coder& coder, ElementType type, bool any = false) {
    return !is_integer(type) && coder.bits(1, any) != 0;
  }
  // The memory in bytes that a mask of so many elements takes, if any is masked.
  static size_t bytes(size_t elements) { return elements / 8 + RawElementCoder<Coder>::bytes(elements); }

  // Codes the mask and the masked elements.
  void code() {
    bool any = false;
    if constexpr (!Coder::kReads) {
      any = std::any_of(values_.begin(), values_.end(), [](double value) { return !std::isfinite(value); });
    }
    if (!code_any(coder_, type_, any)) return;
    mask_.resize(grid_.size());
    size_t place = 0;
    for (int z = 0; z < grid_.sides[0]; ++z) {
      for (int y = 0; y < grid_.sides[1]; ++y) {
        for (int x = 0; x < grid_.sides[2]; ++x, ++place) {
          const auto before = [&](bool exists, ptrdiff_t distance) { return exists && mask_[place - distance]; };
          const ptrdiff_t row = grid_.stride(1);
          const int context = before(x > 0, 1) + 2 * before(y > 0, row) + 4 * before(y > 0 && x > 0, row + 1) +
                              8 * before(y > 0 && x + 1 < grid_.sides[2], row - 1) +
                              16 * before(z > 0, grid_.stride(0));
          bool is_masked = false;
          if constexpr (!Coder::kReads) is_masked = !std::isfinite(values_[place]);
          mask_[place] = coder_.bit(models_[context], is_masked);
          if (mask_[place]) raw_(place);
        }
      }
    }
  }

  // Whether each element is masked; empty if none is.
  const std::vector<bool>& mask() const { return mask_; }
  // Puts the masked elements into their places.
  void store(std::span<std::byte> elements) const { raw_.store(elements); }

 private:
  Coder& coder_;
  ElementType type_;
  Grid grid_;
  std::span<const double> values_;
  std::vector<bool> mask_;
  std::array<CountingModel, 32> models_;
  RawElementCoder<Coder> raw_;
};

}  // namespace laq
