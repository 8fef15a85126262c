// What stands before the coefficients of a transformed chunk: how they are quantized, and which elements are no
// numbers.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "entropy/coder.h"
#include "quantize/trellis.h"
#include "signal/chunk.h"
#include "signal/grid.h"
#include "signal/hole_coder.h"

namespace laq {

// What comes before the coefficients, written once for writer and reader.
template <class Coder>
struct Preamble {
  int state_bits;
  double mean;  // taken off all values
  bool has_holes;

  void code(Coder& coder) {
    state_bits =
        Trellis::kLeastBits + static_cast<int>(coder.bits(3, static_cast<uint32_t>(state_bits - Trellis::kLeastBits)));
    const auto bits = std::bit_cast<uint64_t>(mean);
    const uint64_t high = coder.bits(32, static_cast<uint32_t>(bits >> 32));
    mean = std::bit_cast<double>(high << 32 | coder.bits(32, static_cast<uint32_t>(bits)));
    has_holes = coder.bits(1, has_holes) != 0;
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

inline void write_preamble(SymbolWriter& writer, const Chunk& chunk, int state_bits, double mean) {
  const bool has_holes =
      !std::all_of(chunk.values.begin(), chunk.values.end(), [](double value) { return std::isfinite(value); });
  Preamble<SymbolWriter> preamble{state_bits, mean, has_holes};
  preamble.code(writer);
  if (!has_holes) return;
  std::vector<bool> is_hole(chunk.values.size());
  for (size_t i = 0; i < is_hole.size(); ++i) is_hole[i] = !std::isfinite(chunk.values[i]);
  HoleCoder<SymbolWriter>(writer, chunk.type, chunk.grid, chunk.elements).code(is_hole);
}

}  // namespace laq
