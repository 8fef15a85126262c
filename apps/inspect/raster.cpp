#include "inspect/raster.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace laq::command {
namespace {

constexpr Colour kNoNumber{128, 128, 128};
constexpr int kStops = 8;  // of the bar of a key

using ColourOf = std::function<Colour(double share)>;

// share_of: a value's place on the scale that colour_of takes, whose low end is `first`.
Figure map_of(const Raster& raster, const std::function<double(double)>& share_of, const ColourOf& colour_of,
              double first, const MapScale& scale) {
  Figure figure;
  figure.picture = blank_picture(raster.width, raster.height);
  for (int y = 0; y < raster.height; ++y) {
    for (int x = 0; x < raster.width; ++x) {
      const double value = raster.at(x, y);
      set_pixel(figure.picture, x, y, std::isfinite(value) ? colour_of(share_of(value)) : kNoNumber);
    }
  }
  std::vector<std::string> stops;
  for (int i = 0; i <= kStops; ++i) stops.push_back(css(colour_of(first + (1 - first) * i / kStops)));
  figure.key = bar_key(scale.low_name, scale.high_name, stops);
  return figure;
}

Figure named(Figure figure, const std::string& name, const std::string& title, const std::string& shows) {
  figure.name = name;
  figure.title = title;
  figure.shows = shows;
  return figure;
}

double share_between(double value, const MapScale& scale) {
  return scale.high > scale.low ? (value - scale.low) / (scale.high - scale.low) : 0.5;
}

}  // namespace

Raster shrunk(const Raster& raster, int across, int down) {
  if (across <= 1 && down <= 1) return raster;
  Raster small((raster.width + across - 1) / across, (raster.height + down - 1) / down);
  std::vector<double> counts(small.values.size());
  for (int y = 0; y < raster.height; ++y) {
    for (int x = 0; x < raster.width; ++x) {
      const double value = raster.at(x, y);
      if (!std::isfinite(value)) continue;
      small.at(x / across, y / down) += value;
      ++counts[static_cast<size_t>(y / down) * small.width + x / across];
    }
  }
  for (size_t i = 0; i < counts.size(); ++i)
    small.values[i] = counts[i] > 0 ? small.values[i] / counts[i] : std::numeric_limits<double>::quiet_NaN();
  return small;
}

double percentile(const std::vector<double>& values, double share) {
  std::vector<double> finite;
  finite.reserve(values.size());
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite), [](double v) { return std::isfinite(v); });
  if (finite.empty()) return 0;
  const auto place = finite.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(finite.size() - 1));
  std::nth_element(finite.begin(), place, finite.end());
  return *place;
}

Picture blank_picture(int width, int height, const Colour& colour) {
  Picture picture{static_cast<uint32_t>(width), static_cast<uint32_t>(height), 3, 8};
  picture.samples.resize(picture.row_bytes() * picture.height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) set_pixel(picture, x, y, colour);
  }
  return picture;
}

void set_pixel(Picture& picture, int x, int y, const Colour& colour) {
  std::byte* const at = picture.samples.data() + static_cast<size_t>(y) * picture.row_bytes() + 3 * x;
  at[0] = static_cast<std::byte>(colour.red);
  at[1] = static_cast<std::byte>(colour.green);
  at[2] = static_cast<std::byte>(colour.blue);
}

Colour pixel_of(const Picture& picture, int x, int y) {
  const std::byte* const at = picture.samples.data() + static_cast<size_t>(y) * picture.row_bytes() + 3 * x;
  return {std::to_integer<uint8_t>(at[0]), std::to_integer<uint8_t>(at[1]), std::to_integer<uint8_t>(at[2])};
}

Picture enlarged(const Picture& picture, int factor) {
  const int width = static_cast<int>(picture.width) * factor, height = static_cast<int>(picture.height) * factor;
  Picture large = blank_picture(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) set_pixel(large, x, y, pixel_of(picture, x / factor, y / factor));
  }
  return large;
}

int shrinking_factor(uint64_t longer_side, uint64_t most) {
  return static_cast<int>(std::max<uint64_t>(1, (longer_side + most - 1) / most));
}

int enlarging_factor(uint64_t longer_side, uint64_t most) {
  return static_cast<int>(std::max<uint64_t>(1, most / std::max<uint64_t>(1, longer_side)));
}

std::string css(const Colour& colour) {
  return "rgb(" + std::to_string(colour.red) + "," + std::to_string(colour.green) + "," + std::to_string(colour.blue) +
         ")";
}

Figure heat_map(const std::string& name, const std::string& title, const std::string& shows, const Raster& raster,
                const MapScale& scale) {
  return named(map_of(
                   raster, [&](double value) { return share_between(value, scale); }, heat, 0, scale),
               name, title, shows);
}

Figure signed_map(const std::string& name, const std::string& title, const std::string& shows, const Raster& raster,
                  const MapScale& scale) {
  const auto share_of = [&](double value) { return scale.high > 0 ? value / scale.high : 0; };
  return named(map_of(raster, share_of, signed_heat, -1, scale), name, title, shows);
}

}  // namespace laq::command
