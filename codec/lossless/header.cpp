#include "lossless/header.h"

#include <algorithm>
#include <string>

#include "base/checks.h"
#include "entropy/coder.h"
#include "lossless/value_list.h"

namespace laq::lossless {

TileArea LosslessHeader::tile_area(int tile) const {
  TileArea area;
  area.x = tile % tile_columns() * tile_side;
  area.y = tile / tile_columns() * tile_side;
  area.width = std::min(tile_side, static_cast<int>(width) - area.x);
  area.height = std::min(tile_side, static_cast<int>(height) - area.y);
  return area;
}

void LosslessHeader::write(ByteWriter& writer) const {
  writer.integer(width);
  writer.integer(height);
  writer.byte(static_cast<uint8_t>((channels - 1) | (depth - 1) << 2));
  writer.integer(max_error);
  writer.byte(static_cast<uint8_t>(tile_side / kTileUnit));
  uint8_t listed = 0;
  for (int channel = 0; channel < channels; ++channel)
    listed = static_cast<uint8_t>(listed | (values[channel].empty() ? 0 : 1 << channel));
  writer.byte(listed);
  for (int channel = 0; channel < channels; ++channel) {
    if (values[channel].empty()) continue;
    const std::vector<std::byte> list = write_values(values[channel], depth);
    writer.integer(list.size());
    writer.append(list);
  }
}

Result<LosslessHeader> LosslessHeader::read(ByteReader& reader) {
  LosslessHeader header;
  header.width = static_cast<uint32_t>(reader.integer(kMaxSide));
  header.height = static_cast<uint32_t>(reader.integer(kMaxSide));
  const uint8_t kind = reader.byte();
  header.channels = (kind & 3) + 1;
  header.depth = (kind >> 2 & 15) + 1;
  header.max_error = static_cast<uint32_t>(reader.integer(0xffff));
  header.tile_side = reader.byte() * kTileUnit;
  const uint8_t listed = reader.byte();
  const bool valid = header.width > 0 && header.height > 0 && kind < 64 && header.tile_side > 0 &&
                     header.tile_side <= kMostTileSide && listed < 1 << header.channels &&
                     (listed == 0 || header.max_error == 0);
  if (reader.failed()) return Error{ErrorCode::truncated, "the picture header ends too early"};
  if (!valid) return Error{ErrorCode::corrupt, "the picture header holds a value out of its range"};
  for (int channel = 0; channel < header.channels; ++channel) {
    if ((listed >> channel & 1) == 0) continue;
    const std::span<const std::byte> list = reader.take(reader.integer(size_t{1} << 20));
    if (reader.failed()) return Error{ErrorCode::truncated, "the list of values ends too early"};
    if (!read_values(list, header.depth, header.values[channel]))
      return Error{ErrorCode::corrupt, "the list of values holds one that the depth does not have"};
  }
  return header;
}

Result<LosslessPayload> read_payload(std::span<const std::byte> payload, bool may_be_cut) {
  ByteReader reader(payload);
  Result<LosslessHeader> header = LosslessHeader::read(reader);
  if (!header) return header.error();
  // Every tile costs at least one byte of size, so a short payload cannot claim a huge number of them.
  const auto tiles = static_cast<uint64_t>(header->tile_columns()) * static_cast<uint64_t>(header->tile_rows());
  if (tiles > reader.rest().size()) return Error{ErrorCode::truncated, "the table of tile sizes ends too early"};
  std::vector<uint64_t> sizes(tiles);
  const uint64_t most = may_be_cut ? UINT64_MAX : payload.size();
  for (uint64_t& size : sizes) size = reader.integer(most);
  LosslessPayload parsed{std::move(*header), {}};
  parsed.tiles.reserve(tiles);
  if (reader.failed()) return Error{ErrorCode::truncated, "the table of tile sizes ends too early"};
  for (const uint64_t size : sizes) {
    if (size == 0) return Error{ErrorCode::corrupt, "a tile has no bytes"};
    parsed.tiles.push_back(reader.failed() ? std::span<const std::byte>() : reader.take(size));
  }
  if (reader.failed() && !may_be_cut) return Error{ErrorCode::truncated, "the tiles end too early"};
  return parsed;
}

std::optional<Error> check_tiles(const LosslessPayload& payload) {
  for (int tile = 0; tile < payload.header.tiles(); ++tile) {
    if (!payload.is_whole(tile)) continue;
    auto error = check_expansion("tile " + std::to_string(tile), payload.header.tile_area(tile).pixels(), "pixels",
                                 payload.tiles[static_cast<size_t>(tile)].size());
    if (error) return error;
  }
  return std::nullopt;
}

Error damaged_tile() {
  return {ErrorCode::corrupt, "a tile holds an impossible value or ends too early"};
}

std::vector<std::byte> write_payload(const LosslessHeader& header, const std::vector<std::vector<std::byte>>& tiles) {
  ByteWriter writer;
  header.write(writer);
  for (const auto& tile : tiles) writer.integer(tile.size());
  for (const auto& tile : tiles) writer.append(tile);
  return writer.take();
}

}  // namespace laq::lossless
