// The pixels that a caller asks for when a part of a picture is decoded.
#pragma once

#include <cstdint>
#include <optional>

#include <laq/partial.hpp>

namespace laq {

// In pixels of the whole picture: the region, extended to the squares of `reduction` pixels a side that it touches, as
// far as the picture reaches. It is not empty.
struct RequestedPart {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  int reduction = 1;

  // The size of what is given.
  int reduced_width() const { return (x1 - x0 + reduction - 1) / reduction; }
  int reduced_height() const { return (y1 - y0 + reduction - 1) / reduction; }
};

// An error if the options have no valid reduction, a region that is empty or reaches beyond the picture, or a limit on
// pixels that the picture exceeds.
Result<RequestedPart> requested_part(const PartOptions& options, uint32_t width, uint32_t height);

// The piece of a picture's tile that lies in the part; nothing if none does.
std::optional<PictureRegion> within(const RequestedPart& part, int x0, int y0, int x1, int y1);

}  // namespace laq
