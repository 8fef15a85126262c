#include <optional>
#include <utility>

#include "array/predict/lane_decoder.h"
#include "array/stage.h"
#include "base/scalable_targets.h"
#include "base/work.h"
#include "entropy/coder.h"
#include "levels/mask_runs.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/predict/lane_decoder.cpp"
// Eight lanes are the most that states come in, and g++ 12 fails at masked loads of bytes for targets with masks.
#define HWY_DISABLED_TARGETS (LAQ_SCALABLE_TARGETS | HWY_AVX3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "array/predict/lorenzo-inl.h"
#include "array/predict/multilevel-inl.h"
#include "entropy/lane_rans-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

class SampleReader {
 public:
  static constexpr bool kReads = true;

  // grid: of the elements, which has the axes of the chunk's.
  SampleReader(const LanesToRead& read, const Grid& grid, std::span<std::byte> elements)
      : read_(read),
        grid_(grid),
        axes_(read.layout.axes()),
        range_(read.format.range()),
        lanes_(read.tables, read.header.words, read.escapes, longest()),
        elements_(elements),
        row_(longest() + kRowPadding) {}

  bool stencil(Level& level, Pass pass, Stencil& stencil) {
    return code_stencil(read_.symbols, stencil, Taps::count_of(level, pass)) && !read_.symbols.is_past_end();
  }
  bool code(const LevelRow& row) { return lanes_.read(row.levels, row.length, row.classes, row.set); }
  void finish(Level& level, int z, int y) {
    join(level, z, y, row_.data());
    store(row_.data(), z, y, level.grid.sides[2]);
  }
  void load(int, int, const uint32_t*) const {}
  void finish(int z, int y, const uint32_t* samples) const {
    store(reinterpret_cast<const int32_t*>(samples), z, y, longest());
  }
  template <class Sample>
  void store(const Sample* samples, int z, int y, int count) const {
    report_work(count);
    const auto place = static_cast<size_t>(z * grid_.stride(axes_[0]) + y * grid_.stride(axes_[1]));
    store_samples(samples, read_.header.scale, range_, {place, static_cast<size_t>(grid_.stride(axes_[2])), count},
                  elements_.data());
  }
  bool is_complete() const { return lanes_.is_complete(); }

 private:
  int longest() const { return read_.layout.grid_of(read_.format.grid).sides[2]; }

  const LanesToRead& read_;
  Grid grid_;
  std::array<int, kAxes> axes_;
  ElementRange range_;
  laq::HWY_NAMESPACE::LaneReader lanes_;
  std::span<std::byte> elements_;
  std::vector<float> row_;
};

// last: see Multilevel; elements: those of that level.
bool ReadMultilevel(const LanesToRead& read, size_t last, std::span<std::byte> elements) {
  SampleReader reader(read, coarse_grid(read.format.grid, static_cast<int>(last)), elements);
  const auto first = static_cast<float>(read.header.first);
  std::vector<Level> levels = levels_of(read.layout.grid_of(read.format.grid), read.layout);
  if (last >= levels.size()) {
    reader.store(&first, 0, 0, 1);
    return last > 0 || reader.is_complete();
  }
  return Multilevel(reader, levels).code(first, last) && (last > 0 || reader.is_complete());
}

bool ReadLorenzo(const LanesToRead& read, std::span<std::byte> elements) {
  SampleReader reader(read, read.format.grid, elements);
  return Lorenzo(reader, read.layout.grid_of(read.format.grid), read.layout.order).code() && reader.is_complete();
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::array {
namespace {

HWY_EXPORT(ReadMultilevel);
HWY_EXPORT(ReadLorenzo);

bool has_mask(const ChunkFormat& format, const LaneHeader& header) {
  SymbolReader symbols(header.symbols);
  return !is_integer(format.type) && symbols.bits(1) != 0;
}

// The memory that both codings take, beside that of the prediction.
size_t shared_bytes(const ChunkFormat& format, const LaneHeader& header, int longest) {
  const size_t mask = has_mask(format, header) ? MaskRuns<SymbolReader>::bytes(format.grid.size()) : 0;
  constexpr size_t kTable = size_t{kSlots} * sizeof(uint32_t) + sizeof(LevelFrequencies);
  return header.tables * kTable + header.words.size() + mask +
         RawElementCoder<SymbolReader>::bytes(header.raw_elements) + header.escapes * sizeof(int32_t) +
         static_cast<size_t>(longest + kRowPadding) * 40;
}

size_t multilevel_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  LaneHeader header;
  if (!LaneHeader::read(stream, format, header) || !header.layout.is_valid()) return 0;
  const Grid grid = header.layout.grid_of(format.grid);
  return Level::bytes_of_all(grid, header.layout) + shared_bytes(format, header, grid.sides[2]);
}

size_t lorenzo_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  LaneHeader header;
  if (!LaneHeader::read(stream, format, header) || !header.layout.is_valid()) return 0;
  const Grid grid = header.layout.grid_of(format.grid);
  constexpr size_t kMargins = 64, kBytes = 6;  // of a sample, in two planes of rows
  const size_t rows = grid.sides[0] > 1 ? 2 * size_t{static_cast<unsigned>(grid.sides[1])} : 2;  // see Lorenzo
  return rows * (grid.sides[2] + kMargins) * kBytes + shared_bytes(format, header, grid.sides[2]);
}

bool read_escapes(SymbolReader& reader, std::vector<int32_t>& escapes) {
  for (int32_t& escape : escapes) {
    escape = static_cast<int32_t>(reader.bits(32));
    if (reader.is_past_end()) return false;
  }
  return true;
}

// The place of an element among those at multiples of 2^level along each axis; nothing if it is none of them.
std::optional<size_t> place_at_level(const Grid& grid, int level, size_t place) {
  const size_t row = place / grid.sides[2];
  const std::array<size_t, kAxes> at = {row / grid.sides[1], row % grid.sides[1], place % grid.sides[2]};
  const Grid coarse = coarse_grid(grid, level);
  size_t result = 0;
  for (int axis = 0; axis < kAxes; ++axis) {
    if (at[axis] >> level << level != at[axis]) return std::nullopt;
    result += (at[axis] >> level) * static_cast<size_t>(coarse.stride(axis));
  }
  return result;
}

// level: elements are those at multiples of 2^level along each axis, which read_samples() gives; above 0 there is no
// mask.
template <class ReadSamples>
bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements,
            ReadSamples&& read_samples, int level = 0) {
  LaneHeader header;
  if (!LaneHeader::read(stream, format, header) || !header.layout.is_valid()) return false;
  SymbolReader reader(header.symbols);
  MaskRuns masked(reader, format.type, format.grid, {});
  RawElementCoder raw(reader, format.type, {});
  std::vector<uint8_t> mask;
  std::vector<int32_t> escapes(header.escapes);
  LevelTables tables;
  tables.tables.resize(header.tables);
  if (!masked.code(mask) || !code_sparse(reader, raw, {}, header.raw_elements, format.grid.size()) ||
      !read_escapes(reader, escapes) || !LevelTablesCoder(reader).code(tables)) {
    return false;
  }
  if (!read_samples(LanesToRead{format, header, header.layout, tables, escapes, reader}, elements)) return false;
  if (level > 0) {
    raw.store(elements, [&](size_t place) { return place_at_level(format.grid, level, place); });
    return true;
  }
  masked.store(mask, elements);
  raw.store(elements);
  return true;
}

bool decode_multilevel(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  return decode(format, stream, elements, [](const LanesToRead& read, std::span<std::byte> to) {
    return HWY_DYNAMIC_DISPATCH(ReadMultilevel)(read, 0, to);
  });
}

// The grids of levels are those of the chunk's levels if all axes are halved from each to the next.
std::optional<bool> decode_multilevel_level(const ChunkFormat& format, std::span<const std::byte> stream, int level,
                                            std::span<std::byte> elements) {
  LaneHeader header;
  if (!LaneHeader::read(stream, format, header) || !header.layout.is_valid()) return false;
  Grid grid = header.layout.grid_of(format.grid);
  const Grid wanted = coarse_grid(grid, level);
  for (int i = 0; i < level && grid.size() > 1; ++i) grid = Level::coarser(grid, halved_axes(header.layout, grid));
  if (grid.sides != wanted.sides || has_mask(format, header)) return std::nullopt;
  return decode(
      format, stream, elements,
      [level](const LanesToRead& read, std::span<std::byte> to) {
        return HWY_DYNAMIC_DISPATCH(ReadMultilevel)(read, static_cast<size_t>(level), to);
      },
      level);
}

bool decode_lorenzo(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  return decode(format, stream, elements, [](const LanesToRead& read, std::span<std::byte> to) {
    return HWY_DYNAMIC_DISPATCH(ReadLorenzo)(read, to);
  });
}

}  // namespace

const CodingDecoder multilevel_decoder = {allows_lanes, multilevel_bytes, decode_multilevel, decode_multilevel_level};
const CodingDecoder lorenzo_decoder = {allows_lanes, lorenzo_bytes, decode_lorenzo};

}  // namespace laq::array
#endif  // HWY_ONCE
