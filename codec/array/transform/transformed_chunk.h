// What all transformed chunks have in common: their streams begin with the number of states of the trellis, the mean of
// the elements, and the mask.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "array/chunk.h"
#include "entropy/coder.h"
#include "levels/mask.h"
#include "quantize/trellis.h"

namespace laq::array {

struct Preamble {
  int state_bits = 0;
  double mean = 0;  // is subtracted from all values

  // The syntax, written once for writer and reader.
  template <class Coder>
  void code(Coder& coder) {
    const auto above_least = static_cast<uint32_t>(state_bits - Trellis::kLeastBits);
    state_bits = Trellis::kLeastBits + static_cast<int>(coder.bits(3, above_least));
    mean = std::bit_cast<double>(code_bits(coder, 64, std::bit_cast<uint64_t>(mean)));
  }
  bool is_valid() const { return state_bits <= Trellis::kMostBits && std::isfinite(mean); }
};

// The memory in bytes that the mask of a chunk takes.
inline size_t mask_decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  SymbolReader reader(stream);
  Preamble().code(reader);
  const bool has_mask = MaskCoder<SymbolReader>::code_any(reader, format.type);
  return has_mask ? MaskCoder<SymbolReader>::bytes(format.grid.size()) : 0;
}

// Decodes a chunk; false if the stream is invalid. decode_values(reader, preamble): the values, from what follows the
// mask; none if that is invalid.
template <class DecodeValues>
bool decode_transformed(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements,
                        DecodeValues&& decode_values) {
  SymbolReader reader(stream);
  Preamble preamble;
  preamble.code(reader);
  if (!preamble.is_valid()) return false;
  MaskCoder mask(reader, format.type, format.grid, {}, {});
  mask.code();
  if (reader.is_past_end()) return false;
  const std::vector<double> values = decode_values(reader, preamble);
  if (values.empty()) return false;
  store_values(format.type, values, elements);
  mask.store(elements);
  return true;
}

}  // namespace laq::array
