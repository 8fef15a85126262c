#include "io/picture/planes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "io/picture/convert.h"

namespace laq::io {
namespace {

// Two samples next to a position, and the weight of the second.
struct Neighbours {
  uint32_t first, second;
  float weight;
};

Neighbours neighbours(uint32_t pixel, uint32_t step, uint32_t samples) {
  const float position = std::max(0.0f, (static_cast<float>(pixel) + 0.5f) / static_cast<float>(step) - 0.5f);
  const auto first = std::min(static_cast<uint32_t>(position), samples - 1);
  return {first, std::min(first + 1, samples - 1), position - std::floor(position)};
}

// A plane and, if it is not of the picture's size, the samples next to each column of the picture.
struct Source {
  const Plane& plane;
  std::vector<Neighbours> columns = {};
};

Source source_of(const Plane& plane, const Picture& picture) {
  Source source{plane};
  const bool is_of_same_size =
      plane.x_step == 1 && plane.y_step == 1 && plane.width >= picture.width && plane.height >= picture.height;
  if (is_of_same_size) return source;
  source.columns.resize(picture.width);
  for (uint32_t x = 0; x < picture.width; ++x) source.columns[x] = neighbours(x, plane.x_step, plane.width);
  return source;
}

// A row of the picture's width, in units of the plane's samples.
void interpolate_row(const Source& source, uint32_t y, std::vector<float>& row) {
  const Plane& plane = source.plane;
  const Neighbours rows = neighbours(y, plane.y_step, plane.height);
  const uint16_t* above = plane.samples.data() + size_t{rows.first} * plane.width;
  const uint16_t* below = plane.samples.data() + size_t{rows.second} * plane.width;
  for (size_t x = 0; x < row.size(); ++x) {
    const Neighbours& columns = source.columns[x];
    const auto between = [&](const uint16_t* line) {
      const float left = line[columns.first], right = line[columns.second];
      return left + (right - left) * columns.weight;
    };
    row[x] = between(above) + (between(below) - between(above)) * rows.weight;
  }
}

void copy_row(const Plane& plane, uint32_t y, std::vector<float>& row) {
  const uint16_t* from = plane.samples.data() + size_t{y} * plane.width;
  std::copy_n(from, row.size(), row.begin());
}

enum class Part : uint8_t { light, chroma, alpha };

// The row becomes 0..1, or -0.5..0.5 for chroma.
void set_row(const Source& source, uint32_t y, Part part, bool is_full_range, std::vector<float>& row) {
  const Plane& plane = source.plane;
  if (source.columns.empty())
    copy_row(plane, y, row);
  else
    interpolate_row(source, y, row);
  const float unit = std::ldexp(1.0f, plane.depth - 8);  // of numbers that are given for 8 bits
  const bool is_full = is_full_range || part == Part::alpha;
  const float zero = part == Part::chroma ? 128 * unit : is_full ? 0 : 16 * unit;
  const float range = is_full ? std::ldexp(1.0f, plane.depth) - 1 : (part == Part::chroma ? 224 : 219) * unit;
  for (float& value : row) value = (value - zero) / range;
}

void convert_to_rgb(std::array<std::vector<float>, 4>& rows, const PlaneCoding::LumaWeights& weights) {
  const auto kr = static_cast<float>(weights.red), kb = static_cast<float>(weights.blue);
  for (size_t x = 0; x < rows[0].size(); ++x) {
    const float luma = rows[0][x];
    const float red = luma + 2 * (1 - kr) * rows[2][x];
    const float blue = luma + 2 * (1 - kb) * rows[1][x];
    rows[1][x] = (luma - kr * red - kb * blue) / (1 - kr - kb);
    rows[0][x] = red;
    rows[2][x] = blue;
  }
}

}  // namespace

void set_samples(Picture& picture, std::span<const Plane> planes, const PlaneCoding& coding) {
  picture.samples.resize(picture.row_bytes() * picture.height);
  const auto channels = static_cast<size_t>(picture.channels);
  std::array<std::vector<float>, 4> rows;
  std::vector<Source> sources;
  for (size_t c = 0; c < channels; ++c) {
    rows[c].resize(picture.width);
    sources.push_back(source_of(planes[c], picture));
  }
  const float full = std::ldexp(1.0f, picture.depth) - 1;
  for (uint32_t y = 0; y < picture.height; ++y) {
    for (size_t c = 0; c < channels; ++c) {
      const bool is_alpha = channels % 2 == 0 && c + 1 == channels, is_chroma = coding.ycc && (c == 1 || c == 2);
      const Part part = is_alpha ? Part::alpha : is_chroma && channels > 2 ? Part::chroma : Part::light;
      set_row(sources[c], y, part, coding.is_full_range, rows[c]);
    }
    if (coding.ycc && channels > 2) convert_to_rgb(rows, *coding.ycc);
    size_t index = size_t{y} * picture.width * channels;
    for (uint32_t x = 0; x < picture.width; ++x) {
      for (size_t c = 0; c < channels; ++c)
        set_sample(picture, index++, static_cast<uint32_t>(std::clamp(rows[c][x] * full, 0.0f, full) + 0.5f));
    }
  }
}

}  // namespace laq::io
