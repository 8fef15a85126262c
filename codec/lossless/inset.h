// Insets: rectangles of a drawn tile that are coded as tiles of their own, such as photographs on a page.
//
//   insets = their number (1 .. 64), then for each x, y, width, height, and its bytes, all integers; then their streams
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/checks.h"
#include "lossless/header.h"

namespace laq::lossless {

inline constexpr size_t kMostInsets = 64;

struct Inset {
  TileArea area;  // within the tile
  std::span<const std::byte> stream;
};

inline bool overlap(const TileArea& a, const TileArea& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

inline bool is_in(const std::vector<TileArea>& areas, int x, int y) {
  return std::any_of(areas.begin(), areas.end(), [&](const TileArea& area) { return overlap(area, {x, y, 1, 1}); });
}

inline void write_insets(ByteWriter& writer, const std::vector<Inset>& insets) {
  writer.integer(insets.size());
  for (const Inset& inset : insets) {
    for (const int number : {inset.area.x, inset.area.y, inset.area.width, inset.area.height})
      writer.integer(static_cast<uint64_t>(number));
    writer.integer(inset.stream.size());
  }
  for (const Inset& inset : insets) writer.append(inset.stream);
}

// False if one is empty, reaches out of the tile, overlaps with another one, or has too few bytes for its pixels.
inline bool read_insets(ByteReader& reader, const TileArea& tile, std::vector<Inset>& insets) {
  const uint64_t count = reader.integer();
  if (reader.failed() || count == 0 || count > kMostInsets) return false;
  std::vector<uint64_t> bytes;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t x = reader.integer(), y = reader.integer(), width = reader.integer(), height = reader.integer();
    bytes.push_back(reader.integer());
    const auto columns = static_cast<uint64_t>(tile.width), rows = static_cast<uint64_t>(tile.height);
    if (reader.failed() || x >= columns || y >= rows || width == 0 || height == 0 || width > columns - x ||
        height > rows - y)
      return false;
    const TileArea area = {static_cast<int>(x), static_cast<int>(y), static_cast<int>(width), static_cast<int>(height)};
    for (const Inset& other : insets) {
      if (overlap(area, other.area)) return false;
    }
    insets.push_back({area, {}});
  }
  for (size_t i = 0; i < insets.size(); ++i) {
    insets[i].stream = reader.take(bytes[i]);
    if (reader.failed() || insets[i].stream.empty() ||
        insets[i].stream.size() < least_stream_bytes(insets[i].area.pixels()))
      return false;
  }
  return true;
}

}  // namespace laq::lossless
