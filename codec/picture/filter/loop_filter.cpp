#include "picture/filter/loop_filter.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "picture/filter/deblock.h"
#include "quantize/step.h"

namespace laq::picture {
namespace {

// The deblocking strengths, by plane, that Butteraugli and SSIMULACRA 2 like best; squared error goes on to stronger
// ones, which take texture. Low efforts take them without a trial.
constexpr std::array<int, 3> kUsualDeblockStrength = {3, 4, 4};

// The rows around every boundary between two rows of superblocks, as they were before the directional filter.
class BoundaryRows {
 public:
  static constexpr int kRows = 2 * SuperblockWindow::kMargin;

  static size_t bytes(int width, int height) {
    return Plane<uint16_t>::bytes_of(width, kRows * (superblocks(height) - 1));
  }

  explicit BoundaryRows(const Plane<uint16_t>& plane)
      : rows_(plane.width(), kRows * (superblocks(plane.height()) - 1)) {
    for (int i = 0; i < rows_.height(); ++i) {
      const int y = (i / kRows + 1) * kSuperblockSize - SuperblockWindow::kMargin + i % kRows;
      std::copy_n(plane.row(y), plane.width(), rows_.row(i));
    }
  }

  // The row y of the picture, seen from the row of superblocks `band`, which it is not part of.
  const uint16_t* row(int y, int band) const {
    const int boundary = y < band * kSuperblockSize ? band - 1 : band;
    return rows_.row(boundary * kRows + y - ((boundary + 1) * kSuperblockSize - SuperblockWindow::kMargin));
  }

 private:
  Plane<uint16_t> rows_;
};

struct SuperblockPlace {
  int x;
  int y;
  int width;
  int height;

  SuperblockPlace(int column, int row, int picture_width, int picture_height)
      : x(column * kSuperblockSize),
        y(row * kSuperblockSize),
        width(std::min(kSuperblockSize, picture_width - x)),
        height(std::min(kSuperblockSize, picture_height - y)) {}
};

// left: the window of the superblock to the left, where that has been filtered since; else null. boundary: null where
// nothing has been filtered.
void load_window(SuperblockWindow& window, const Plane<uint16_t>& plane, const SuperblockPlace& place,
                 const BoundaryRows* boundary, const SuperblockWindow* left) {
  constexpr int kMargin = SuperblockWindow::kMargin;
  for (int y = -kMargin; y < place.height + kMargin; ++y) {
    const int picture_y = std::clamp(place.y + y, 0, plane.height() - 1);
    const bool inside = picture_y >= place.y && picture_y < place.y + place.height;
    const uint16_t* from =
        inside || !boundary ? plane.row(picture_y) : boundary->row(picture_y, place.y / kSuperblockSize);
    uint16_t* to = window.row(y);
    std::copy_n(from + place.x, place.width, to);
    for (int i = 0; i < kMargin; ++i) {
      to[place.width + i] = from[std::min(place.x + place.width + i, plane.width() - 1)];
      const int x = i - kMargin;
      to[x] = left && inside ? left->row(y)[kSuperblockSize + x] : from[std::max(place.x + x, 0)];
    }
  }
}

// A block that the directional filter may change.
struct FilteredBlock {
  uint8_t x;  // in samples from the superblock's corner
  uint8_t y;
  BlockDirection direction;
  uint32_t step;
};

struct FilteredBlocks {
  std::array<FilteredBlock, 64> block;
  int count = 0;
};

// Blocks without any coefficient are left out.
FilteredBlocks find_blocks(const SuperblockWindow& luma, const SuperblockPlace& place, const CellMap& cells,
                           int depth) {
  FilteredBlocks found;
  for (int y = 0; y < place.height; y += kDirectionalBlock) {
    const Cell* above = cells.row((place.y + y) / kCellSize) + place.x / kCellSize;
    const Cell* below = cells.row((place.y + y) / kCellSize + 1) + place.x / kCellSize;
    for (int x = 0; x < place.width; x += kDirectionalBlock) {
      const Cell *a = above + x / kCellSize, *b = below + x / kCellSize;
      if ((a[0].coded_planes | a[1].coded_planes | b[0].coded_planes | b[1].coded_planes) == 0) continue;
      const int step = (a[0].step_index + a[1].step_index + b[0].step_index + b[1].step_index + 2) / 4;
      found.block[found.count++] = {static_cast<uint8_t>(x), static_cast<uint8_t>(y),
                                    find_direction(luma.row(y) + x, SuperblockWindow::kStride, depth),
                                    quantization_step(step)};
    }
  }
  return found;
}

// Filters one plane of a superblock from `window` to `out`, which begins at the superblock's corner. Blocks that are
// not in the list are not written.
void filter_superblock(const SuperblockWindow& window, const FilteredBlocks& blocks, DirectionalStrength strength,
                       int damping, bool luma, uint16_t* out, ptrdiff_t stride) {
  for (int i = 0; i < blocks.count; ++i) {
    const FilteredBlock& b = blocks.block[i];
    const DirectionalConstraint constraint =
        directional_constraint(strength, damping, b.step, luma ? b.direction.clarity : 4);
    filter_direction(window.row(b.y) + b.x, SuperblockWindow::kStride, b.direction.direction, constraint,
                     out + b.y * stride + b.x, stride);
  }
}

// Each thread has one of these.
struct Scratch {
  std::array<std::array<SuperblockWindow, 2>, 3> windows;  // by plane: of the superblock and the one before
};

void apply_directional_filter(std::span<Plane<uint16_t>> planes, const CellMap& cells, const SuperblockPresets& presets,
                              const LoopFilterParameters& parameters, int max_sample, int threads) {
  const int width = planes[0].width(), height = planes[0].height();
  const std::vector<BoundaryRows> boundary(planes.begin(), planes.end());
  std::vector<Scratch> scratch(resolve_threads(threads));
  parallel_for(superblocks(height), threads, [&](int band, int worker) {
    bool left_filtered = false;
    for (int column = 0; column < superblocks(width); ++column) {
      const int chosen = presets.row(band)[column];
      if (chosen == 0) {
        left_filtered = false;
        continue;
      }
      const DirectionalPreset& preset = parameters.preset[chosen - 1];
      const SuperblockPlace place(column, band, width, height);
      FilteredBlocks blocks;
      for (size_t plane = 0; plane < planes.size(); ++plane) {
        auto& windows = scratch[worker].windows[plane];
        SuperblockWindow& window = windows[column & 1];
        load_window(window, planes[plane], place, &boundary[plane], left_filtered ? &windows[~column & 1] : nullptr);
        if (plane == 0) blocks = find_blocks(window, place, cells, std::bit_width(static_cast<uint32_t>(max_sample)));
        const DirectionalStrength strength = plane == 0 ? preset.luma : preset.chroma;
        if (strength.is_off()) continue;
        filter_superblock(window, blocks, strength, parameters.damping, plane == 0,
                          planes[plane].row(place.y) + place.x, planes[plane].stride());
      }
      left_filtered = true;
    }
  });
}

uint64_t squared_error(const uint16_t* a, ptrdiff_t a_stride, const uint16_t* b, ptrdiff_t b_stride, int width,
                       int height) {
  uint64_t total = 0;
  for (int y = 0; y < height; ++y) {
    uint64_t row = 0;
    for (int x = 0; x < width; ++x) {
      const int d = a[y * a_stride + x] - b[y * b_stride + x];
      row += static_cast<uint32_t>(d * d);
    }
    total += row;
  }
  return total;
}

// What a squared error counts, by the step index of its block.
using ErrorWeights = std::array<float, kMaxStepIndex + 1>;

// Masked errors count in units of their block's step: steps are finer where the eye sees more, beside flat ground above
// all, where seams stand out.
ErrorWeights error_weights(bool masked) {
  ErrorWeights weights;
  for (int i = 0; i <= kMaxStepIndex; ++i) {
    const float step = static_cast<float>(quantization_step(i)) / (1 << kStepFraction);
    weights[i] = masked ? 1 / (step * step) : 1;
  }
  return weights;
}

// The error of the rows of cells that a row of superblocks covers.
double weighted_error_of_row(const Plane<uint16_t>& plane, const Plane<uint16_t>& source, const CellMap& cells,
                             const ErrorWeights& weights, int superblock_row) {
  double total = 0;
  std::vector<uint32_t> columns(plane.width());
  const int y0 = superblock_row * kSuperblockSize, y1 = std::min(y0 + kSuperblockSize, plane.height());
  for (int y = y0; y < y1; y += kCellSize) {
    std::fill(columns.begin(), columns.end(), 0);
    for (int line = y; line < y + kCellSize; ++line) {
      const uint16_t *a = plane.row(line), *b = source.row(line);
      for (int x = 0; x < plane.width(); ++x) {
        const int difference = a[x] - b[x];
        columns[x] += static_cast<uint32_t>(difference * difference);
      }
    }
    const Cell* cell = cells.row(y / kCellSize);
    for (int x = 0; x < plane.width(); x += kCellSize) {
      const uint32_t error = columns[x] + columns[x + 1] + columns[x + 2] + columns[x + 3];
      total += weights[cell[x / kCellSize].step_index] * static_cast<float>(error);
    }
  }
  return total;
}

// The error of a plane; the same whatever the number of threads.
double weighted_error(const Plane<uint16_t>& plane, const Plane<uint16_t>& source, const CellMap& cells,
                      const ErrorWeights& weights, int threads) {
  std::vector<double> errors(superblocks(plane.height()));
  parallel_for(static_cast<int>(errors.size()), threads,
               [&](int row, int) { errors[row] = weighted_error_of_row(plane, source, cells, weights, row); });
  return std::accumulate(errors.begin(), errors.end(), 0.0);
}

std::vector<int> candidate_deblock_strengths(const LoopFilterSettings& settings, int plane_number) {
  if (settings.perceptual || settings.effort <= 3) return {kUsualDeblockStrength[plane_number]};
  if (settings.effort <= 6) return {2, 4, 6};
  return {1, 2, 3, 4, 5, 6, 7};
}

Plane<uint16_t> copy_of(const Plane<uint16_t>& plane) {
  Plane<uint16_t> copy(plane.width(), plane.height());
  for (int y = 0; y < plane.height(); ++y) std::copy_n(plane.row(y), plane.width(), copy.row(y));
  return copy;
}

// Deblocks the plane with the strength that is best, and says which; 0 where none helps.
int choose_deblocking(Plane<uint16_t>& plane, const Plane<uint16_t>& source, const CellMap& cells, int plane_number,
                      int max_sample, const LoopFilterSettings& settings, int threads) {
  if (settings.effort <= 1) {
    deblock(plane, cells, plane_number, kUsualDeblockStrength[plane_number], max_sample, threads);
    return kUsualDeblockStrength[plane_number];
  }
  const ErrorWeights weights = error_weights(settings.perceptual);
  const Plane<uint16_t> unfiltered = copy_of(plane);
  int best = 0;
  double least = weighted_error(plane, source, cells, weights, threads);
  for (const int strength : candidate_deblock_strengths(settings, plane_number)) {
    Plane<uint16_t> filtered = copy_of(unfiltered);
    deblock(filtered, cells, plane_number, strength, max_sample, threads);
    const double error = weighted_error(filtered, source, cells, weights, threads);
    if (error >= least) continue;
    least = error;
    best = strength;
    std::swap(plane, filtered);
  }
  return best;
}

constexpr int kMaxCandidates = 8;
using CandidateErrors = std::array<float, kMaxCandidates>;

struct SuperblockErrors {
  CandidateErrors luma;
  CandidateErrors chroma;
};

std::vector<DirectionalStrength> candidate_strengths(int effort) {
  if (effort <= 3) return {{0, 0}, {3, 1}};
  if (effort <= 6) return {{0, 0}, {2, 1}, {4, 2}, {8, 3}};
  return {{0, 0}, {1, 0}, {2, 1}, {4, 1}, {4, 3}, {7, 2}, {8, 5}, {14, 5}};
}

// Errors of every superblock with every candidate strength, in luma and in chroma.
std::vector<SuperblockErrors> try_candidates(std::span<const Plane<uint16_t>> planes,
                                             std::span<const Plane<uint16_t>> source, const CellMap& cells,
                                             std::span<const DirectionalStrength> candidates, int damping,
                                             int max_sample, int threads) {
  const int width = planes[0].width(), height = planes[0].height();
  const int columns = superblocks(width);
  std::vector<SuperblockErrors> errors(static_cast<size_t>(columns) * superblocks(height));
  parallel_for(superblocks(height), threads, [&](int band, int) {
    SuperblockWindow window;
    alignas(64) uint16_t trial[kDirectionalBlock * kDirectionalBlock];
    for (int column = 0; column < columns; ++column) {
      const SuperblockPlace place(column, band, width, height);
      SuperblockErrors& superblock = errors[static_cast<size_t>(band) * columns + column];
      FilteredBlocks blocks;
      for (size_t plane = 0; plane < planes.size(); ++plane) {
        load_window(window, planes[plane], place, nullptr, nullptr);
        if (plane == 0) blocks = find_blocks(window, place, cells, std::bit_width(static_cast<uint32_t>(max_sample)));
        CandidateErrors& sums = plane == 0 ? superblock.luma : superblock.chroma;
        for (int i = 0; i < blocks.count; ++i) {
          const FilteredBlock& b = blocks.block[i];
          const uint16_t* from = window.row(b.y) + b.x;
          const uint16_t* wanted = source[plane].row(place.y + b.y) + place.x + b.x;
          const auto error = [&](const uint16_t* samples, ptrdiff_t stride) {
            return static_cast<float>(
                squared_error(samples, stride, wanted, source[plane].stride(), kDirectionalBlock, kDirectionalBlock));
          };
          sums[0] += error(from, SuperblockWindow::kStride);
          for (size_t c = 1; c < candidates.size(); ++c) {
            const DirectionalConstraint constraint =
                directional_constraint(candidates[c], damping, b.step, plane == 0 ? b.direction.clarity : 4);
            filter_direction(from, SuperblockWindow::kStride, b.direction.direction, constraint, trial,
                             kDirectionalBlock);
            sums[c] += error(trial, kDirectionalBlock);
          }
        }
      }
    }
  });
  return errors;
}

// Chooses presets one after the other, each the one that lowers the error of the picture most where every superblock
// takes its best.
void choose_presets(std::span<const SuperblockErrors> errors, std::span<const DirectionalStrength> candidates,
                    bool with_chroma, int max_presets, LoopFilterParameters& parameters, SuperblockPresets& presets) {
  const size_t count = candidates.size();
  std::vector<float> best(errors.size());
  std::vector<uint8_t> index(errors.size());
  for (size_t i = 0; i < errors.size(); ++i) best[i] = errors[i].luma[0] + errors[i].chroma[0];
  double off = 0;
  for (const float e : best) off += e;
  while (parameters.presets < max_presets) {
    double best_gain = 0;
    size_t best_luma = 0, best_chroma = 0;
    for (size_t luma = 0; luma < count; ++luma) {
      for (size_t chroma = 0; chroma < (with_chroma ? count : 1); ++chroma) {
        double gain = 0;
        for (size_t i = 0; i < errors.size(); ++i) {
          gain += std::max(0.0f, best[i] - errors[i].luma[luma] - errors[i].chroma[chroma]);
        }
        if (gain > best_gain) {
          best_gain = gain;
          best_luma = luma;
          best_chroma = chroma;
        }
      }
    }
    // Less is not worth its place in the header and a longer index.
    if (best_gain < 0.001 * off) break;
    parameters.preset[parameters.presets++] = {candidates[best_luma], candidates[best_chroma]};
    for (size_t i = 0; i < errors.size(); ++i) {
      const float error = errors[i].luma[best_luma] + errors[i].chroma[best_chroma];
      if (error < best[i]) {
        best[i] = error;
        index[i] = parameters.presets;
      }
    }
  }
  for (size_t i = 0; i < errors.size(); ++i) {
    presets.row(static_cast<int>(i) / presets.width())[static_cast<int>(i) % presets.width()] = index[i];
  }
}

}  // namespace

SuperblockPresets make_superblock_presets(int width, int height) {
  return SuperblockPresets(superblocks(width), superblocks(height));
}

void apply_loop_filter(std::span<Plane<uint16_t>> planes, const CellMap& cells, const SuperblockPresets& presets,
                       const LoopFilterParameters& parameters, int max_sample, int threads) {
  for (int plane = 0; plane < static_cast<int>(planes.size()); ++plane) {
    deblock(planes[plane], cells, plane, parameters.deblock_strength[plane], max_sample, threads);
  }
  if (parameters.presets > 0) apply_directional_filter(planes, cells, presets, parameters, max_sample, threads);
}

size_t loop_filter_bytes(int width, int height, int planes, int threads) {
  return static_cast<size_t>(planes) * BoundaryRows::bytes(width, height) +
         static_cast<size_t>(resolve_threads(threads)) * sizeof(Scratch);
}

LoopFilterChoice choose_loop_filter(std::span<Plane<uint16_t>> planes, std::span<const Plane<uint16_t>> source,
                                    const CellMap& cells, int max_sample, const LoopFilterSettings& settings,
                                    int threads) {
  LoopFilterChoice choice{{}, make_superblock_presets(planes[0].width(), planes[0].height())};
  LoopFilterParameters& parameters = choice.parameters;
  for (int plane = 0; plane < static_cast<int>(planes.size()); ++plane) {
    parameters.deblock_strength[plane] = static_cast<uint8_t>(
        choose_deblocking(planes[plane], source[plane], cells, plane, max_sample, settings, threads));
  }
  if (settings.effort <= 1) return choice;
  const std::vector<DirectionalStrength> candidates = candidate_strengths(settings.effort);
  const std::vector<SuperblockErrors> errors =
      try_candidates(planes, source, cells, candidates, parameters.damping, max_sample, threads);
  const int max_presets = settings.effort <= 3 ? 1 : settings.effort <= 6 ? 3 : kMaxDirectionalPresets;
  choose_presets(errors, candidates, planes.size() == 3, max_presets, parameters, choice.presets);
  if (parameters.presets > 0) {
    apply_directional_filter(planes, cells, choice.presets, parameters, max_sample, threads);
  }
  return choice;
}

}  // namespace laq::picture
