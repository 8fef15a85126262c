// The list of the values that occur in a channel, as the gaps between them.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "entropy/coder.h"
#include "lossless/adaptive_number.h"

namespace laq::lossless {

// Gaps repeat, so that each is coded with the models of the size of the one before it.
template <class Coder>
bool code_values(Coder& coder, int depth, std::vector<uint16_t>& values) {
  AdaptiveNumber count_models;
  std::array<AdaptiveNumber, 18> models;
  const uint32_t count = code_number(coder, count_models, static_cast<uint32_t>(values.size())), most = 1u << depth;
  if (count == 0 || count > most) return false;
  values.resize(count);
  uint32_t next = 0, before = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t gap = code_number(coder, models[std::bit_width(before)], values[i] - next);
    if (gap >= most || next + gap >= most) return false;
    values[i] = static_cast<uint16_t>(next + gap);
    next = uint32_t{values[i]} + 1;
    before = gap;
  }
  return true;
}

inline std::vector<std::byte> write_values(std::vector<uint16_t> values, int depth) {
  SymbolWriter writer;
  code_values(writer, depth, values);
  return writer.finish();
}

inline bool read_values(std::span<const std::byte> bytes, int depth, std::vector<uint16_t>& values) {
  SymbolReader reader(bytes);
  return code_values(reader, depth, values) && !reader.is_past_end();
}

}  // namespace laq::lossless
