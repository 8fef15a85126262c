// Tiles: how a picture is cut, and what its tiles share.
#pragma once

#include <span>
#include <vector>

#include "picture/syntax/header.h"
#include "picture/tile_state.h"

namespace laq::picture {

// The planes that share one partition: colour, or alpha.
struct PlaneGroup {
  int first_plane;
  int planes;
  int base_step_index;
};

// What all tiles of a picture work on.
struct CodedPicture {
  // threads: for the zeroing of the planes, which takes a twentieth of the time of decoding.
  explicit CodedPicture(const PictureHeader& header, int threads = 1);

  // The memory in bytes that one allocates.
  static size_t bytes(const PictureHeader& header);

  PictureHeader header;
  std::vector<PlaneGroup> groups;
  std::vector<PlaneQuantizer> quantizers;  // one a plane
  std::vector<Plane<uint16_t>> planes;     // reconstructed
  std::vector<CellMap> cells;              // one a group

  std::span<Plane<uint16_t>> group_planes(int group) {
    return std::span(planes).subspan(groups[group].first_plane, groups[group].planes);
  }
  int tiles() const { return header.tiles(); }
  TileState tile_state(int tile, int group);
};

}  // namespace laq::picture
