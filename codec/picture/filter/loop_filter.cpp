#include "picture/filter/loop_filter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "base/parallel.h"
#include "picture/filter/deblock.h"
#include "picture/filter/superblock.h"

namespace laq::picture {
namespace {

// Each thread has one of these.
struct Scratch {
  std::array<std::array<SuperblockWindow, 2>, 3> windows;  // by plane: of the superblock and the one before
};

// Filters one plane of a superblock from `window` to `out`, which begins at the superblock's corner. Only the blocks of
// the list are written.
void filter_superblock(const SuperblockWindow& window, const FilteredBlocks& blocks, DirectionalStrength strength,
                       int damping, bool luma, PlaneView<uint16_t> out) {
  for (int i = 0; i < blocks.count; ++i) {
    const FilteredBlock& b = blocks.block[i];
    const DirectionalConstraint constraint =
        directional_constraint(strength, damping, b.step, luma ? b.direction.clarity : 4);
    filter_direction(window.row(b.y) + b.x, SuperblockWindow::kStride, b.direction.direction, constraint,
                     out.row(b.y) + b.x, out.stride);
  }
}

}  // namespace

void apply_directional_filter(const FilteredPlanes& filtered, const SuperblockRows& rows, const Workers& workers) {
  if (filtered.parameters.presets == 0 || rows.end <= rows.first) return;
  const std::span<Plane<uint16_t>> planes = filtered.planes;
  const int width = planes[0].width(), height = planes[0].height();
  const int depth = std::bit_width(static_cast<uint32_t>(filtered.max_sample));
  const std::vector<BoundaryRows> boundary(planes.begin(), planes.end());
  std::vector<Scratch> scratch(resolve_threads(workers));
  parallel_for(rows.end - rows.first, workers, [&](int index, int worker) {
    const int band = rows.first + index;
    bool left_filtered = false;
    for (int column = 0; column < superblocks(width); ++column) {
      const int chosen = filtered.presets.row(band)[column];
      if (chosen == 0) {
        left_filtered = false;
        continue;
      }
      const DirectionalPreset& preset = filtered.parameters.preset[chosen - 1];
      const SuperblockPlace place(column, band, width, height);
      FilteredBlocks blocks;
      for (size_t plane = 0; plane < planes.size(); ++plane) {
        auto& windows = scratch[worker].windows[plane];
        SuperblockWindow& window = windows[column & 1];
        load_window(window, planes[plane], place, &boundary[plane], left_filtered ? &windows[~column & 1] : nullptr);
        if (plane == 0) blocks = find_blocks(window, place, filtered.cells, depth);
        const DirectionalStrength strength = plane == 0 ? preset.luma : preset.chroma;
        if (strength.is_off()) continue;
        filter_superblock(window, blocks, strength, filtered.parameters.damping, plane == 0,
                          planes[plane].view().window(place.x, place.y, place.width, place.height));
      }
      left_filtered = true;
    }
  });
}

void apply_deblocking(const FilteredPlanes& filtered, int first_row, const Workers& workers) {
  for (int plane = 0; plane < static_cast<int>(filtered.planes.size()); ++plane) {
    deblock_from(first_row, filtered.planes[plane], filtered.cells,
                 {plane, filtered.parameters.deblock_strength[plane], filtered.max_sample}, workers);
  }
}

void apply_loop_filter(std::span<Plane<uint16_t>> planes, const CellMap& cells, const SuperblockPresets& presets,
                       const LoopFilterParameters& parameters, int max_sample, const Workers& workers) {
  const FilteredPlanes filtered{planes, cells, presets, parameters, max_sample};
  apply_deblocking(filtered, 0, workers);
  apply_directional_filter(filtered, {0, superblocks(planes[0].height())}, workers);
}

int loop_filter_reach(const LoopFilterParameters& parameters) {
  const bool deblocks = std::ranges::any_of(parameters.deblock_strength, [](uint8_t s) { return s > 0; });
  // A sample follows from its block, by the direction, and from a margin around itself, which is smaller.
  const int of_direction = parameters.presets > 0 ? kDirectionalBlock - 1 : 0;
  const int of_deblocking = deblocks ? kDeblockedBelow + kDeblockingReach : 0;
  return of_direction + of_deblocking;
}

size_t loop_filter_bytes(int width, int height, int planes, const Workers& workers) {
  return static_cast<size_t>(planes) * BoundaryRows::bytes(width, height) +
         static_cast<size_t>(resolve_threads(workers)) * sizeof(Scratch);
}

}  // namespace laq::picture
