#include "array/search/chunk_sample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

#include "array/stage_encoder.h"

namespace laq::array {
namespace {

constexpr int kMostWindows = 4;

struct Windows {
  int count;
  int joint;  // the axis along which they stand one behind the other
  std::array<int, kAxes> sides;
};

Windows windows_of_series(const Grid& grid, size_t size) {
  constexpr int kLeastSamples = 256;  // of each channel in a window, so that few of them stand at a joint
  const int samples = std::clamp(static_cast<int>(size / grid.sides[1]), 1, grid.sides[2]);
  int count = kMostWindows;
  while (count > 1 && samples / count < kLeastSamples) count /= 2;
  return {count, 2, {1, grid.sides[1], samples / count}};
}

// The windows are about as long as broad, unless a side of the grid ends.
Windows windows_of_field(const Grid& grid, size_t size) {
  Windows windows{kMostWindows, grid.sides[0] > 1 ? 0 : 1, {}};
  std::array<int, kAxes> shortest_first;
  std::iota(shortest_first.begin(), shortest_first.end(), 0);
  std::sort(shortest_first.begin(), shortest_first.end(), [&](int a, int b) { return grid.sides[a] < grid.sides[b]; });
  double volume = static_cast<double>(size) / kMostWindows;
  int axes = kAxes;
  for (const int axis : shortest_first) {
    const int side = static_cast<int>(std::lround(axes == 3   ? std::cbrt(volume)
                                                  : axes == 2 ? std::sqrt(volume)
                                                              : volume));
    windows.sides[axis] = std::clamp(side, 1, grid.sides[axis]);
    volume /= windows.sides[axis];
    --axes;
  }
  return windows;
}

// The begin of a window along an axis. Each window has a part of the axis of its own, in an order that differs by axis.
int begin_of(const Windows& windows, int window, int axis, int side) {
  constexpr int kOrders[kAxes][kMostWindows] = {{0, 1, 2, 3}, {1, 3, 0, 2}, {2, 0, 3, 1}};
  const int order = axis == windows.joint ? 0 : axis == 0 ? 1 : axis;
  const int part = windows.count == kMostWindows ? kOrders[order][window] : window;
  return (side - windows.sides[axis]) * (2 * part + 1) / (2 * windows.count);
}

}  // namespace

ChunkSample sample_of(const ChunkFormat& format, std::span<const std::byte> elements, size_t size) {
  const Grid& grid = format.grid;
  const Windows windows = holds_series(grid) ? windows_of_series(grid, size) : windows_of_field(grid, size);
  ChunkSample sample{format, {}};
  Grid& joined = sample.format.grid;
  joined.sides = windows.sides;
  joined.sides[windows.joint] *= windows.count;
  sample.elements.resize(sample.format.bytes());
  const size_t bytes = element_bytes(format.type);
  for (int window = 0; window < windows.count; ++window) {
    std::array<int, kAxes> from;
    for (int axis = 0; axis < kAxes; ++axis) from[axis] = begin_of(windows, window, axis, grid.sides[axis]);
    std::array<int, kAxes> to{};
    to[windows.joint] = window * windows.sides[windows.joint];
    for (int z = 0; z < windows.sides[0]; ++z) {
      for (int y = 0; y < windows.sides[1]; ++y) {
        const auto place = [&](const Grid& in, const std::array<int, kAxes>& begin) {
          return ((begin[0] + z) * in.stride(0) + (begin[1] + y) * in.stride(1) + begin[2]) * bytes;
        };
        std::memcpy(sample.elements.data() + place(joined, to), elements.data() + place(grid, from),
                    windows.sides[2] * bytes);
      }
    }
  }
  return sample;
}

}  // namespace laq::array
