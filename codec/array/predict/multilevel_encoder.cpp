#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "array/predict/lane_encoder.h"
#include "array/stage_encoder.h"
#include "base/exact_bound.h"
#include "base/scalable_targets.h"
#include "entropy/coder.h"
#include "levels/mask_runs.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/predict/multilevel_encoder.cpp"
#define HWY_DISABLED_TARGETS (LAQ_SCALABLE_TARGETS | HWY_SSSE3 | HWY_SSE4 | HWY_AVX3 | HWY_AVX3_DL) /*DEV*/
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "array/predict/lane_samples-inl.h"
#include "array/predict/multilevel-inl.h"
#include "array/predict/stencil_fit-inl.h"
#include "entropy/lane_rans-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

// The least and the greatest of the finite elements, and whether some are not finite.
template <class T>
LaneRange range_of(std::span<const std::byte> packed) {
  constexpr size_t kParts = 16;
  const size_t count = packed.size() / sizeof(T);
  LaneRange range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), false};
  if constexpr (std::is_floating_point_v<T>) {
    constexpr T kMost = std::numeric_limits<T>::max();
    T least[kParts], greatest[kParts];
    std::fill_n(least, kParts, kMost);
    std::fill_n(greatest, kParts, -kMost);
    int has_mask = 0;
    for (size_t i = 0; i < count; i += kParts) {
      T part[kParts] = {};
      const size_t length = std::min(kParts, count - i);
      std::memcpy(part, packed.data() + i * sizeof(T), length * sizeof(T));
      for (size_t k = length; k < kParts; ++k) part[k] = part[0];
      for (size_t k = 0; k < kParts; ++k) {
        const T value = part[k];
        const bool is_finite = std::fabs(value) <= kMost;
        has_mask |= static_cast<int>(!is_finite);
        least[k] = is_finite && value < least[k] ? value : least[k];
        greatest[k] = is_finite && value > greatest[k] ? value : greatest[k];
      }
    }
    for (size_t k = 0; k < kParts; ++k) {
      range.least = std::min(range.least, static_cast<double>(least[k]));
      range.greatest = std::max(range.greatest, static_cast<double>(greatest[k]));
    }
    range.has_mask = has_mask != 0;
    return range;
  }
  for (size_t i = 0; i < count; ++i) {
    T element;
    std::memcpy(&element, packed.data() + i * sizeof(T), sizeof(T));
    const auto value = static_cast<double>(element);
    if (!std::isfinite(value)) {
      range.has_mask = true;
      continue;
    }
    range.least = std::min(range.least, value);
    range.greatest = std::max(range.greatest, value);
  }
  return range;
}

LaneRange RangeOf(ElementType type, std::span<const std::byte> packed) {
  return with_type(type, [&](auto* p) { return range_of<std::remove_pointer_t<decltype(p)>>(packed); });
}

// The samples of a row of elements that are `stride` apart.
template <class T>
void load_samples_as(const std::byte* elements, ptrdiff_t stride, int count, const LaneScale& scale, float* samples) {
  const double inverse = 1 / scale.step, origin = scale.origin;
  const auto sample_of = [=](ptrdiff_t i) HWY_ATTR {
    T element;
    std::memcpy(&element, elements + i * static_cast<ptrdiff_t>(sizeof(T)), sizeof(T));
    return static_cast<float>((static_cast<double>(element) - origin) * inverse);
  };
  if (stride == 1) {
    for (int i = 0; i < count; ++i) samples[i] = sample_of(i);
  } else {
    for (int i = 0; i < count; ++i) samples[i] = sample_of(i * stride);
  }
}

// Elements that are `stride` apart, from a place on.
struct ElementRow {
  size_t place, stride;
  int length;
};

// Whether all of a row are clearly within the bound.
template <class T>
bool are_within(const ElementRow& row, const std::byte* elements, const std::byte* decoded, double bound) {
  int are_beyond = 0;
  for (size_t i = row.place; i < row.place + row.length; ++i) {
    T value, found;
    std::memcpy(&value, elements + i * sizeof(T), sizeof(T));
    std::memcpy(&found, decoded + i * sizeof(T), sizeof(T));
    are_beyond |= static_cast<int>(!(std::fabs(static_cast<double>(value) - static_cast<double>(found)) < bound));
  }
  return are_beyond == 0;
}

// Elements that are beyond the bound become raw elements.
template <class T>
void check_as(const ElementRow& row, const LanesToWrite& write, LanesWritten& written) {
  const double bound = is_integer(write.range.type()) ? write.bound + 0.5 : write.bound;
  const std::byte* const elements = write.elements.data();
  std::byte* const decoded = written.decoded.data();
  if (row.stride == 1 && are_within<T>(row, elements, decoded, bound)) return;
  for (int i = 0; i < row.length; ++i) {
    const size_t at = row.place + i * row.stride;
    T value, found;
    std::memcpy(&value, elements + at * sizeof(T), sizeof(T));
    std::memcpy(&found, decoded + at * sizeof(T), sizeof(T));
    const auto number = static_cast<double>(value);
    if (!std::isfinite(number) || is_within(number, static_cast<double>(found), write.bound)) continue;
    std::memcpy(decoded + at * sizeof(T), &value, sizeof(T));
    written.raw_elements.push_back(static_cast<uint32_t>(at));
  }
}

class SampleWriter {
 public:
  SampleWriter(const LanesToWrite& write, LanesWritten& written)
      : write_(write),
        written_(written),
        axes_(write.layout.axes()),
        laid_out_(write.layout.grid_of(write.grid)),
        row_(laid_out_.sides[2] + kRowPadding) {}

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
  void load(int z, int y) {
    with_type(write_.range.type(), [&](auto* type) HWY_ATTR {
      using T = std::remove_pointer_t<decltype(type)>;
      load_samples_as<T>(write_.elements.data() + place(z, y) * sizeof(T), write_.grid.stride(axes_[2]),
                         laid_out_.sides[2], write_.scale, row_.data());
    });
    if (!write_.has_mask) return;
    for (int i = 0; i < laid_out_.sides[2]; ++i) {
      if (!std::isfinite(row_[i])) row_[i] = std::numeric_limits<float>::quiet_NaN();
    }
  }

  float first() const { return row_[0]; }

  bool stencil(Level& level, Pass pass, Stencil& stencil) {
    if (write_.most_taps > Stencil::kCubicTaps) StencilFit(level, pass, write_.most_taps, write_.has_mask).fit(stencil);
    written_.stencils.push_back(stencil);
    return true;
  }

  bool code(const LevelRow& row) {
    if (write_.has_mask) {
      for (int i = 0; i < row.length; ++i) row.values[i] = std::isnan(row.values[i]) ? row.predicted[i] : row.values[i];
    }
    const Floats d;
    const auto most = hn::Set(d, 0x1p30f), least = hn::Set(d, -0x1p30f);
    for (int i = 0; i < row.length; i += kFloats) {
      const auto residual = hn::Sub(hn::LoadU(d, row.values + i), hn::LoadU(d, row.predicted + i));
      hn::StoreU(hn::NearestInt(hn::Min(hn::Max(residual, least), most)), Integers(), row.levels + i);
    }
    laq::HWY_NAMESPACE::add_row(written_.rows, row.levels, row.length, row.classes, row.set);
    return true;
  }

  // Checks the bound.
  void finish(Level& level, int z, int y) {
    join(level, z, y, row_.data());
    check(row_.data(), z, y);
  }
  void check(const float* samples, int z, int y) {
    const ElementRow row{place(z, y), static_cast<size_t>(write_.grid.stride(axes_[2])), laid_out_.sides[2]};
    store_samples(samples, row.length, write_.scale, write_.range, static_cast<ptrdiff_t>(row.stride),
                  written_.decoded.data(), static_cast<ptrdiff_t>(row.place));
    with_type(write_.range.type(), [&](auto* type) HWY_ATTR {
      check_as<std::remove_pointer_t<decltype(type)>>(row, write_, written_);
    });
  }

 private:
  size_t place(int z, int y) const { return z * write_.grid.stride(axes_[0]) + y * write_.grid.stride(axes_[1]); }

  const LanesToWrite& write_;
  LanesWritten& written_;
  std::array<int, kAxes> axes_;
  Grid laid_out_;
  std::vector<float> row_;
};

void WriteSamples(const LanesToWrite& write, LanesWritten& written) {
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
  written.tables = written.rows.tables();
  written.words = laq::HWY_NAMESPACE::LaneWriter(written.rows, written.tables).write();
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::array {
namespace {

HWY_EXPORT(RangeOf);
HWY_EXPORT(WriteSamples);

// The scale of samples within a bound; nothing if floats cannot hold them.
std::optional<LaneScale> scale_of(const ElementRange& range, double bound, const LaneRange& values) {
  constexpr double kMostSamples = 0x1p22, kFloatErrors = 0x1p-23;
  LaneScale scale;
  const double width = values.greatest - values.least;
  if (!std::isfinite(width)) return std::nullopt;
  scale.origin = values.least + 0.5 * width;
  if (element_bytes(range.type()) <= sizeof(float)) scale.origin = static_cast<float>(scale.origin);
  const double largest = std::max(std::fabs(values.least), std::fabs(values.greatest));
  double slack = width * kFloatErrors;
  if (is_integer(range.type())) {
    scale.step = 2 * std::floor(bound) + 1 - slack;
    slack = 0;
  } else {
    slack += range.spacing(exponent_of(largest));
    scale.step = 2 * bound - slack;
    if (scale.step < bound) return std::nullopt;
  }
  if (!(scale.step >= 0x1p-1000 && scale.step <= 0x1p1000) || width > kMostSamples * scale.step) return std::nullopt;
  return scale;
}

MultilevelLayout layout_of(const Grid& grid) {
  constexpr int kLeastRow = 16;
  MultilevelLayout layout;
  if (grid.sides[2] >= kLeastRow) return layout;
  layout.row_axis = static_cast<uint8_t>(std::max_element(grid.sides.begin(), grid.sides.end()) - grid.sides.begin());
  if (grid.sides[layout.row_axis] == grid.sides[2]) layout.row_axis = 2;
  return layout;
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
std::vector<std::byte> write_symbols(const SourceChunk& chunk, std::vector<uint8_t> mask, LanesWritten& written,
                                     std::vector<std::byte>& decoded) {
  SymbolWriter writer;
  MaskRuns masked(writer, chunk.type, chunk.grid, chunk.elements);
  masked.code(mask);
  masked.store(mask, decoded);
  RawElementCoder raw(writer, chunk.type, chunk.elements);
  std::sort(written.raw_elements.begin(), written.raw_elements.end());
  code_sparse(writer, raw, written.raw_elements, written.raw_elements.size(), chunk.grid.size());
  for (const int32_t escape : written.rows.escapes()) writer.bits(32, static_cast<uint32_t>(escape));
  LevelTablesCoder(writer).code(written.tables);
  for (Stencil& stencil : written.stencils) code_stencil(writer, stencil, Taps::kMost);
  return writer.finish();
}

int most_taps_of(int effort) {
  return effort <= 1 ? Stencil::kCubicTaps : effort == 2 ? 14 : Taps::kMost;
}

std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat& format, int effort) {
  const LaneRange values = HWY_DYNAMIC_DISPATCH(RangeOf)(chunk.type, chunk.elements);
  if (values.least > values.greatest) return std::nullopt;  // no finite element
  const double bound = is_integer(chunk.type) ? std::floor(bound_of_lanes(format)) : bound_of_lanes(format);
  const std::optional<LaneScale> scale = scale_of(chunk.range, bound, values);
  if (!scale) return std::nullopt;
  const MultilevelLayout layout = layout_of(chunk.grid);
  LanesWritten written(chunk.elements.size(), chunk.grid.size());
  HWY_DYNAMIC_DISPATCH(WriteSamples)
  ({chunk.range, chunk.grid, chunk.elements, layout, *scale, bound, values.has_mask, most_taps_of(effort)}, written);
  std::vector<uint8_t> mask;
  if (values.has_mask) mask = mask_of(chunk);
  const std::vector<std::byte> symbols = write_symbols(chunk, std::move(mask), written, written.decoded);
  LaneHeader header;
  header.layout = layout.to_byte();
  header.scale = *scale;
  header.first = written.first;
  header.raw_elements = written.raw_elements.size();
  header.escapes = written.rows.escapes().size();
  header.tables = written.tables.tables.size();
  header.symbols = symbols;
  header.words = written.words;
  ByteWriter writer;
  header.write(writer, chunk.type);
  Encoding encoding{writer.take(), {}};
  encoding.decoded = std::move(written.decoded);
  return encoding;
}

bool loses(const ChunkFormat& format) {
  return allows_change(format.type, bound_of_lanes(format));
}

bool is_gradual(const ChunkFormat& format) {
  return !is_integer(format.type);
}

}  // namespace

const CodingEncoder multilevel_encoder = {{.loses = loses, .is_gradual = is_gradual, .is_fast = true}, encode};

}  // namespace laq::array
#endif  // HWY_ONCE
