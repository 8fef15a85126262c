// The preamble of a transformed chunk: the number of states of the trellis, and the mean of the elements.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "quantize/trellis.h"

namespace laq::array {

// The syntax, written once for writer and reader.
template <class Coder>
struct Preamble {
  int state_bits;
  double mean;  // is subtracted from all values

  void code(Coder& coder) {
    state_bits =
        Trellis::kLeastBits + static_cast<int>(coder.bits(3, static_cast<uint32_t>(state_bits - Trellis::kLeastBits)));
    const auto bits = std::bit_cast<uint64_t>(mean);
    const uint64_t high = coder.bits(32, static_cast<uint32_t>(bits >> 32));
    mean = std::bit_cast<double>(high << 32 | coder.bits(32, static_cast<uint32_t>(bits)));
  }
  bool is_valid() const { return state_bits <= Trellis::kMostBits && std::isfinite(mean); }
};

}  // namespace laq::array
