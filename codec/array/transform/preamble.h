// What stands before the coefficients of a transformed chunk: the number of states, and the mean of the elements.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "quantize/trellis.h"

namespace laq::array {

// Written once for writer and reader.
template <class Coder>
struct Preamble {
  int state_bits;
  double mean;  // taken off all values

  void code(Coder& coder) {
    state_bits =
        Trellis::kLeastBits + static_cast<int>(coder.bits(3, static_cast<uint32_t>(state_bits - Trellis::kLeastBits)));
    const auto bits = std::bit_cast<uint64_t>(mean);
    const uint64_t high = coder.bits(32, static_cast<uint32_t>(bits >> 32));
    mean = std::bit_cast<double>(high << 32 | coder.bits(32, static_cast<uint32_t>(bits)));
  }
  bool is_valid() const { return state_bits <= Trellis::kMostBits && std::isfinite(mean); }
};

// Of the finite values; nothing where there are none, or their sum overflows.
inline std::optional<double> mean_of(std::span<const double> values) {
  double sum = 0;
  size_t count = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  if (count == 0 || !std::isfinite(sum)) return std::nullopt;
  return sum / static_cast<double>(count);
}

}  // namespace laq::array
