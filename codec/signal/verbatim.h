// Elements that stand for themselves, bit by bit: those that are not finite, and those that no quantizer brings within
// the bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>

#include "entropy/coder.h"
#include "signal/element.h"

namespace laq {

template <class Coder>
class VerbatimCoder {
 public:
  // elements: packed, to a writer.
  VerbatimCoder(Coder& coder, ElementType type, std::span<const std::byte> elements)
      : coder_(coder), type_(type), bytes_(element_bytes(type)), elements_(elements) {}

  // Codes the element at `place`; its value.
  double operator()(size_t place) {
    uint64_t bits = 0;
    if constexpr (!Coder::kReads) std::memcpy(&bits, elements_.data() + place * bytes_, bytes_);
    const uint64_t last = found_.empty() ? 0 : found_.back().second;
    if (coder_.bit(repeats_, bits == last)) {
      bits = last;
    } else {
      const int count = static_cast<int>(8 * bytes_), high = count > 32 ? count - 32 : 0;
      const uint64_t upper = high > 0 ? coder_.bits(high, static_cast<uint32_t>(bits >> 32)) : 0;
      bits = upper << 32 | coder_.bits(count - high, static_cast<uint32_t>(bits));
    }
    found_.emplace_back(place, bits);
    return values_of(type_, std::as_bytes(std::span(&bits, 1)).first(bytes_))[0];
  }

  // What so many elements take here.
  static constexpr size_t bytes(size_t count) { return count * 17; }

  // Puts all that were coded into their places.
  void store(std::span<std::byte> elements) const {
    for (const auto& [place, bits] : found_) std::memcpy(elements.data() + place * bytes_, &bits, bytes_);
  }

 private:
  Coder& coder_;
  ElementType type_;
  size_t bytes_;
  std::span<const std::byte> elements_;
  std::deque<std::pair<size_t, uint64_t>> found_;
  CountingModel repeats_;
};

}  // namespace laq
