// Decoder of a tile, by any method.
#include <algorithm>
#include <cstring>
#include <new>

#include <zlib.h>

#include "base/bytes.h"
#include "entropy/coder.h"
#include "entropy/static_rans.h"
#include "lossless/drawn_tile.h"
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

  bool decode_predicted(ByteReader& reader) {
    std::vector<FramedPlane> samples, errors;
    for (int plane = 0; plane < out_.channels; ++plane) {
      samples.emplace_back(area_.width, area_.height);
      errors.emplace_back(area_.width, area_.height);
    }
    for (int plane = 0; plane < out_.channels; ++plane) {
      if (!decode_plane(reader, plane, samples, errors)) return false;
    }
    return true;
  }

  bool decode_plane(ByteReader& reader, int plane, std::vector<FramedPlane>& samples, std::vector<FramedPlane>& errors);

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

  void begin_row(int) {}
  int residual(int context, bool is_mirrored, int, int) {
    const int token = reader_.token(tables_[model_.table_of[context]]);
    uint32_t number = first_of_token(token);
    if (token >= static_cast<int>(kWholeTokens)) number |= reader_.bits(extra_bits(token));
    return residual_of_number(number, is_mirrored);
  }
  bool is_complete() const { return reader_.is_complete(); }

 private:
  const PlaneModel& model_;
  TokenReader reader_;
  std::vector<TokenTable> tables_;
};

bool TileDecoder::decode_plane(ByteReader& reader, int plane, std::vector<FramedPlane>& samples,
                               std::vector<FramedPlane>& errors) {
  PlaneModel model(references_of_plane(out_.channels, plane), area_.width, area_.height);
  SymbolReader symbols(reader.take(reader.integer()));
  if (!code_predictors(symbols, model) || !code_tables(symbols, model) || symbols.is_past_end()) return false;
  const std::span<const std::byte> stream = reader.take(reader.integer());
  if (reader.failed()) return false;
  const int channel = channel_of_plane(out_.channels, plane);
  ResidualReader residuals(model, stream);
  PredictedPlane walk(model, samples[plane], errors[plane],
                      {header_.max_coded(channel), static_cast<int>(2 * header_.max_error + 1)});
  PlaneSources of_samples{}, of_errors{};
  for (int i = 0; i <= model.references; ++i) {
    of_samples[i] = &samples[plane - i];
    of_errors[i] = &errors[plane - i];
  }
  walk.code(residuals, of_samples, of_errors);
  if (!residuals.is_complete()) return false;
  for (int y = 0; y < area_.height; ++y) {
    const float* const row = samples[plane].row(y);
    std::byte* to = out_.row(y) + channel * out_.sample_bytes;
    for (int x = 0; x < area_.width; ++x, to += out_.pixel_bytes())
      store(to, out_.sample_bytes, value(channel, static_cast<int>(row[x])));
  }
  return true;
}

}  // namespace

size_t tile_decoding_bytes(const LosslessHeader& header, const TileArea& area, size_t stream_bytes) {
  const auto pixels = static_cast<size_t>(area.pixels());
  const size_t deflated =
      (pixels * header.channels * header.sample_bytes()) + 2 * area.height + 2 * area.width * 8 + kInflate;
  const size_t drawn = PixelField::bytes(area.width, area.height) + DrawnTile::bytes();
  const size_t planes = 2 * static_cast<size_t>(header.channels) *
                        (FramedPlane::bytes(area.width, area.height) + sizeof(FramedPlane) * 2);
  const size_t of_model = kMostClasses * 2 * sizeof(Coefficients) + pixels / (kBlockSide * kBlockSide) +
                          (area.width + area.height) / kBlockSide + 2 +
                          kMostTables * (3 * sizeof(TokenFrequencies) + sizeof(TokenTable));
  const size_t predicted = planes + of_model + PredictedPlane::bytes(area.width) + TokenReader::bytes(stream_bytes);
  return std::max({deflated, drawn, predicted});
}

bool decode_tile(const LosslessHeader& header, const TileArea& area, std::span<const std::byte> stream,
                 const TileSamples& out) {
  return TileDecoder(header, area, out).decode(stream);
}

}  // namespace laq::lossless
