// Raw elements: those that are coded bit by bit, because they are not finite or no quantizer brings them within the
// bound. A pattern of bits that occurs again and again is coded by its number in a list of recent patterns.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "base/element.h"
#include "base/grid.h"
#include "entropy/coder.h"

namespace laq {

// Codes the exponent of the largest element, see exponent_of().
template <class Coder>
int code_exponent(Coder& coder, int exponent) {
  constexpr int kBits = 11;
  return kLeastExponent + static_cast<int>(coder.bits(kBits, static_cast<uint32_t>(exponent - kLeastExponent)));
}

template <class Coder>
class RawElementCoder {
 public:
  // elements: packed; a reader needs none. grid: the shape of elements that come in raster order, so that the last raw
  // element of a column tells what the next one may be; a line if they come in another order.
  RawElementCoder(Coder& coder, ElementType type, std::span<const std::byte> elements, const Grid& grid = {})
      : coder_(coder),
        type_(type),
        bytes_(element_bytes(type)),
        elements_(elements),
        width_(grid.is_line() ? 1 : grid.sides[2]) {}

  // Codes the element at `place` and returns its value.
  double operator()(size_t place) {
    uint64_t bits = 0;
    if constexpr (!Coder::kReads) std::memcpy(&bits, elements_.data() + place * bytes_, bytes_);
    last_of_column_.resize(width_);
    uint8_t& above = last_of_column_[place % width_];
    above = last_ = static_cast<uint8_t>(code_pattern(models_[last_][above], bits));
    bits = patterns_[last_];
    coded_.emplace_back(place, bits);
    return values_of(type_, std::as_bytes(std::span(&bits, 1)).first(bytes_))[0];
  }

  // The memory in bytes that so many raw elements take.
  static constexpr size_t bytes(size_t count) { return count * 18; }

  // Puts all elements that were coded into their places among the packed elements.
  void store(std::span<std::byte> elements) const {
    for (const auto& [place, bits] : coded_) std::memcpy(elements.data() + place * bytes_, &bits, bytes_);
  }
  // The same of those that place_of(place) gives another place for, which is a std::optional.
  template <class PlaceOf>
  void store(std::span<std::byte> elements, PlaceOf&& place_of) const {
    for (const auto& [place, bits] : coded_) {
      if (const auto to = place_of(place)) std::memcpy(elements.data() + *to * bytes_, &bits, bytes_);
    }
  }

 private:
  static constexpr int kPatterns = 8;
  static constexpr uint32_t kUse = 256, kMemory = 16;   // a use counts for about kUse / kMemory new patterns
  using Models = std::array<CountingModel, kPatterns>;  // one for each pattern: whether it is that one

  // Codes a pattern; its number in the list.
  int code_pattern(Models& models, uint64_t bits) {
    int number = 0;
    while (number < known_ && !coder_.bit(models[number], patterns_[number] == bits)) ++number;
    if (number == known_) {
      number = make_room();
      uses_[number] = 0;
      patterns_[number] = code_bits(coder_, static_cast<int>(8 * bytes_), bits);
    }
    uses_[number] += kUse;
    return number;
  }

  // The number that a new pattern takes; if all are taken, that of the pattern that was used least of late.
  int make_room() {
    if (known_ < kPatterns) return known_++;
    for (uint32_t& uses : uses_) uses -= uses / kMemory;
    return static_cast<int>(std::min_element(uses_.begin(), uses_.end()) - uses_.begin());
  }

  Coder& coder_;
  ElementType type_;
  size_t bytes_;
  std::span<const std::byte> elements_;
  std::deque<std::pair<size_t, uint64_t>> coded_;
  std::array<uint64_t, kPatterns> patterns_{};
  std::array<uint32_t, kPatterns> uses_{};
  int known_ = 1;  // the list begins with a pattern of zeros
  // [number of the last raw element][number of the last one in the same column]
  std::array<std::array<Models, kPatterns>, kPatterns> models_;
  uint8_t last_ = 0;
  size_t width_;
  std::vector<uint8_t> last_of_column_;
};

}  // namespace laq
