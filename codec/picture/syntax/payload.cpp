#include "picture/syntax/payload.h"

namespace laq::picture {

Result<PicturePayload> read_payload(std::span<const std::byte> payload, bool is_cut) {
  ByteReader reader(payload);
  const Result<PictureHeader> header = PictureHeader::read(reader);
  if (!header) return header.error();
  PicturePayload parsed{*header, {}, {}};
  // Every tile costs at least one byte of size, so a short payload cannot claim a huge number of them.
  const auto groups = static_cast<uint64_t>(header->groups());
  const uint64_t tiles = groups * static_cast<uint64_t>(header->tile_columns()) * header->tile_rows();
  if (groups + tiles > reader.rest().size()) {
    if (is_cut) return parsed;
    return Error{ErrorCode::truncated, "the table of tile sizes ends too early"};
  }
  std::vector<uint64_t> sizes(groups + tiles);
  for (uint64_t& size : sizes) size = is_cut ? reader.integer() : reader.integer(payload.size());
  for (uint64_t i = 0; i < sizes.size(); ++i) {
    const std::span<const std::byte> piece = reader.take(sizes[i]);
    if (reader.failed() && is_cut) break;
    (i < groups ? parsed.presets : parsed.tiles).push_back(piece);
  }
  if (reader.failed() && !is_cut) return Error{ErrorCode::truncated, "the tiles end too early"};
  return parsed;
}

std::vector<std::byte> write_payload(const PictureHeader& header, const std::vector<std::vector<std::byte>>& presets,
                                     const std::vector<std::vector<std::byte>>& tiles) {
  ByteWriter writer;
  header.write(writer);
  for (const auto* pieces : {&presets, &tiles}) {
    for (const auto& piece : *pieces) writer.integer(piece.size());
  }
  for (const auto* pieces : {&presets, &tiles}) {
    for (const auto& piece : *pieces) writer.append(piece);
  }
  return writer.take();
}

}  // namespace laq::picture
