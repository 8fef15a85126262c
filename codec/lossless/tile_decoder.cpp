// Decoder of a tile, by any method.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <optional>

#include <zlib.h>

#include "base/bytes.h"
#include "entropy/coder.h"
#include "entropy/static_rans.h"
#include "lossless/colour_conversion.h"
#include "lossless/correction.h"
#include "lossless/drawn_tile.h"
#include "lossless/gradient_tile.h"
#include "lossless/png_filter.h"
#include "lossless/predicted_plane.h"
#include "lossless/tile.h"

namespace laq::lossless {
namespace {

constexpr size_t kInflate = 1 << 16;

void store(std::byte* to, size_t sample_bytes, uint16_t sample) {
  if (sample_bytes == 1) {
    *to = static_cast<std::byte>(sample);
  } else {
    std::memcpy(to, &sample, 2);
  }
}

class PlaneDecoder;
using PlaneDecoders = std::vector<std::unique_ptr<PlaneDecoder>>;

class TileDecoder {
 public:
  TileDecoder(const LosslessHeader& header, const TileArea& area, const TileSamples& out)
      : header_(header), area_(area), out_(out) {}

  bool decode(std::span<const std::byte> stream) {
    ByteReader reader(stream);
    const uint8_t method = reader.byte();
    if (method >= kTileMethods || reader.failed()) return false;
    switch (static_cast<TileMethod>(method)) {
      case TileMethod::raw:
        return decode_raw(reader.rest());
      case TileMethod::deflated:
        return decode_deflated(reader.rest());
      case TileMethod::predicted:
        return decode_predicted(reader);
      case TileMethod::converted:
        return decode_converted(reader);
      case TileMethod::drawn:
        return decode_drawn(reader.rest(), {});
      case TileMethod::composed:
        return decode_composed(reader);
      case TileMethod::gradient:
        return header_.max_error == 0 && decode_gradient(header_, area_, reader.rest(), out_);
    }
    return false;
  }

 private:
  size_t packed_row() const { return static_cast<size_t>(area_.width) * out_.pixel_bytes(); }

  // Samples of two bytes travel with the upper one first.
  bool put_row(int y, const std::byte* from) {
    std::byte* to = out_.row(y);
    const int count = area_.width * out_.channels;
    for (int i = 0; i < count; ++i, from += out_.sample_bytes, to += out_.sample_bytes) {
      const int sample = out_.sample_bytes == 1 ? std::to_integer<int>(*from)
                                                : std::to_integer<int>(from[0]) << 8 | std::to_integer<int>(from[1]);
      if (sample > header_.max_sample()) return false;
      store(to, out_.sample_bytes, static_cast<uint16_t>(sample));
    }
    return true;
  }

  bool decode_raw(std::span<const std::byte> bytes) {
    if (bytes.size() < packed_row() * area_.height) return false;
    for (int y = 0; y < area_.height; ++y) {
      if (!put_row(y, bytes.data() + packed_row() * y)) return false;
    }
    return true;
  }

  bool decode_deflated(std::span<const std::byte> bytes) {
    const size_t row = packed_row() + 1;
    std::vector<std::byte> rows(row * area_.height);
    auto size = static_cast<uLongf>(rows.size());
    const int status = uncompress(reinterpret_cast<Bytef*>(rows.data()), &size,
                                  reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()));
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status != Z_OK || size != rows.size()) return false;
    const size_t pixel = out_.pixel_bytes();
    const std::vector<std::byte> none(row);
    const std::byte* above = none.data() + 1;
    for (int y = 0; y < area_.height; ++y) {
      std::byte* const now = rows.data() + row * y + 1;
      const int filter = std::to_integer<int>(now[-1]);
      if (filter >= kPngFilters) return false;
      for (size_t i = 0; i + 1 < row; ++i) {
        const int a = i < pixel ? 0 : std::to_integer<int>(now[i - pixel]);
        const int c = i < pixel ? 0 : std::to_integer<int>(above[i - pixel]);
        now[i] = static_cast<std::byte>(std::to_integer<int>(now[i]) +
                                        png_prediction(filter, a, std::to_integer<int>(above[i]), c));
      }
      if (!put_row(y, now)) return false;
      above = now;
    }
    return true;
  }

  // Insets come first, so that their memory is freed before the pixels around them are decoded.
  bool decode_composed(ByteReader& reader) {
    std::vector<Inset> insets;
    if (!read_insets(reader, area_, insets)) return false;
    for (const Inset& inset : insets) {
      TileSamples out = out_;
      out.first = out_.row(inset.area.y) + static_cast<size_t>(inset.area.x) * out_.pixel_bytes();
      if (inset.stream[0] == static_cast<std::byte>(TileMethod::composed)) return false;
      if (!TileDecoder(header_, inset.area, out).decode(inset.stream)) return false;
    }
    return decode_drawn(reader.rest(), insets);
  }

  bool decode_drawn(std::span<const std::byte> bytes, const std::vector<Inset>& insets) {
    SymbolReader reader(bytes);
    PixelField field(area_.width, area_.height);
    DrawnTile tile(out_.channels, depth_of_drawn(header_), area_.width, area_.height);
    if (!tile.code(reader, field, insets)) return false;
    for (int y = 0; y < area_.height; ++y) {
      const Pixel* const row = field.row(y);
      std::byte* to = out_.row(y);
      for (int x = 0; x < area_.width; ++x, to += out_.pixel_bytes()) {
        if (!insets.empty() && DrawnTile::is_in_inset(insets, x, y)) continue;
        for (int channel = 0; channel < out_.channels; ++channel) {
          if (row[x][channel] > header_.max_coded(channel)) return false;
          store(to + channel * out_.sample_bytes, out_.sample_bytes, value(channel, row[x][channel]));
        }
      }
    }
    return true;
  }

  bool decode_predicted(ByteReader& reader);
  bool decode_converted(ByteReader& reader);
  template <class GiveRow>
  bool decode_planes(ByteReader& reader, const GiveRow& give_row);
  void store_row(int channel, const uint16_t* row, int y);

  uint16_t value(int channel, int coded) const {
    const std::vector<uint16_t>& values = header_.values[channel];
    return values.empty() ? static_cast<uint16_t>(coded) : values[coded];
  }

  const LosslessHeader& header_;
  const TileArea& area_;
  const TileSamples& out_;
};

// Gives the residuals of a plane out of its stream, and keeps the samples that follow from them in a ring of rows.
class ResidualReader {
 public:
  ResidualReader(const PlaneModel& model, std::span<const std::byte> stream, Plane<uint16_t>& samples)
      : tables_(model.tables.begin(), model.tables.end()), stream_(stream), reader_(stream_), samples_(samples) {
    for (int context = 0; context < kContexts; ++context) table_of_[context] = &tables_[model.table_of[context]];
  }
  // Pointers point into it.
  ResidualReader(const ResidualReader&) = delete;
  ResidualReader& operator=(const ResidualReader&) = delete;

  static constexpr bool kExpects = true;

  class Row {
   public:
    Row(const ResidualReader& from, uint16_t* samples)
        : table_of_(from.table_of_.data()), reader_(from.reader_), samples_(samples) {}
    // No branch on the token: it could not be predicted.
    int residual(int64_t expected, int fraction, int, int) {
      const NumbersOfToken& numbers = kNumbersOfToken[reader_.token(*table_of_[residual_context(expected, fraction)])];
      return residual_of_number(numbers.first | reader_.bits(numbers.extra_bits), is_mirrored(fraction));
    }
    void take(int x, int sample) { samples_[x] = static_cast<uint16_t>(sample); }
    const TokenReader& reader() const { return reader_; }

   private:
    const TokenTable* const* table_of_;
    TokenReader reader_;
    uint16_t* samples_;
  };
  Row begin_row(int y) const { return {*this, samples_.row(y % FramedPlane::kRowsOfRing)}; }
  void end_row(const Row& row) { reader_ = row.reader(); }
  bool is_complete() const { return reader_.is_complete(); }

 private:
  std::vector<TokenTable> tables_;
  std::array<const TokenTable*, kContexts> table_of_;
  TokenStream stream_;
  TokenReader reader_;
  Plane<uint16_t>& samples_;
};

class PlaneDecoder {
 public:
  PlaneDecoder(const LosslessHeader& header, const TileArea& area, int plane)
      : range_{header.max_coded(channel_of_plane(header.channels, plane)), header.step()},
        model_(references_of_plane(header.channels, plane), area.width, area.height),
        estimates_(area.width, area.height, FramedPlane::Rows::ring),
        errors_(area.width, area.height, FramedPlane::Rows::ring),
        samples_(area.width, FramedPlane::kRowsOfRing) {}
  // The memory of its three rings.
  static size_t bytes_of_rings(int width) {
    return 2 * FramedPlane::bytes_of_ring(width) + Plane<uint16_t>::bytes_of(width, FramedPlane::kRowsOfRing);
  }

  // The planes before this one are the last of `before`. False if the stream is damaged.
  bool begin(ByteReader& reader, const PlaneDecoders& before) {
    SymbolReader symbols(reader.take(reader.integer()));
    if (!code_predictors(symbols, model_) || !code_tables(symbols, model_) || symbols.is_past_end()) return false;
    const std::span<const std::byte> stream = reader.take(reader.integer());
    if (reader.failed()) return false;
    residuals_.emplace(model_, stream, samples_);
    PlaneSources estimates{&estimates_}, errors{&errors_};
    for (int i = 1; i <= model_.references; ++i) {
      estimates[i] = &before[before.size() - i]->estimates_;
      errors[i] = &before[before.size() - i]->errors_;
    }
    predicted_.emplace(model_, estimates_, errors_, estimates, errors, range_);
    return true;
  }

  // How many rows a plane is behind the first one: planes that it is predicted from are ahead by a row more.
  int delay() const { return 2 * model_.references; }
  PredictedPlane::RowOfPlane<ResidualReader> row(int y) { return {&*predicted_, &*residuals_, y}; }
  // A row that has been decoded, until it is overwritten (FramedPlane::Rows::ring).
  const uint16_t* samples(int y) const { return samples_.row(y % FramedPlane::kRowsOfRing); }
  bool is_complete() const { return residuals_->is_complete(); }

 private:
  PlaneRange range_;
  PlaneModel model_;
  FramedPlane estimates_, errors_;
  Plane<uint16_t> samples_;
  std::optional<ResidualReader> residuals_;
  std::optional<PredictedPlane> predicted_;
};

// give_row: takes the planes, of which row y has been decoded.
template <size_t kPlanes, class GiveRow>
void decode_rows(const PlaneDecoders& planes, int height, const GiveRow& give_row) {
  const auto row = [&](size_t plane, int time) { return planes[plane]->row(time - planes[plane]->delay()); };
  int most_delay = 0;
  for (const auto& plane : planes) most_delay = std::max(most_delay, plane->delay());
  for (int time = 0; time < height + most_delay; ++time) {
    if (time >= most_delay && time < height) {
      std::array<PredictedPlane::RowOfPlane<ResidualReader>, kPlanes> rows;
      for (size_t plane = 0; plane < kPlanes; ++plane) rows[plane] = row(plane, time);
      PredictedPlane::code_rows(rows);
    } else {
      for (size_t plane = 0; plane < kPlanes; ++plane) {
        const int y = time - planes[plane]->delay();
        if (y >= 0 && y < height) PredictedPlane::code_rows<1, ResidualReader>({{row(plane, time)}});
      }
    }
    if (time >= most_delay) give_row(time - most_delay);
  }
}

template <class GiveRow>
bool TileDecoder::decode_planes(ByteReader& reader, const GiveRow& give_row) {
  PlaneDecoders planes;
  for (int plane = 0; plane < out_.channels; ++plane) {
    auto decoder = std::make_unique<PlaneDecoder>(header_, area_, plane);
    if (!decoder->begin(reader, planes)) return false;
    planes.push_back(std::move(decoder));
  }
  const auto give = [&](int y) { give_row(planes, y); };
  switch (planes.size()) {
    case 1:
      decode_rows<1>(planes, area_.height, give);
      break;
    case 2:
      decode_rows<2>(planes, area_.height, give);
      break;
    case 3:
      decode_rows<3>(planes, area_.height, give);
      break;
    default:
      decode_rows<4>(planes, area_.height, give);
  }
  return std::all_of(planes.begin(), planes.end(), [](const auto& plane) { return plane->is_complete(); });
}

void TileDecoder::store_row(int channel, const uint16_t* row, int y) {
  const std::vector<uint16_t>& values = header_.values[channel];
  std::byte* to = out_.row(y) + channel * out_.sample_bytes;
  const size_t apart = out_.pixel_bytes();
  if (values.empty() && out_.sample_bytes == 1) {
    for (int x = 0; x < area_.width; ++x, to += apart) *to = static_cast<std::byte>(row[x]);
    return;
  }
  for (int x = 0; x < area_.width; ++x, to += apart) store(to, out_.sample_bytes, value(channel, row[x]));
}

bool TileDecoder::decode_predicted(ByteReader& reader) {
  return decode_planes(reader, [&](const PlaneDecoders& planes, int y) {
    for (int plane = 0; plane < out_.channels; ++plane)
      store_row(channel_of_plane(out_.channels, plane), planes[plane]->samples(y), y);
  });
}

bool TileDecoder::decode_converted(ByteReader& reader) {
  const uint8_t number = reader.byte();
  const std::span<const std::byte> of_corrections = reader.take(reader.integer());
  if (reader.failed() || number >= kConversions || !may_be_converted(header_)) return false;
  const auto conversion = static_cast<Conversion>(number);
  const bool has_corrections = !of_corrections.empty();
  SymbolReader symbols(of_corrections);
  Corrections corrections(area_.width);
  bool is_valid = true;
  const auto convert = [&](const PlaneDecoders& planes, int y) {
    const uint16_t *const luma = planes[0]->samples(y), *const red = planes[1]->samples(y),
                          *const blue = planes[2]->samples(y);
    std::byte* to = out_.row(y);
    corrections.begin_row();
    for (int x = 0; x < area_.width; ++x, to += out_.channels) {
      Rgb rgb = rgb_of(conversion, {red[x], luma[x], blue[x]});
      if (has_corrections) {
        const Rgb correction = corrections.code(symbols, x, {});
        for (size_t channel = 0; channel < rgb.size(); ++channel) {
          rgb[channel] += correction[channel];
          is_valid &= rgb[channel] >= 0 && rgb[channel] <= 255;
        }
      }
      for (size_t channel = 0; channel < rgb.size(); ++channel) to[channel] = static_cast<std::byte>(rgb[channel]);
    }
    if (out_.channels == 4) store_row(3, planes[3]->samples(y), y);
  };
  return decode_planes(reader, convert) && is_valid && !(has_corrections && symbols.is_past_end());
}

}  // namespace

size_t tile_decoding_bytes(const LosslessHeader& header, std::span<const std::span<const std::byte>> tiles) {
  const TileArea area = header.tile_area(0);
  size_t stream_bytes = 0;
  bool is_any_drawn = false;
  for (const std::span<const std::byte> tile : tiles) {
    if (tile.empty()) continue;
    stream_bytes = std::max(stream_bytes, tile.size());
    const auto method = static_cast<TileMethod>(tile[0]);
    is_any_drawn |= method == TileMethod::drawn || method == TileMethod::composed;
  }
  const auto pixels = static_cast<size_t>(area.pixels());
  const size_t deflated =
      (pixels * header.channels * header.sample_bytes()) + 2 * area.height + 2 * area.width * 8 + kInflate;
  const size_t drawn = !is_any_drawn
                           ? 0
                           : PixelField::bytes(area.width, area.height) +
                                 DrawnTile::bytes(header.channels, depth_of_drawn(header), area.width, area.height);
  const size_t of_model = kMostClasses * 2 * sizeof(Coefficients) + pixels / (kBlockSide * kBlockSide) +
                          (area.width + area.height) / kBlockSide + 2 +
                          kMostTables * (3 * sizeof(TokenFrequencies) + sizeof(TokenTable));
  const size_t of_plane = sizeof(PlaneDecoder) + PlaneDecoder::bytes_of_rings(area.width) + of_model +
                          PredictedPlane::bytes(area.width) + TokenStream::bytes(0);
  const size_t predicted =
      static_cast<size_t>(header.channels) * of_plane + Corrections::bytes(area.width) + stream_bytes;
  return std::max({deflated, drawn, predicted, gradient_decoding_bytes(header, area, stream_bytes)});
}

bool decode_tile(const LosslessHeader& header, const TileArea& area, std::span<const std::byte> stream,
                 const TileSamples& out) {
  return TileDecoder(header, area, out).decode(stream);
}

}  // namespace laq::lossless
