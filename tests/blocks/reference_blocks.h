// Blocks decoded by the text of docs/blocks.md, one element after the other.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <laq/blocks.hpp>

#include "blocks/block_code.h"

namespace laq::test {

struct ReferenceBlock {
  std::span<const std::byte> bytes;
  int width, elements;

  int lanes() const { return (elements + 7) / 8; }
  int header() const { return lanes() > 16 ? 7 : 4; }
  size_t size() const { return width == 0 ? 0 : static_cast<size_t>(header() + width * lanes()); }

  unsigned byte(int at) const { return std::to_integer<unsigned>(bytes[static_cast<size_t>(at)]); }
  unsigned plane(int index, int vector, int lane) const {
    return byte(header() + index * lanes() + lane) >> vector & 1;
  }

  // The code of an element: its index bits, and its path bit below them.
  unsigned code(int vector, int lane) const {
    if (width == 8) return byte(header() + vector * lanes() + lane);
    unsigned code = 0;
    int bit = 0;
    if (width >= 4) {
      const unsigned nibble = byte(header() + vector / 2 * lanes() + lane) >> (vector % 2 * 4) & 15;
      code = (nibble & 7) << 1 | nibble >> 3;
      bit = 4;
    }
    for (; bit < width; ++bit) code |= plane(bit, vector, lane) << bit;
    return code;
  }

  unsigned subscale(int vector, int lane) const {
    const int group = lanes() > 16 ? 2 * vector + lane / 16 : vector;
    unsigned value = 0;
    for (int i = 0; i < 3; ++i) value |= (byte(1 + (3 * group + i) / 8) >> ((3 * group + i) % 8) & 1) << i;
    return kSubscales[value];
  }

  // The elements in units of half a step.
  std::vector<int> integers() const {
    std::vector<int> result(static_cast<size_t>(elements), 0);
    if (width == 0) return result;
    std::vector<unsigned> path(6, 0);
    for (int t = 0; t < 8 * lanes(); ++t) {
      const int vector = t % 8, lane = t / 8;
      const unsigned now = code(vector, lane);
      path.push_back(now & 1);
      const auto before = [&](size_t k) { return path[path.size() - 1 - k]; };
      const unsigned z1 = before(0) ^ before(1) ^ before(6), z0 = before(2) ^ before(4);
      const unsigned index = 4 * (now >> 1) + 2 * z1 + z0;
      const int element = vector * lanes() + lane;
      if (element >= elements) continue;
      const int distance =
          width == 8 ? 2 * static_cast<int>(index) - 511 : 2 * static_cast<int>(levels_of_width(width)[index]) - 127;
      result[static_cast<size_t>(element)] = distance * static_cast<int>(subscale(vector, lane));
    }
    return result;
  }

  float step(int exponent) const {
    return half_step(width, unit_of_scale(width == 0 ? 0 : static_cast<int>(byte(0)), exponent));
  }
};

// All elements of a tensor, without the inverse rotation.
inline std::vector<float> decode_by_reference(const BlockTensor& tensor) {
  const BlockFormat& format = tensor.format;
  const uint64_t strips = format.rows_apart ? format.rows : 1;
  const uint64_t length = format.rows * format.columns / strips, blocks = strips * ((length + 255) / 256);
  std::span<const std::byte> rest(tensor.bytes);
  const std::span<const std::byte> table = rest.first(format.width == 0 ? (blocks + 1) / 2 : 0);
  rest = rest.subspan(table.size());
  std::vector<float> elements;
  size_t index = 0;
  for (uint64_t strip = 0; strip < strips; ++strip) {
    for (uint64_t begin = 0; begin < length; begin += 256, ++index) {
      ReferenceBlock block{rest, format.width, static_cast<int>(std::min<uint64_t>(256, length - begin))};
      if (!table.empty()) block.width = std::to_integer<int>(table[index / 2] >> (index % 2 * 4) & std::byte{15});
      for (const int integer : block.integers()) {
        elements.push_back(static_cast<float>(integer) * block.step(format.exponent));
      }
      rest = rest.subspan(block.size());
    }
  }
  return elements;
}

}  // namespace laq::test
