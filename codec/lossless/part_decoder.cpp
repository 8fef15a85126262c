#include "lossless/part_decoder.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>

#include "base/checks.h"
#include "base/parallel.h"
#include "base/plane.h"
#include "lossless/tile.h"

namespace laq::lossless {
namespace {

Workers workers_of(const PartOptions& options) {
  return {options.decode.threads, options.decode.pool};
}

// The mean of the samples of one channel in a square of the strip, rounded to nearest.
template <class Sample>
Sample mean_of(const std::byte* first, size_t row_bytes, int channels, int columns, int rows) {
  uint32_t sum = 0;
  for (int y = 0; y < rows; ++y) {
    const auto* sample = reinterpret_cast<const Sample*>(first + static_cast<size_t>(y) * row_bytes);
    for (int x = 0; x < columns; ++x, sample += channels) sum += *sample;
  }
  const auto count = static_cast<uint32_t>(rows * columns);
  return static_cast<Sample>((sum + count / 2) / count);
}

template <class Sample>
void fill_gray(const LosslessHeader& header, const TileArea& area, const TileSamples& out) {
  const auto gray = static_cast<Sample>((header.max_sample() + 1) / 2);
  const auto opaque = static_cast<Sample>(header.max_sample());
  for (int y = 0; y < area.height; ++y) {
    auto* sample = reinterpret_cast<Sample*>(out.row(y));
    for (int x = 0; x < area.width; ++x) {
      for (int channel = 1; channel <= header.channels; ++channel)
        *sample++ = channel == header.channels && channel % 2 == 0 ? opaque : gray;
    }
  }
}

}  // namespace

struct PartDecoder::Strip {
  int first_row = 0, end_row = 0;  // of tiles
  int x0 = 0, y0 = 0;              // of the picture
  size_t row_bytes = 0;
  std::byte* samples = nullptr;
};

PartDecoder::PartDecoder(LosslessPayload payload, const PartOptions& options, const RequestedPart& part)
    : payload_(std::move(payload)), options_(options), part_(part) {
  const int side = payload_.header.tile_side;
  first_column_ = part.x0 / side;
  end_column_ = (part.x1 - 1) / side + 1;
  first_row_ = part.y0 / side;
  end_row_ = (part.y1 - 1) / side + 1;
  // So many that all threads have work.
  const int columns = end_column_ - first_column_;
  rows_at_once_ = std::min((resolve_threads(workers_of(options)) + columns - 1) / columns, end_row_ - first_row_);
}

Result<PartDecoder> PartDecoder::open(std::span<const std::byte> payload, const PartOptions& options) {
  Result<LosslessPayload> parsed = read_payload(payload, options.allow_partial);
  if (!parsed) return parsed.error();
  const LosslessHeader& header = parsed->header;
  const Result<RequestedPart> part = requested_part(options, header.width, header.height);
  if (!part) return part.error();
  if (const auto error = check_tiles(*parsed)) return *error;
  return PartDecoder(std::move(*parsed), options, *part);
}

PartInfo PartDecoder::info() const {
  PartInfo info;
  info.width = static_cast<uint32_t>(part_.reduced_width());
  info.height = static_cast<uint32_t>(part_.reduced_height());
  info.channels = payload_.header.channels;
  info.depth = payload_.header.depth;
  return info;
}

std::vector<PictureRegion> PartDecoder::missing() const {
  std::vector<PictureRegion> regions;
  for (int row = first_row_; row < end_row_; ++row) {
    for (int column = first_column_; column < end_column_; ++column) {
      const int tile = row * payload_.header.tile_columns() + column;
      if (payload_.is_whole(tile)) continue;
      const TileArea area = payload_.header.tile_area(tile);
      if (const auto region = within(part_, area.x, area.y, area.x + area.width, area.y + area.height))
        regions.push_back(*region);
    }
  }
  return regions;
}

int PartDecoder::bytes_of_row() const {
  const LosslessHeader& header = payload_.header;
  const int end = std::min(end_column_ * header.tile_side, static_cast<int>(header.width));
  return (end - first_column_ * header.tile_side) * header.channels * static_cast<int>(header.sample_bytes());
}

uint64_t PartDecoder::bytes() const {
  const LosslessHeader& header = payload_.header;
  constexpr size_t kBesides = 1 << 14, kOfThread = 1 << 10;
  const size_t of_tile = tile_decoding_bytes(header, payload_.tiles) + kOfThread;
  const auto columns = static_cast<size_t>(end_column_ - first_column_), rows = static_cast<size_t>(rows_at_once_);
  const size_t busy = std::min(static_cast<size_t>(resolve_threads(workers_of(options_))), rows * columns);
  const int height = std::min(rows_at_once_ * header.tile_side, static_cast<int>(header.height));
  const size_t strip = Plane<std::byte>::bytes_of(bytes_of_row(), height);
  return kBesides + strip + busy * of_tile + payload_.tiles.size() * (sizeof(payload_.tiles[0]) + sizeof(uint64_t)) +
         kMostChannels * (sizeof(uint16_t) << 16);
}

bool PartDecoder::decode_tiles(const Strip& strip, Progress& progress) const {
  const LosslessHeader& header = payload_.header;
  const int columns = end_column_ - first_column_;
  std::atomic<bool> is_corrupt{false};
  parallel_for(columns * (strip.end_row - strip.first_row), workers_of(options_), [&](int piece, int) {
    if (progress.cancelled()) return;
    const int tile = (strip.first_row + piece / columns) * header.tile_columns() + first_column_ + piece % columns;
    const TileArea area = header.tile_area(tile);
    TileSamples out{nullptr, strip.row_bytes, header.channels, header.sample_bytes()};
    out.first = strip.samples + strip.row_bytes * static_cast<size_t>(area.y - strip.y0) +
                static_cast<size_t>(area.x - strip.x0) * out.pixel_bytes();
    if (!payload_.is_whole(tile)) {
      header.sample_bytes() == 1 ? fill_gray<uint8_t>(header, area, out) : fill_gray<uint16_t>(header, area, out);
    } else if (!decode_tile(header, area, payload_.tiles[tile], out)) {
      is_corrupt = true;
    }
    progress.advance(area.pixels());
  });
  return !is_corrupt;
}

// Gives the rows of the strip that lie in the part. False if the sink cancels.
bool PartDecoder::give_rows(const Strip& strip, RowSink& sink) const {
  const LosslessHeader& header = payload_.header;
  const int factor = part_.reduction, side = header.tile_side;
  const int begin = std::max(part_.y0, strip.first_row * side), end = std::min(part_.y1, strip.end_row * side);
  const size_t sample_bytes = header.sample_bytes(), pixel_bytes = static_cast<size_t>(header.channels) * sample_bytes;
  const auto row_of = [&](int y) {
    return strip.samples + strip.row_bytes * static_cast<size_t>(y - strip.y0) +
           static_cast<size_t>(part_.x0 - strip.x0) * pixel_bytes;
  };
  const auto reduce_row = [&](int y, auto* out) {
    using Sample = std::remove_pointer_t<decltype(out)>;
    const int rows = std::min(factor, end - y);
    for (int x = part_.x0; x < part_.x1; x += factor) {
      const std::byte* const first = row_of(y) + static_cast<size_t>(x - part_.x0) * pixel_bytes;
      for (int channel = 0; channel < header.channels; ++channel)
        *out++ = mean_of<Sample>(first + static_cast<size_t>(channel) * sample_bytes, strip.row_bytes, header.channels,
                                 std::min(factor, part_.x1 - x), rows);
    }
  };
  const auto most = static_cast<int>(std::min<uint32_t>(sink.rows_at_once(), header.height));
  for (int y = begin; y < end;) {
    const auto first = static_cast<uint32_t>((y - part_.y0) / factor);
    const RowsOfSamples room = sink.room(first);
    uint32_t count = 0;
    for (; y < end && count < static_cast<uint32_t>(most); y += factor, ++count) {
      std::byte* const out = room.first + room.row_bytes * count;
      if (factor == 1) {
        std::memcpy(out, row_of(y), static_cast<size_t>(part_.x1 - part_.x0) * pixel_bytes);
      } else if (sample_bytes == 1) {
        reduce_row(y, reinterpret_cast<uint8_t*>(out));
      } else {
        reduce_row(y, reinterpret_cast<uint16_t*>(out));
      }
    }
    if (!sink.take(first, count)) return false;
  }
  return true;
}

std::optional<Error> PartDecoder::decode(RowSink& sink, uint64_t bytes_of_sink) const {
  if (const uint64_t needed = bytes() + bytes_of_sink; needed > options_.decode.max_bytes)
    return exceeds_memory(needed, options_.decode);
  const LosslessHeader& header = payload_.header;
  const Error cancelled{ErrorCode::cancelled, "cancelled by the caller"};
  const int side = header.tile_side;
  const auto end_of = [&](int tiles, uint32_t most) { return std::min(tiles * side, static_cast<int>(most)); };
  const int x0 = first_column_ * side, x1 = end_of(end_column_, header.width);
  const int y1 = end_of(end_row_, header.height);
  Progress progress(options_.decode.progress,
                    static_cast<uint64_t>(x1 - x0) * static_cast<uint64_t>(y1 - first_row_ * side));
  const int tallest = std::min(rows_at_once_ * side, y1 - first_row_ * side);
  Plane<std::byte> samples(bytes_of_row(), tallest, options_.decode.memory);
  for (int row = first_row_; row < end_row_; row += rows_at_once_) {
    const Strip strip{row,        std::min(row + rows_at_once_, end_row_), x0,
                      row * side, static_cast<size_t>(samples.stride()),   samples.row(0)};
    if (!decode_tiles(strip, progress)) return damaged_tile();
    if (progress.cancelled() || !give_rows(strip, sink)) return cancelled;
  }
  return std::nullopt;
}

}  // namespace laq::lossless
