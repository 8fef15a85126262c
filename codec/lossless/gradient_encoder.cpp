#include "lossless/gradient_encoder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/scalable_targets.h"
#include "entropy/coder.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lossless/gradient_encoder.cpp"
// Eight lanes are the most that states come in, and g++ 12 fails at masked loads of bytes for targets with masks.
#define HWY_DISABLED_TARGETS (LAQ_SCALABLE_TARGETS | HWY_AVX3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "entropy/lane_rans-inl.h"
#include "lossless/gradient_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::lossless {
namespace HWY_NAMESPACE {

// Converts channels to planes.
inline void transform_colours(ColourTransform transform, int width, const GradientRow& row) {
  int32_t* HWY_RESTRICT first = row[0];
  int32_t* HWY_RESTRICT second = row[1];
  int32_t* HWY_RESTRICT third = row[2];
  if (transform == ColourTransform::subtract_green) {
    for (int x = 0; x < width; ++x) {
      const int32_t red = first[x], green = second[x];
      first[x] = green;
      second[x] = red - green;
      third[x] -= green;
    }
  } else if (transform == ColourTransform::ycocg) {
    for (int x = 0; x < width; ++x) {
      const int32_t orange = first[x] - third[x], middle = third[x] + (orange >> 1), chroma = second[x] - middle;
      first[x] = middle + (chroma >> 1);
      second[x] = orange;
      third[x] = chroma;
    }
  }
}

class GradientWriter {
 public:
  static constexpr bool kReads = false;

  GradientWriter(const LosslessHeader& header, const TileArea& area, const TileSamples& source, LevelRows& rows)
      : header_(header), area_(area), source_(source), rows_(rows) {}

  // The transform whose levels look cheapest, by some of the rows.
  ColourTransform choose_transform() {
    if (source_.channels < 3) return ColourTransform::none;
    constexpr int kRowsApart = 16;
    const size_t pitch = static_cast<size_t>(area_.width) + 1;
    std::vector<int32_t> samples(2 * kGradientPlanes * pitch), levels(area_.width);
    GradientRow above, row;
    for (int plane = 0; plane < kGradientPlanes; ++plane) {
      above[plane] = samples.data() + plane * pitch + 1;
      row[plane] = above[plane] + kGradientPlanes * pitch;
    }
    ColourTransform best = ColourTransform::none;
    int64_t least = std::numeric_limits<int64_t>::max();
    for (const auto tried : {ColourTransform::ycocg, ColourTransform::subtract_green, ColourTransform::none}) {
      transform_ = tried;
      int64_t cost = 0;
      for (int y = std::min(kRowsApart / 2, area_.height - 1); y < area_.height; y += kRowsApart) {
        load(std::max(y - 1, 0), above);
        load(y, row);
        for (int plane = 0; plane < 3; ++plane) {
          difference(row[plane], above[plane], area_.width, levels.data());
          for (int x = 1; x < area_.width; ++x)  // the bits of a float grow like its logarithm
            cost += std::bit_cast<int32_t>(std::fabs(static_cast<float>(levels[x])) + 0.5f) >> 8;
        }
      }
      if (cost >= least) continue;
      least = cost;
      best = tried;
    }
    transform_ = best;
    return best;
  }

  void load(int y, const GradientRow& row) const {
    if (source_.sample_bytes == 1) {
      load_as(reinterpret_cast<const uint8_t*>(source_.row(y)), row);
    } else {
      load_as(reinterpret_cast<const uint16_t*>(source_.row(y)), row);
    }
    for (int channel = 0; channel < source_.channels; ++channel) {
      const std::vector<uint16_t>& values = header_.values[channel];
      if (values.empty()) continue;
      for (int x = 0; x < area_.width; ++x) {
        const auto sample = static_cast<uint16_t>(row[channel][x]);
        row[channel][x] = static_cast<int32_t>(std::lower_bound(values.begin(), values.end(), sample) - values.begin());
      }
    }
    transform_colours(transform_, area_.width, row);
  }
  bool code(const int32_t* levels, int length, const uint8_t* classes, int set) {
    laq::HWY_NAMESPACE::add_row(rows_, levels, length, classes, set);
    return true;
  }

 private:
  template <class Sample>
  void load_as(const Sample* from, const GradientRow& row) const {
    switch (source_.channels) {
      case 1:
        return deinterleave<1>(from, row);
      case 2:
        return deinterleave<2>(from, row);
      case 3:
        return deinterleave<3>(from, row);
      default:
        return deinterleave<4>(from, row);
    }
  }
  template <int kChannels, class Sample>
  void deinterleave(const Sample* from, const GradientRow& row) const {
    for (int x = 0; x < area_.width; ++x, from += kChannels) {
      for (int channel = 0; channel < kChannels; ++channel) row[channel][x] = from[channel];
    }
  }

  const LosslessHeader& header_;
  const TileArea& area_;
  const TileSamples& source_;
  LevelRows& rows_;
  ColourTransform transform_ = ColourTransform::none;
};

ColourTransform CollectLevels(const LosslessHeader& header, const TileArea& area, const TileSamples& source,
                              LevelRows& rows) {
  GradientWriter writer(header, area, source, rows);
  const ColourTransform transform = writer.choose_transform();
  GradientRows(writer, source.channels, source.channels >= 3, area.width, area.height).code();
  return transform;
}

LaneWords WriteLevels(const LevelRows& rows, const LevelTables& tables) {
  return laq::HWY_NAMESPACE::LaneWriter(rows, tables).write();
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::lossless
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::lossless {

HWY_EXPORT(CollectLevels);
HWY_EXPORT(WriteLevels);

void GradientHeader::write(ByteWriter& writer) const {
  writer.byte(static_cast<uint8_t>(transform));
  writer.integer(tables);
  writer.integer(escapes);
  writer.integer(symbols.size());
  writer.append(symbols);
  writer.append(words);
}

void encode_gradient(const LosslessHeader& header, const TileArea& area, const TileSamples& source, LevelRows& rows,
                     ByteWriter& writer) {
  rows.begin(area.pixels() * source.channels);
  GradientHeader gradient;
  gradient.transform = HWY_DYNAMIC_DISPATCH(CollectLevels)(header, area, source, rows);
  LevelTables tables = rows.tables();
  SymbolWriter symbols;
  LevelTablesCoder(symbols).code(tables);
  for (const int32_t escape : rows.escapes()) symbols.bits(32, static_cast<uint32_t>(escape));
  const std::vector<std::byte> written = symbols.finish();
  const LaneWords words = HWY_DYNAMIC_DISPATCH(WriteLevels)(rows, tables);
  gradient.tables = tables.tables.size();
  gradient.escapes = rows.escapes().size();
  gradient.symbols = written;
  gradient.words = words.stream();
  gradient.write(writer);
}

}  // namespace laq::lossless
#endif  // HWY_ONCE
