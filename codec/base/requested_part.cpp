#include "base/requested_part.h"

#include <algorithm>
#include <string>

#include "base/checks.h"

namespace laq {
namespace {

std::string to_text(const PictureRegion& region) {
  return std::to_string(region.x) + "," + std::to_string(region.y) + "," + std::to_string(region.width) + "," +
         std::to_string(region.height);
}

std::optional<Error> check_region(const PictureRegion& region, uint32_t width, uint32_t height) {
  if (region.width == 0 || region.height == 0) return invalid("the region " + to_text(region) + " has no pixels");
  if (uint64_t{region.x} + region.width <= width && uint64_t{region.y} + region.height <= height) return std::nullopt;
  return invalid("the region " + to_text(region) + " (x, y, width, height) is not within the picture of " +
                 std::to_string(width) + " x " + std::to_string(height) + " pixels");
}

}  // namespace

Result<RequestedPart> requested_part(const PartOptions& options, uint32_t width, uint32_t height) {
  const int factor = options.reduction;
  if (factor != 1 && factor != 2 && factor != 4 && factor != 8)
    return invalid("reduction is " + std::to_string(factor) + ", it must be 1, 2, 4 or 8");
  if (const auto error = check_pixels(width, height, options.decode.max_pixels)) return *error;
  const PictureRegion region = options.region.value_or(PictureRegion{0, 0, width, height});
  if (const auto error = check_region(region, width, height)) return *error;
  const auto first = [&](uint32_t begin) { return static_cast<int>(begin) / factor * factor; };
  const auto end = [&](uint32_t begin, uint32_t size, uint32_t side) {
    const int squares = (static_cast<int>(begin + size) + factor - 1) / factor;
    return std::min(squares * factor, static_cast<int>(side));
  };
  return RequestedPart{first(region.x), first(region.y), end(region.x, region.width, width),
                       end(region.y, region.height, height), factor};
}

std::optional<PictureRegion> within(const RequestedPart& part, int x0, int y0, int x1, int y1) {
  x0 = std::max(x0, part.x0), y0 = std::max(y0, part.y0);
  x1 = std::min(x1, part.x1), y1 = std::min(y1, part.y1);
  if (x0 >= x1 || y0 >= y1) return std::nullopt;
  return PictureRegion{static_cast<uint32_t>(x0), static_cast<uint32_t>(y0), static_cast<uint32_t>(x1 - x0),
                       static_cast<uint32_t>(y1 - y0)};
}

}  // namespace laq
