#include <algorithm>
#include <array>

#include "base/scalable_targets.h"
#include "entropy/coder.h"
#include "lossless/gradient_tile.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lossless/gradient_decoder.cpp"
// Eight lanes are the most that states come in, and g++ 12 fails at masked loads of bytes for targets with masks.
#define HWY_DISABLED_TARGETS (LAQ_SCALABLE_TARGETS | HWY_AVX3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "entropy/lane_rans-inl.h"
#include "lossless/gradient_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::lossless {
namespace HWY_NAMESPACE {

// Converts planes to channels. Sums wrap, as a damaged stream may hold anything.
inline void restore_colours(ColourTransform transform, int width, const GradientRow& row) {
  int32_t* HWY_RESTRICT first = row[0];
  int32_t* HWY_RESTRICT second = row[1];
  int32_t* HWY_RESTRICT third = row[2];
  const auto add = [](int32_t a, int32_t b) {
    return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
  };
  const auto subtract = [](int32_t a, int32_t b) {
    return static_cast<int32_t>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
  };
  if (transform == ColourTransform::subtract_green) {
    for (int x = 0; x < width; ++x) {
      const int32_t green = first[x];
      first[x] = add(second[x], green);
      second[x] = green;
      third[x] = add(third[x], green);
    }
  } else if (transform == ColourTransform::ycocg) {
    for (int x = 0; x < width; ++x) {
      const int32_t middle = subtract(first[x], third[x] >> 1), blue = subtract(middle, second[x] >> 1);
      first[x] = add(second[x], blue);
      second[x] = add(third[x], middle);
      third[x] = blue;
    }
  }
}

class GradientReader {
 public:
  static constexpr bool kReads = true;

  GradientReader(const LosslessHeader& header, const TileArea& area, const GradientHeader& gradient,
                 const LevelTables& tables, std::span<const int32_t> escapes, const TileSamples& out)
      : header_(header),
        transform_(gradient.transform),
        width_(area.width),
        out_(out),
        lanes_(tables, gradient.words, escapes, area.width) {}

  bool code(int32_t* levels, int length, const uint8_t* classes, int set) {
    return lanes_.read(levels, length, classes, set);
  }

  // False if a sample is out of its range.
  bool store(int y, const GradientRow& row) const {
    restore_colours(transform_, width_, row);
    for (int channel = 0; channel < out_.channels; ++channel) {
      const auto most = static_cast<uint32_t>(header_.max_coded(channel));
      uint32_t largest = 0;  // negative samples are larger than any
      for (int x = 0; x < width_; ++x) largest = std::max(largest, static_cast<uint32_t>(row[channel][x]));
      if (largest > most) return false;
      const std::vector<uint16_t>& values = header_.values[channel];
      if (values.empty()) continue;
      for (int x = 0; x < width_; ++x) row[channel][x] = values[row[channel][x]];
    }
    if (out_.sample_bytes == 1) {
      store_as<uint8_t>(row, reinterpret_cast<uint8_t*>(out_.row(y)));
    } else {
      store_as<uint16_t>(row, reinterpret_cast<uint16_t*>(out_.row(y)));
    }
    return true;
  }
  bool is_complete() const { return lanes_.is_complete(); }

 private:
  template <class Sample>
  void store_as(const GradientRow& row, Sample* to) const {
    switch (out_.channels) {
      case 1:
        return interleave<1>(row, to);
      case 2:
        return interleave<2>(row, to);
      case 3:
        return interleave<3>(row, to);
      default:
        return interleave<4>(row, to);
    }
  }
  template <int kChannels, class Sample>
  void interleave(const GradientRow& row, Sample* HWY_RESTRICT to) const {
    for (int x = 0; x < width_; ++x, to += kChannels) {
      for (int channel = 0; channel < kChannels; ++channel) to[channel] = static_cast<Sample>(row[channel][x]);
    }
  }

  const LosslessHeader& header_;
  ColourTransform transform_;
  int width_;
  const TileSamples& out_;
  laq::HWY_NAMESPACE::LaneReader lanes_;
};

bool ReadGradient(const LosslessHeader& header, const TileArea& area, const GradientHeader& gradient,
                  const LevelTables& tables, std::span<const int32_t> escapes, const TileSamples& out) {
  GradientReader reader(header, area, gradient, tables, escapes, out);
  return GradientRows(reader, out.channels, out.channels >= 3, area.width, area.height).code() && reader.is_complete();
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::lossless
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::lossless {

HWY_EXPORT(ReadGradient);

namespace {

// Each escape takes four bytes of the symbols, whose zeros at the end are left out.
uint64_t most_escapes(size_t symbol_bytes) {
  return symbol_bytes / sizeof(int32_t) + 2;
}

}  // namespace

bool GradientHeader::read(ByteReader& reader, uint64_t samples) {
  const uint8_t number = reader.byte();
  tables = reader.integer(kLevelContexts);
  escapes = reader.integer(samples);
  symbols = reader.take(reader.integer());
  words = reader.rest();
  transform = static_cast<ColourTransform>(number);
  return !reader.failed() && number < kColourTransforms && tables > 0 && escapes <= most_escapes(symbols.size());
}

size_t gradient_decoding_bytes(const LosslessHeader& header, const TileArea& area, size_t stream_bytes) {
  // GradientRows is the same for every target but for the vectors.
  constexpr size_t kOfSample = 22, kOfColumn = 3, kMargins = 96;
  const size_t rows = (area.width + kMargins) * (kGradientPlanes * kOfSample + kOfColumn);
  const size_t lanes = (kLevelContexts * sizeof(uint32_t) << kSlotBits) + kLevelContexts * sizeof(LevelFrequencies) +
                       10 * (static_cast<size_t>(area.width) + kRowPadding);
  // Escapes are as long as the symbols, words as long as what is left.
  return rows + lanes + stream_bytes + (most_escapes(stream_bytes) - stream_bytes / sizeof(int32_t)) * sizeof(int32_t) +
         header.channels * sizeof(int32_t);
}

bool decode_gradient(const LosslessHeader& header, const TileArea& area, std::span<const std::byte> stream,
                     const TileSamples& out) {
  ByteReader reader(stream);
  GradientHeader gradient;
  if (!gradient.read(reader, area.pixels() * header.channels)) return false;
  if (gradient.transform != ColourTransform::none && header.channels < 3) return false;
  SymbolReader symbols(gradient.symbols);
  LevelTables tables;
  tables.tables.resize(gradient.tables);
  if (!LevelTablesCoder(symbols).code(tables)) return false;
  std::vector<int32_t> escapes(gradient.escapes);
  for (int32_t& escape : escapes) escape = static_cast<int32_t>(symbols.bits(32));
  if (symbols.is_past_end()) return false;
  return HWY_DYNAMIC_DISPATCH(ReadGradient)(header, area, gradient, tables, escapes, out);
}

}  // namespace laq::lossless
#endif  // HWY_ONCE
