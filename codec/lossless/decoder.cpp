// Decoder: the payload of a picture without loss to samples.
#include <algorithm>
#include <atomic>

#include "base/checks.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "lossless/header.h"
#include "lossless/lossless_codec.h"
#include "lossless/tile.h"

namespace laq::lossless {
namespace {

uint64_t decoding_bytes(const LosslessPayload& payload, int threads) {
  const LosslessHeader& header = payload.header;
  constexpr size_t kBesides = 1 << 14, kOfThread = 1 << 10;
  const size_t of_tile = tile_decoding_bytes(header, payload.tiles) + kOfThread;
  const size_t busy = std::min<size_t>(static_cast<size_t>(resolve_threads(threads)), payload.tiles.size());
  const uint64_t samples = uint64_t{header.width} * header.height * header.channels * header.sample_bytes();
  return kBesides + samples + busy * of_tile + payload.tiles.size() * (sizeof(payload.tiles[0]) + sizeof(uint64_t)) +
         kMostChannels * (sizeof(uint16_t) << 16);
}

}  // namespace

Result<Picture> decode_picture(std::span<const std::byte> payload, const DecodeOptions& options) {
  const Result<LosslessPayload> parsed = read_payload(payload);
  if (!parsed) return parsed.error();
  const LosslessHeader& header = parsed->header;
  if (const auto error = check_pixels(header.width, header.height, options.max_pixels)) return *error;
  if (const auto error = check_tiles(*parsed)) return *error;
  if (const uint64_t needed = decoding_bytes(*parsed, options.threads); needed > options.max_bytes)
    return exceeds_memory(needed, options);
  Picture picture{header.width, header.height, header.channels, header.depth, {}, {}};
  picture.samples.resize(picture.row_bytes() * header.height);
  std::atomic<bool> is_corrupt{false};
  Progress progress(options.progress, uint64_t{header.width} * header.height);
  parallel_for(header.tiles(), {options.threads, options.pool}, [&](int tile, int) {
    if (is_corrupt || progress.cancelled()) return;
    const TileArea area = header.tile_area(tile);
    TileSamples out{nullptr, picture.row_bytes(), header.channels, header.sample_bytes()};
    out.first = picture.samples.data() + picture.row_bytes() * area.y + area.x * out.pixel_bytes();
    if (!decode_tile(header, area, parsed->tiles[tile], out)) is_corrupt = true;
    progress.advance(area.pixels());
  });
  if (progress.cancelled()) return Error{ErrorCode::cancelled, "cancelled by the caller"};
  if (is_corrupt) return damaged_tile();
  return picture;
}

Result<Info> inspect_picture(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const Result<LosslessHeader> header = LosslessHeader::read(reader);
  if (!header) return header.error();
  Info info;
  info.width = header->width;
  info.height = header->height;
  info.channels = header->channels;
  info.depth = header->depth;
  info.quality = 100;
  info.adaptive_quantization = false;
  info.has_bound = true;
  info.max_error = header->max_error;
  return info;
}

}  // namespace laq::lossless
