#include "picture/payload.h"

namespace laq {

Result<PicturePayload> read_payload(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const Result<PictureHeader> header = PictureHeader::read(reader);
  if (!header) return header.error();
  // Every tile costs at least one byte of size, so a short payload cannot claim a huge number of them.
  const uint64_t groups = header->has_alpha() ? 2 : 1;
  const uint64_t count = groups * static_cast<uint64_t>(header->tile_columns()) * header->tile_rows();
  if (count > reader.rest().size()) return Error{ErrorCode::truncated, "the table of tile sizes ends too early"};
  std::vector<uint64_t> sizes(count);
  for (uint64_t& size : sizes) size = reader.integer(payload.size());
  PicturePayload parsed{*header, {}};
  for (const uint64_t size : sizes) parsed.tiles.push_back(reader.take(size));
  if (reader.failed()) return Error{ErrorCode::truncated, "the tiles end too early"};
  return parsed;
}

std::vector<std::byte> write_payload(const PictureHeader& header, const std::vector<std::vector<std::byte>>& tiles) {
  ByteWriter writer;
  header.write(writer);
  for (const auto& tile : tiles) writer.integer(tile.size());
  for (const auto& tile : tiles) writer.append(tile);
  return writer.take();
}

}  // namespace laq
