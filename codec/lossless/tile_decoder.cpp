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
      case TileMethod::drawn:
        return decode_drawn(reader.rest());
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

  bool decode_drawn(std::span<const std::byte> bytes) {
    SymbolReader reader(bytes);
    PixelField field(area_.width, area_.height);
    DrawnTile tile(out_.channels);
    if (!tile.code(reader, field)) return false;
    for (int y = 0; y < area_.height; ++y) {
      const Pixel* const row = field.row(y);
      std::byte* to = out_.row(y);
      for (int x = 0; x < area_.width; ++x) {
        for (int channel = 0; channel < out_.channels; ++channel, to += out_.sample_bytes) {
          if (row[x][channel] > header_.max_coded(channel)) return false;
          store(to, out_.sample_bytes, value(channel, row[x][channel]));
        }
      }
    }
    return true;
  }

  bool decode_predicted(ByteReader& reader);

  uint16_t value(int channel, int coded) const {
    const std::vector<uint16_t>& values = header_.values[channel];
    return values.empty() ? static_cast<uint16_t>(coded) : values[coded];
  }

  const LosslessHeader& header_;
  const TileArea& area_;
  const TileSamples& out_;
};

// Gives the residuals of a plane out of its stream.
class ResidualReader {
 public:
  ResidualReader(const PlaneModel& model, std::span<const std::byte> stream) : model_(model), reader_(stream) {
    tables_.reserve(model.tables.size());
    for (const TokenFrequencies& table : model.tables) tables_.emplace_back(table);
  }

  static constexpr bool kExpects = true;

  void begin_row(int) {}
  int residual(int64_t expected, int fraction, int, int) {
    const int token = reader_.token(tables_[model_.table_of[residual_context(expected, fraction)]]);
    uint32_t number = first_of_token(token);
    if (token >= static_cast<int>(kWholeTokens)) number |= reader_.bits(extra_bits(token));
    return residual_of_number(number, is_mirrored(fraction));
  }
  bool is_complete() const { return reader_.is_complete(); }

 private:
  const PlaneModel& model_;
  TokenReader reader_;
  std::vector<TokenTable> tables_;
};

class PlaneDecoder {
 public:
  PlaneDecoder(const LosslessHeader& header, const TileArea& area, int plane)
      : range_{header.max_coded(channel_of_plane(header.channels, plane)), static_cast<int>(2 * header.max_error + 1)},
        model_(references_of_plane(header.channels, plane), area.width, area.height),
        samples_(area.width, area.height),
        errors_(area.width, area.height) {}

  // The planes before this one are the last of `before`. False if the stream is damaged.
  bool begin(ByteReader& reader, const std::vector<std::unique_ptr<PlaneDecoder>>& before) {
    SymbolReader symbols(reader.take(reader.integer()));
    if (!code_predictors(symbols, model_) || !code_tables(symbols, model_) || symbols.is_past_end()) return false;
    const std::span<const std::byte> stream = reader.take(reader.integer());
    if (reader.failed()) return false;
    residuals_.emplace(model_, stream);
    PlaneSources samples{&samples_}, errors{&errors_};
    for (int i = 1; i <= model_.references; ++i) {
      samples[i] = &before[before.size() - i]->samples_;
      errors[i] = &before[before.size() - i]->errors_;
    }
    predicted_.emplace(model_, samples_, errors_, samples, errors, range_);
    return true;
  }

  // How many rows a plane is behind the first one: planes that it is predicted from are ahead by a row more.
  int delay() const { return 2 * model_.references; }
  PredictedPlane::RowOfPlane<ResidualReader> row(int y) { return {&*predicted_, &*residuals_, y}; }
  const FramedPlane& samples() const { return samples_; }
  bool is_complete() const { return residuals_->is_complete(); }

 private:
  PlaneRange range_;
  PlaneModel model_;
  FramedPlane samples_, errors_;
  std::optional<ResidualReader> residuals_;
  std::optional<PredictedPlane> predicted_;
};

template <size_t kPlanes>
void decode_planes(const std::vector<std::unique_ptr<PlaneDecoder>>& planes, int height) {
  const auto row = [&](size_t plane, int time) { return planes[plane]->row(time - planes[plane]->delay()); };
  int most_delay = 0;
  for (const auto& plane : planes) most_delay = std::max(most_delay, plane->delay());
  for (int time = 0; time < height + most_delay; ++time) {
    if (time >= most_delay && time < height) {
      std::array<PredictedPlane::RowOfPlane<ResidualReader>, kPlanes> rows;
      for (size_t plane = 0; plane < kPlanes; ++plane) rows[plane] = row(plane, time);
      PredictedPlane::code_rows(rows);
      continue;
    }
    for (size_t plane = 0; plane < kPlanes; ++plane) {
      const int y = time - planes[plane]->delay();
      if (y >= 0 && y < height) PredictedPlane::code_rows<1, ResidualReader>({{row(plane, time)}});
    }
  }
}

bool TileDecoder::decode_predicted(ByteReader& reader) {
  std::vector<std::unique_ptr<PlaneDecoder>> planes;
  for (int plane = 0; plane < out_.channels; ++plane) {
    auto decoder = std::make_unique<PlaneDecoder>(header_, area_, plane);
    if (!decoder->begin(reader, planes)) return false;
    planes.push_back(std::move(decoder));
  }
  constexpr std::array kDecode = {decode_planes<1>, decode_planes<2>, decode_planes<3>, decode_planes<4>};
  kDecode[planes.size() - 1](planes, area_.height);
  for (int plane = 0; plane < out_.channels; ++plane) {
    if (!planes[plane]->is_complete()) return false;
    const int channel = channel_of_plane(out_.channels, plane);
    for (int y = 0; y < area_.height; ++y) {
      const float* const row = planes[plane]->samples().row(y);
      std::byte* to = out_.row(y) + channel * out_.sample_bytes;
      for (int x = 0; x < area_.width; ++x, to += out_.pixel_bytes())
        store(to, out_.sample_bytes, value(channel, static_cast<int>(row[x])));
    }
  }
  return true;
}

}  // namespace

size_t tile_decoding_bytes(const LosslessHeader& header, const TileArea& area, size_t stream_bytes) {
  const auto pixels = static_cast<size_t>(area.pixels());
  const size_t deflated =
      (pixels * header.channels * header.sample_bytes()) + 2 * area.height + 2 * area.width * 8 + kInflate;
  const size_t drawn = PixelField::bytes(area.width, area.height) + DrawnTile::bytes();
  const size_t of_model = kMostClasses * 2 * sizeof(Coefficients) + pixels / (kBlockSide * kBlockSide) +
                          (area.width + area.height) / kBlockSide + 2 +
                          kMostTables * (3 * sizeof(TokenFrequencies) + sizeof(TokenTable));
  const size_t of_plane = sizeof(PlaneDecoder) + 2 * FramedPlane::bytes(area.width, area.height) + of_model +
                          PredictedPlane::bytes(area.width) + TokenReader::bytes(0);
  const size_t predicted = static_cast<size_t>(header.channels) * of_plane + stream_bytes;
  return std::max({deflated, drawn, predicted, gradient_decoding_bytes(header, area, stream_bytes)});
}

bool decode_tile(const LosslessHeader& header, const TileArea& area, std::span<const std::byte> stream,
                 const TileSamples& out) {
  return TileDecoder(header, area, out).decode(stream);
}

}  // namespace laq::lossless
