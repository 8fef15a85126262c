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
  std::vector<std::span<const std::byte>> tiles;  // those that are there

  // Whether all bytes of a tile are there, in all groups of planes.
  bool is_whole(int tile) const {
    return static_cast<size_t>(header.groups() - 1) * static_cast<size_t>(header.tiles()) + static_cast<size_t>(tile) <
           tiles.size();
  }
};

// Checks that header and sizes make sense; allocates no more than in proportion to the payload. is_cut: the payload may
// end anywhere after its header, and only the pieces that are whole are there; without all presets, no tile is.
Result<PicturePayload> read_payload(std::span<const std::byte> payload, bool is_cut = false);

std::vector<std::byte> write_payload(const PictureHeader& header, const std::vector<std::vector<std::byte>>& presets,
                                     const std::vector<std::vector<std::byte>>& tiles);

}  // namespace laq::picture
