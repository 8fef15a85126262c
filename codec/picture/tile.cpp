#include "picture/tile.h"

#include <algorithm>

namespace laq::picture {

CodedPicture::CodedPicture(const PictureHeader& picture_header, const Rectangle& part, const Workers& workers,
                           std::pmr::memory_resource* memory)
    : header(picture_header), area(part) {
  groups.push_back({0, header.colour_planes(), header.base_step_index});
  if (header.has_alpha()) groups.push_back({header.colour_planes(), 1, header.alpha_step_index});
  quantizers.reserve(header.planes());
  for (int plane = 0; plane < header.colour_planes(); ++plane) {
    const PlaneQuantization& q = header.quantization[plane];
    quantizers.push_back(
        {plane == 0, header.base_step_index, q.step_offset, header.step_fraction, q.centroid, WeightTable(q.slope)});
  }
  if (header.has_alpha()) quantizers.emplace_back().step_fraction = header.step_fraction;
  const int width = area.x1 - area.x0, height = area.y1 - area.y0;
  planes.resize(header.planes());
  parallel_for(header.planes(), workers,
               [&](int plane, int) { planes[plane] = Plane<uint16_t>(width, height, memory); });
  for (size_t group = 0; group < groups.size(); ++group) {
    cells.emplace_back(width / kCellSize, height / kCellSize, memory);
  }
}

size_t CodedPicture::bytes(const PictureHeader& header, const Rectangle& area) {
  const int width = area.x1 - area.x0, height = area.y1 - area.y0;
  const size_t of_plane = Plane<uint16_t>::bytes_of(width, height) + sizeof(PlaneQuantizer);
  return static_cast<size_t>(header.planes()) * of_plane +
         static_cast<size_t>(header.groups()) * CellMap::bytes_of(width / kCellSize, height / kCellSize);
}

Rectangle CodedPicture::place_of(int tile) const {
  const Rectangle r = header.tile_rectangle(tile);
  return {r.x0 - area.x0, r.y0 - area.y0, std::min(r.x1, area.x1) - area.x0, std::min(r.y1, area.y1) - area.y0};
}

TileState CodedPicture::tile_state(int tile, int group) {
  const PlaneGroup& g = groups[group];
  TileState state;
  state.planes = group_planes(group);
  state.cells = &cells[group];
  state.quantizers = std::span<const PlaneQuantizer>(quantizers).subspan(g.first_plane, g.planes);
  state.context = {&cells[group],      nullptr,          place_of(tile),      g.planes,
                   g.base_step_index,  header.step_unit, header.max_sample(), header.screen_content[group],
                   state.planes.data()};
  return state;
}

}  // namespace laq::picture
