// Mask as runs: which elements are not finite, coded much faster than by MaskCoder (levels/mask.h), and shorter where
// masks have few and smooth borders. A flag is compared with the one in the plane before, or the row before; runs of
// equal and of different ones follow each other.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/element.h"
#include "base/grid.h"
#include "entropy/coder.h"
#include "levels/raw_elements.h"

namespace laq {

// Numbers below 2^31, of which small ones are frequent: the number of bits, and the bits.
class NaturalModels {
 public:
  template <class Coder>
  uint32_t code(Coder& coder, uint32_t number) {
    const int bits = std::bit_width(number + 1) - 1;
    int found = 0;
    while (found < kMostBits && coder.bit(more_[found], found < bits)) ++found;
    const uint32_t first = (uint32_t{1} << found) - 1;
    return first + coder.bits(found, number - first);
  }

 private:
  static constexpr int kMostBits = 31;
  std::array<CountingModel, kMostBits> more_;
};

template <class Coder>
class MaskRuns {
 public:
  // elements: all of the chunk; a reader needs none.
  MaskRuns(Coder& coder, ElementType type, const Grid& grid, std::span<const std::byte> elements)
      : coder_(coder), type_(type), grid_(grid), elements_(elements), raw_(coder, type, elements, grid) {}

  static size_t bytes(size_t elements) { return elements + RawElementCoder<Coder>::bytes(elements); }

  // mask: a flag for each element; empty if none is masked. False if the stream is damaged.
  bool code(std::vector<uint8_t>& mask) {
    if (is_integer(type_) || coder_.bits(1, !mask.empty()) == 0) return true;
    mask.resize(grid_.size());
    return code_runs(mask) && code_elements(mask);
  }

  void store(const std::vector<uint8_t>& mask, std::span<std::byte> elements) const {
    raw_.store(elements);
    if (!is_same_) return;
    const size_t bytes = element_bytes(type_);
    for (size_t i = 0; i < mask.size(); ++i) {
      if (mask[i] != 0) std::memcpy(elements.data() + i * bytes, &pattern_, bytes);
    }
  }

 private:
  bool code_runs(std::vector<uint8_t>& mask) {
    const size_t row = grid_.stride(1), plane = grid_.sides[0] > 1 ? grid_.stride(0) : mask.size();
    const auto expected = [&](size_t i) -> uint8_t {
      return i >= plane ? mask[i - plane] : i >= row && grid_.sides[1] > 1 ? mask[i - row] : 0;
    };
    std::array<NaturalModels, 2> models;
    for (size_t place = 0, number = 0; place < mask.size(); ++number) {
      const auto differs = static_cast<uint8_t>(number % 2);
      const uint32_t least = number > 0;
      size_t end = place;
      if constexpr (!Coder::kReads) {
        while (end < mask.size() && (mask[end] ^ expected(end)) == differs) ++end;
      }
      const size_t run = models[differs].code(coder_, static_cast<uint32_t>(end - place) - least) + size_t{least};
      if (coder_.is_past_end() || run > mask.size() - place) return false;
      if constexpr (Coder::kReads) {
        for (size_t i = place; i < place + run; ++i) mask[i] = expected(i) ^ differs;
      }
      place += run;
    }
    return true;
  }

  bool code_elements(const std::vector<uint8_t>& mask) {
    const size_t bytes = element_bytes(type_);
    const auto pattern_of = [&](size_t i) {
      uint64_t bits = 0;
      std::memcpy(&bits, elements_.data() + i * bytes, bytes);
      return bits;
    };
    if constexpr (!Coder::kReads) {
      bool has_pattern = false;
      is_same_ = true;
      for (size_t i = 0; i < mask.size() && is_same_; ++i) {
        if (mask[i] == 0) continue;
        if (!has_pattern) pattern_ = pattern_of(i);
        is_same_ = pattern_ == pattern_of(i);
        has_pattern = true;
      }
    }
    is_same_ = coder_.bits(1, is_same_) != 0;
    if (is_same_) {
      pattern_ = code_bits(coder_, static_cast<int>(8 * bytes), pattern_);
      return true;
    }
    for (size_t i = 0; i < mask.size(); ++i) {
      if (mask[i] != 0) raw_(i);
    }
    return !coder_.is_past_end();
  }

  Coder& coder_;
  ElementType type_;
  Grid grid_;
  std::span<const std::byte> elements_;
  RawElementCoder<Coder> raw_;
  bool is_same_ = false;
  uint64_t pattern_ = 0;
};

// Raw elements that are few, by the distances between them. places: of all of them, in ascending order; a reader gives
// as many of any value.
template <class Coder>
bool code_sparse(Coder& coder, RawElementCoder<Coder>& raw, std::span<const uint32_t> places, size_t count,
                 size_t elements) {
  NaturalModels models;
  size_t place = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t first = i > 0 ? place + 1 : 0;
    uint32_t distance = 0;
    if constexpr (!Coder::kReads) distance = static_cast<uint32_t>(places[i] - first);
    place = first + models.code(coder, distance);
    if (coder.is_past_end() || place >= elements) return false;
    raw(place);
  }
  return true;
}

}  // namespace laq
