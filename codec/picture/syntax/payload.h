// The payload of a picture section: header, sizes of the pieces, pieces. A piece is a tile, or the filter presets of a
// group of planes.
#pragma once

#include <span>
#include <vector>

#include "picture/syntax/header.h"

namespace laq::picture {

struct PicturePayload {
  PictureHeader header;
  // The pieces, as parts of the payload: first the superblocks' filter presets of each group of planes (empty where the
  // group has none to choose from), then the tiles of the first group, then those of the second.
  std::vector<std::span<const std::byte>> presets;
  std::vector<std::span<const std::byte>> tiles;
};

// Checks that header and sizes make sense; allocates no more than in proportion to the payload.
Result<PicturePayload> read_payload(std::span<const std::byte> payload);

std::vector<std::byte> write_payload(const PictureHeader& header, const std::vector<std::vector<std::byte>>& presets,
                                     const std::vector<std::vector<std::byte>>& tiles);

}  // namespace laq::picture
