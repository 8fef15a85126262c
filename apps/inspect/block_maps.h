// Maps of a picture's blocks: what the encoder decided for each, and what it costs.
#pragma once

#include <optional>

#include "inspect/page.h"
#include "laq/inspect.hpp"

namespace laq::command {

// A traced picture and the grid that its maps are drawn on.
struct MappedPicture {
  const PictureTrace& trace;
  int factor;  // by which maps are smaller than the picture

  explicit MappedPicture(const PictureTrace& the_trace);

  int width() const { return static_cast<int>(trace.picture.width); }
  int height() const { return static_cast<int>(trace.picture.height); }
  int map_width() const { return (width() + factor - 1) / factor; }
  int map_height() const { return (height() + factor - 1) / factor; }
};

// The decoded picture in RGB of 8 bits without alpha, on the grid of the maps.
Picture decoded_on_grid(const MappedPicture& view);

Figure partition_figure(const MappedPicture& view);
Figure mode_figure(const MappedPicture& view);
Figure transform_figure(const MappedPicture& view);
Figure step_figure(const MappedPicture& view);
Figure bits_figure(const MappedPicture& view);
// Nothing if no block is filtered along edges.
std::optional<Figure> filter_figure(const MappedPicture& view);

}  // namespace laq::command
