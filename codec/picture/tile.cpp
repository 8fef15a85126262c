#include "picture/tile.h"

#include "base/parallel.h"

namespace laq::picture {

CodedPicture::CodedPicture(const PictureHeader& picture_header, int threads) : header(picture_header) {
  groups.push_back({0, header.colour_planes(), header.base_step_index});
  if (header.has_alpha()) groups.push_back({header.colour_planes(), 1, header.alpha_step_index});
  quantizers.reserve(header.planes());
  for (int plane = 0; plane < header.colour_planes(); ++plane) {
    const PlaneQuantization& q = header.quantization[plane];
    quantizers.push_back(
        {plane == 0, header.base_step_index, q.step_offset, header.step_fraction, q.centroid, WeightTable(q.slope)});
  }
  if (header.has_alpha()) quantizers.emplace_back().step_fraction = header.step_fraction;
  planes.resize(header.planes());
  parallel_for(header.planes(), threads,
               [&](int plane, int) { planes[plane] = Plane<uint16_t>(header.padded_width(), header.padded_height()); });
  for (size_t group = 0; group < groups.size(); ++group) {
    cells.emplace_back(header.padded_width() / kCellSize, header.padded_height() / kCellSize);
  }
}

size_t CodedPicture::bytes(const PictureHeader& header) {
  const int width = header.padded_width(), height = header.padded_height();
  const size_t of_plane = Plane<uint16_t>::bytes_of(width, height) + sizeof(PlaneQuantizer);
  return static_cast<size_t>(header.planes()) * of_plane +
         static_cast<size_t>(header.groups()) * CellMap::bytes_of(width / kCellSize, height / kCellSize);
}

TileState CodedPicture::tile_state(int tile, int group) {
  const PlaneGroup& g = groups[group];
  TileState state;
  state.planes = group_planes(group);
  state.cells = &cells[group];
  state.quantizers = std::span<const PlaneQuantizer>(quantizers).subspan(g.first_plane, g.planes);
  state.context = {&cells[group],      nullptr,          header.tile_rectangle(tile), g.planes,
                   g.base_step_index,  header.step_unit, header.max_sample(),         header.screen_content[group],
                   state.planes.data()};
  return state;
}

}  // namespace laq::picture
