#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "array/finite_range.h"
#include "array/predict/lane_encoder.h"
#include "array/stage_encoder.h"
#include "base/exact_bound.h"
#include "base/scalable_targets.h"
#include "base/work.h"
#include "entropy/coder.h"
#include "levels/mask_runs.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/predict/lane_encoder.cpp"
// Eight lanes are the most that states come in, and g++ 12 fails at masked loads of bytes for targets with masks.
#define HWY_DISABLED_TARGETS (LAQ_SCALABLE_TARGETS | HWY_AVX3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "array/predict/lorenzo-inl.h"
#include "array/predict/multilevel-inl.h"
#include "array/predict/stencil_fit-inl.h"
#include "entropy/lane_rans-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

class SampleWriter {
 public:
  static constexpr bool kReads = false;

  SampleWriter(const LanesToWrite& write, LanesWritten& written)
      : write_(write),
        written_(written),
        axes_(write.layout.axes()),
        laid_out_(write.layout.grid_of(write.grid)),
        row_(laid_out_.sides[2] + kRowPadding),
        decoded_(laid_out_.sides[2] * element_bytes(write.range.type())) {}

  // Splits the samples into those of all levels.
  void split(std::vector<Level>& levels) {
    for (size_t number = 0; number < levels.size(); ++number) {
      Level& level = levels[number];
      for (int z = 0; z < level.grid.sides[0]; ++z) {
        for (int y = 0; y < level.grid.sides[1]; ++y) {
          const float* row = row_.data();
          if (number == 0) {
            load(z, y);
          } else {
            Level& finer = levels[number - 1];
            row = finer.values(0, finer.steps[0] * z, finer.steps[1] * y);
          }
          if (level.odd > 0) {
            deinterleave(row, level.grid.sides[2], level.values(0, z, y), level.values(1, z, y));
            extend(level.values(1, z, y), level.odd);
          } else {
            std::copy_n(row, level.even, level.values(0, z, y));
          }
          extend(level.values(0, z, y), level.even);
        }
      }
    }
  }
  void load(int z, int y) { load_samples(write_, row_at(z, y), row_.data()); }
  float first() const { return row_[0]; }

  // The row as integers. What is not finite repeats the sample before, or above.
  void load(int z, int y, uint32_t* samples) {
    quantize_samples(write_, row_at(z, y), last_first_, samples);
    last_first_ = samples[0];
  }

  bool stencil(Level& level, Pass pass, Stencil& stencil) {
    if (write_.most_taps > Stencil::kCubicTaps) StencilFit(level, pass, write_).fit(stencil);
    written_.stencils.push_back(stencil);
    return true;
  }

  bool code(const LevelRow& row) {
    if (row.predicted != nullptr) quantize(row);
    laq::HWY_NAMESPACE::add_row(written_.rows, row.levels, row.length, row.classes, row.set);
    return true;
  }

  // Checks the bound.
  void finish(Level& level, int z, int y) {
    join(level, z, y, row_.data());
    check(row_.data(), z, y);
  }
  void finish(int z, int y, const uint32_t* samples) { check(reinterpret_cast<const int32_t*>(samples), z, y); }
  template <class Sample>
  void check(const Sample* samples, int z, int y) {
    const ElementRow row = row_at(z, y);
    report_work(row.length);
    store_samples(samples, write_.scale, write_.range, {0, 1, row.length}, decoded_.data());
    check_row(write_, row, decoded_, written_);
  }

 private:
  // Sets the levels. Masked samples become their predictions.
  void quantize(const LevelRow& row) const {
    if (write_.has_mask) {
      for (int i = 0; i < row.length; ++i) row.values[i] = std::isnan(row.values[i]) ? row.predicted[i] : row.values[i];
    }
    const Floats d;
    const auto most = hn::Set(d, 0x1p30f), least = hn::Set(d, -0x1p30f);
    for (int i = 0; i < row.length; i += kFloats) {
      const auto residual = hn::Sub(hn::LoadU(d, row.values + i), hn::LoadU(d, row.predicted + i));
      hn::StoreU(hn::NearestInt(hn::Min(hn::Max(residual, least), most)), Integers(), row.levels + i);
    }
  }
  ElementRow row_at(int z, int y) const {
    const Grid& grid = write_.grid;
    return {static_cast<size_t>(z * grid.stride(axes_[0]) + y * grid.stride(axes_[1])),
            static_cast<size_t>(grid.stride(axes_[2])), laid_out_.sides[2]};
  }

  const LanesToWrite& write_;
  LanesWritten& written_;
  std::array<int, kAxes> axes_;
  Grid laid_out_;
  std::vector<float> row_;
  std::vector<std::byte> decoded_;  // elements of a row
  uint32_t last_first_ = 0;         // the first sample of the last row
};

void write_lanes(LanesWritten& written) {
  written.tables = written.rows.tables();
  written.words = laq::HWY_NAMESPACE::LaneWriter(written.rows, written.tables).write();
}

void WriteMultilevel(const LanesToWrite& write, LanesWritten& written) {
  SampleWriter writer(write, written);
  std::vector<Level> levels = levels_of(write.layout.grid_of(write.grid), write.layout);
  float first;
  if (levels.empty()) {
    writer.load(0, 0);
    first = writer.first();
  } else {
    writer.split(levels);
    first = levels.back().values(0, 0, 0)[0];
  }
  first = std::isnan(first) ? 0 : std::nearbyint(first);
  written.first = static_cast<int64_t>(first);
  if (levels.empty()) {
    writer.check(&first, 0, 0);
  } else {
    Multilevel(writer, levels).code(first);
  }
  write_lanes(written);
}

void WriteLorenzo(const LanesToWrite& write, LanesWritten& written) {
  SampleWriter writer(write, written);
  Lorenzo(writer, write.layout.grid_of(write.grid), write.layout.order).code();
  write_lanes(written);
}

// Estimates from some of the rows the bits that a difference along each set of axes takes; see Lorenzo.
SampledCosts CostsOfAxes(const LanesToWrite& write) {
  constexpr size_t kSampled = 1 << 15, kShare = 16;
  const Grid grid = write.layout.grid_of(write.grid);
  LanesWritten unused(0, 0);
  SampleWriter writer(write, unused);
  const int length = grid.sides[2], rows = grid.sides[1], first_row = rows > 1, first_plane = grid.sides[0] > 1;
  const int count = (rows - first_row) * (grid.sides[0] - first_plane);
  const auto wanted = static_cast<int>(std::clamp<size_t>(grid.size() / kShare, 1, kSampled) / length + 8);
  const int step = std::max(1, count / wanted) | 1;
  std::vector<uint32_t> own(length), up(length), back(length), back_up(length), differences(length), zeros(length);
  SampledCosts sampled;
  AxisCosts& costs = sampled.costs;
  for (int number = 0; number < count; number += step) {
    const int z = first_plane + number / (rows - first_row), y = first_row + number % (rows - first_row);
    sampled.count += length;
    writer.load(z, y, own.data());
    if (y > 0) writer.load(z, y - 1, up.data());
    if (z > 0) writer.load(z - 1, y, back.data());
    if (y > 0 && z > 0) writer.load(z - 1, y - 1, back_up.data());
    for (int axes = 1; axes < static_cast<int>(costs.size()); ++axes) {
      if (((axes & 4) != 0 && z == 0) || ((axes & 2) != 0 && y == 0)) continue;
      const LorenzoRows from = {(axes & 2) != 0 ? up.data() : zeros.data(),
                                (axes & 4) != 0 ? back.data() : zeros.data(),
                                (axes & 6) == 6 ? back_up.data() : zeros.data()};
      for (int i = 0; i < length; ++i) differences[i] = own[i] - from.sum(i);
      const bool along_row = (axes & 1) != 0;
      int64_t bits = 0;
      for (int i = along_row; i < length; ++i) {
        const auto level = static_cast<int32_t>(differences[i] - (along_row ? differences[i - 1] : 0));
        bits += std::bit_cast<int32_t>(std::fabs(static_cast<float>(level)) + 0.5f) >> 8;
      }
      costs[axes] += bits;
    }
  }
  return sampled;
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::array {
namespace {

HWY_EXPORT(WriteMultilevel);
HWY_EXPORT(WriteLorenzo);
HWY_EXPORT(CostsOfAxes);

// The scale of samples within a bound; nothing if floats, or integers, cannot hold them.
std::optional<LaneScale> scale_of(const ElementRange& range, double bound, const FiniteRange& values, bool are_floats) {
  constexpr double kMostFloats = 0x1p22, kMostIntegers = 0x1p29, kFloatErrors = 0x1p-23;
  LaneScale scale;
  const double width = values.greatest - values.least;
  if (!std::isfinite(width)) return std::nullopt;
  scale.origin = values.least + 0.5 * width;
  if (element_bytes(range.type()) <= sizeof(float)) scale.origin = static_cast<float>(scale.origin);
  const double largest = std::max(std::fabs(values.least), std::fabs(values.greatest));
  const double slack = are_floats ? width * kFloatErrors : 0;
  if (is_integer(range.type())) {
    scale.origin = std::nearbyint(scale.origin);
    scale.step = 2 * std::floor(bound) + 1 - slack;
  } else {
    scale.step = 2 * bound - slack - (largest > 0 ? range.spacing(laq::exponent_of(largest)) : 0);
    if (scale.step < bound) return std::nullopt;
  }
  const double most = are_floats ? kMostFloats : kMostIntegers;
  if (!(scale.step >= 0x1p-1000 && scale.step <= 0x1p1000) || width > most * scale.step) return std::nullopt;
  return scale;
}

// The exponent of the unit that squared errors are summed in.
int exponent_of(const FiniteRange& values, ElementType type) {
  return is_integer(type) ? 0 : laq::exponent_of(std::max(std::fabs(values.least), std::fabs(values.greatest)));
}

// Rows follow another axis than the last if that is short.
LaneLayout layout_of(const Grid& grid) {
  constexpr int kLeastRow = 16;
  LaneLayout layout;
  if (grid.sides[2] >= kLeastRow) return layout;
  layout.row_axis = static_cast<uint8_t>(std::max_element(grid.sides.begin(), grid.sides.end()) - grid.sides.begin());
  if (grid.sides[layout.row_axis] == grid.sides[2]) layout.row_axis = 2;
  return layout;
}

// The axes along which differences are smallest.
uint8_t axes_of_differences(const AxisCosts& costs, const Grid& grid) {
  int best = 1;
  for (int axes = 1; axes < static_cast<int>(costs.size()); ++axes) {
    if (((axes & 4) != 0 && grid.sides[0] == 1) || ((axes & 2) != 0 && grid.sides[1] == 1)) continue;
    if (costs[axes] < costs[best]) best = axes;
  }
  return static_cast<uint8_t>(best);
}

// The order in which axes are halved: an axis that is clearly the roughest comes last.
uint8_t order_of_levels(const AxisCosts& costs, const Grid& grid, int64_t sampled) {
  constexpr double kClearly = 0.4;  // bits a sample
  constexpr double kUnit = 1 << 15;
  std::array<double, kAxes> bits{};
  int roughest = -1, second = -1;
  for (int axis = 0; axis < kAxes; ++axis) {
    if (grid.sides[axis] == 1) continue;
    bits[axis] = static_cast<double>(costs[4 >> axis]) / kUnit / static_cast<double>(sampled);
    if (roughest < 0 || bits[axis] > bits[roughest]) {
      second = roughest;
      roughest = axis;
    } else if (second < 0 || bits[axis] > bits[second]) {
      second = axis;
    }
  }
  if (second < 0 || bits[roughest] - bits[second] < kClearly) return 0;
  return static_cast<uint8_t>(1 + roughest);
}

std::vector<uint8_t> mask_of(const SourceChunk& chunk) {
  std::vector<uint8_t> mask(chunk.grid.size());
  with_type(chunk.type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    for (size_t i = 0; i < mask.size(); ++i) {
      T element;
      std::memcpy(&element, chunk.elements.data() + i * sizeof(T), sizeof(T));
      mask[i] = !std::isfinite(static_cast<double>(element));
    }
  });
  return mask;
}

// The symbols that are coded one by one.
std::vector<std::byte> write_symbols(const SourceChunk& chunk, std::vector<uint8_t> mask, LanesWritten& written) {
  SymbolWriter writer;
  MaskRuns masked(writer, chunk.type, chunk.grid, chunk.elements);
  masked.code(mask);
  RawElementCoder raw(writer, chunk.type, chunk.elements);
  std::sort(written.raw_elements.begin(), written.raw_elements.end());
  code_sparse(writer, raw, written.raw_elements, written.raw_elements.size(), chunk.grid.size());
  for (const int32_t escape : written.rows.escapes()) writer.bits(32, static_cast<uint32_t>(escape));
  LevelTablesCoder(writer).code(written.tables);
  for (Stencil& stencil : written.stencils) code_stencil(writer, stencil, Taps::kMost);
  return writer.finish();
}

int most_taps_of(int effort) {
  return effort <= 1 ? Stencil::kCubicTaps : effort == 2 ? kFewTaps : Taps::kMost;
}

// What both codings share. prepare(write): sets the layout's order. write_samples(write, written): codes.
template <class Prepare, class WriteSamples>
std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat& format, bool are_floats, Prepare&& prepare,
                               WriteSamples&& write_samples) {
  const FiniteRange values = finite_range_of(chunk.type, chunk.elements);
  if (values.least > values.greatest) return std::nullopt;  // no finite element
  const double bound = is_integer(chunk.type) ? std::floor(bound_of_predicted(format)) : bound_of_predicted(format);
  const std::optional<LaneScale> scale = scale_of(chunk.range, bound, values, are_floats);
  if (!scale) return std::nullopt;
  LanesWritten written(chunk.grid.size(), exponent_of(values, chunk.type));
  LanesToWrite write{chunk.range, chunk.grid, chunk.elements, layout_of(chunk.grid), *scale, bound, values.has_others};
  prepare(write);
  write_samples(write, written);
  std::vector<uint8_t> mask;
  if (values.has_others) mask = mask_of(chunk);
  const std::vector<std::byte> symbols = write_symbols(chunk, std::move(mask), written);
  LaneHeader header;
  header.layout = write.layout;
  header.scale = *scale;
  header.first = written.first;
  header.raw_elements = written.raw_elements.size();
  header.escapes = written.rows.escapes().size();
  header.tables = written.tables.tables.size();
  header.symbols = symbols;
  header.words = written.words.stream();
  ByteWriter writer;
  constexpr size_t kMostOfHeader = 128;
  writer.reserve(kMostOfHeader + symbols.size() + header.words.size());  // with the step before it, see prepend()
  header.write(writer, chunk.type);
  return Encoding{writer.take(), {}, written.errors.distortion()};
}

constexpr int kLeastEffortOfOrders = 2;  // and of taps that are fitted
constexpr size_t kQuick = 1 << 20;       // elements of chunks whose fits are quick
constexpr int kLeastEffortOfMasks = 3;   // of stencils that are fitted with and without trusts_masked

// What is chosen of a coding by levels.
struct LevelChoice {
  std::optional<uint8_t> order = {};  // see LaneLayout; if empty, encode_levels() chooses by costs of axes
  bool trusts_masked = true;          // see LanesToWrite
  bool has_mask = false;              // set by encode_levels()
};

// Sets the order if it is empty, and has_mask.
std::optional<Encoding> encode_levels(const SourceChunk& chunk, const ChunkFormat& format, int effort,
                                      LevelChoice& choice) {
  std::optional<uint8_t>& order = choice.order;
  const auto prepare = [&](LanesToWrite& write) {
    write.most_taps = most_taps_of(effort);
    write.trusts_masked = choice.trusts_masked;
    write.is_quick = chunk.whole_size >= kQuick;  // samples are fitted as their chunk is
    choice.has_mask = write.has_mask;
    if (!order) {
      const Grid grid = write.layout.grid_of(write.grid);
      order = 0;
      if (!grid.is_line()) {
        const SampledCosts sampled = HWY_DYNAMIC_DISPATCH(CostsOfAxes)(write);
        order = order_of_levels(sampled.costs, grid, sampled.count);
      }
    }
    write.layout.order = *order;
  };
  return encode(chunk, format, true, prepare, [](const LanesToWrite& write, LanesWritten& written) {
    HWY_DYNAMIC_DISPATCH(WriteMultilevel)(write, written);
  });
}

std::optional<Encoding> encode_multilevel(const SourceChunk& chunk, const ChunkFormat& format,
                                          const CodingSettings& settings) {
  const int effort = settings.effort;
  // Small chunks also try the choice of the least effort, and so do chunks that take few bytes: so many elements a
  // byte, or fewer where the order of levels is not the plain one.
  constexpr size_t kSmall = 1 << 17, kElementsOfByte = 64, kElementsOfOrderedByte = 8;
  LevelChoice plain{.order = uint8_t{0}}, choice;
  if (effort < kLeastEffortOfOrders) return encode_levels(chunk, format, effort, plain);
  std::optional<Encoding> coded = encode_levels(chunk, format, effort, choice);
  const auto try_also = [&](int by_effort, LevelChoice& other) {
    std::optional<Encoding> again = encode_levels(chunk, format, by_effort, other);
    if (again && again->bytes.size() < coded->bytes.size()) coded = std::move(again);
  };
  if (coded && choice.has_mask && effort >= kLeastEffortOfMasks) {
    LevelChoice other{.order = choice.order, .trusts_masked = false};
    try_also(effort, other);
  }
  const bool is_large = chunk.grid.size() > kSmall || chunk.whole_size >= kQuick;
  const size_t elements_of_byte = choice.order == plain.order ? kElementsOfByte : kElementsOfOrderedByte;
  if (!coded || (is_large && coded->bytes.size() * elements_of_byte > chunk.grid.size())) return coded;
  // The costs of axes say little of a field that is far smoother than its bound along one of them.
  try_also(kLeastEffortOfOrders - 1, plain);
  return coded;
}

std::optional<Encoding> encode_lorenzo(const SourceChunk& chunk, const ChunkFormat& format, const CodingSettings&) {
  const auto prepare = [](LanesToWrite& write) {
    const SampledCosts sampled = HWY_DYNAMIC_DISPATCH(CostsOfAxes)(write);
    write.layout.order = axes_of_differences(sampled.costs, write.layout.grid_of(write.grid));
  };
  return encode(chunk, format, false, prepare, [](const LanesToWrite& write, LanesWritten& written) {
    HWY_DYNAMIC_DISPATCH(WriteLorenzo)(write, written);
  });
}

bool loses(const ChunkFormat& format) {
  return allows_change(format.type, bound_of_predicted(format));
}

bool is_gradual(const ChunkFormat& format) {
  return !is_integer(format.type);
}

}  // namespace

const CodingEncoder multilevel_encoder = {{.loses = loses, .is_gradual = is_gradual, .is_fast = true},
                                          encode_multilevel};
const CodingEncoder lorenzo_encoder = {{.loses = loses, .is_gradual = is_gradual, .is_fast = true}, encode_lorenzo};

}  // namespace laq::array
#endif  // HWY_ONCE
