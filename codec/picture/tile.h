// Tiles: how a picture is cut, and what its tiles share.
#pragma once

#include <memory_resource>
#include <span>
#include <vector>

#include "base/parallel.h"
#include "picture/syntax/header.h"
#include "picture/tile_state.h"

namespace laq::picture {

// The planes that share one partition: colour, or alpha.
struct PlaneGroup {
  int first_plane;
  int planes;
  int base_step_index;
};

// What all tiles of a picture work on, or those of a rectangle of it.
struct CodedPicture {
  // area: of the padded picture, from superblock to superblock or to its end. workers: for the zeroing of the planes,
  // which takes a twentieth of the time of decoding. memory: of planes and cells, see Plane.
  CodedPicture(const PictureHeader& header, const Rectangle& area, const Workers& workers,
               std::pmr::memory_resource* memory = nullptr);
  explicit CodedPicture(const PictureHeader& header, const Workers& workers = 1)
      : CodedPicture(header, header.padded_area(), workers) {}

  // The memory in bytes that one allocates.
  static size_t bytes(const PictureHeader& header, const Rectangle& area);

  PictureHeader header;
  Rectangle area;  // the planes begin at its corner
  std::vector<PlaneGroup> groups;
  std::vector<PlaneQuantizer> quantizers;  // one a plane
  std::vector<Plane<uint16_t>> planes;     // reconstructed
  std::vector<CellMap> cells;              // one a group

  std::span<Plane<uint16_t>> group_planes(int group) {
    return std::span(planes).subspan(groups[group].first_plane, groups[group].planes);
  }
  int tiles() const { return header.tiles(); }
  // Gives the part of a tile that lies within the area, in places counted from the corner of the area.
  Rectangle place_of(int tile) const;
  // tile: begins within the area, and ends to the right within it.
  TileState tile_state(int tile, int group);
};

}  // namespace laq::picture
