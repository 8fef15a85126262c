// Decoder: a picture payload to samples.
#include <algorithm>
#include <atomic>
#include <numeric>
#include <optional>
#include <vector>

#include "base/checks.h"
#include "base/parallel.h"
#include "picture/colour.h"
#include "picture/filter/loop_filter.h"
#include "picture/picture_codec.h"
#include "picture/reconstruct/tile_decoder.h"
#include "picture/syntax/filter_syntax.h"
#include "picture/syntax/payload.h"
#include "picture/tile.h"
#include "picture/trace.h"

namespace laq::picture {
namespace {

// An error if a tile claims more pixels than its bytes can hold. It is called before anything is allocated for them.
std::optional<Error> check_tiles(const PicturePayload& payload) {
  const int tiles = payload.header.tiles();
  for (size_t i = 0; i < payload.tiles.size(); ++i) {
    const Rectangle tile = payload.header.tile_rectangle(static_cast<int>(i) % tiles);
    auto error = check_expansion("tile " + std::to_string(i), tile.area(), "pixels", payload.tiles[i].size());
    if (error) return error;
  }
  return std::nullopt;
}

// The memory that decoding takes, at most, without a trace. Tiles, loop filter and samples come one after the other.
uint64_t decoding_bytes(const PicturePayload& payload, int threads) {
  const PictureHeader& header = payload.header;
  const int width = header.padded_width(), height = header.padded_height();
  const size_t pieces = payload.tiles.size();
  constexpr size_t kOfTable = 2 * sizeof(std::span<const std::byte>) + sizeof(int), kOfThread = 1 << 10;
  const size_t of_tile = TileDecoder<SymbolReader>::bytes(header.tile_rectangle(0), header.colour_planes()) + kOfThread;
  const size_t tiles = std::min<size_t>(resolve_threads(threads), pieces) * of_tile;
  const size_t filter = loop_filter_bytes(width, height, header.colour_planes(), threads) +
                        SuperblockPresets::bytes_of(superblocks(width), superblocks(height));
  const size_t samples = size_t{header.width} * header.height * header.channels * (header.depth > 8 ? 2 : 1);
  constexpr size_t kBesides = 1 << 12;
  return kBesides + CodedPicture::bytes(header) + pieces * kOfTable + std::max({tiles, filter, samples});
}

bool read_presets(std::span<const std::byte> bytes, int count, SuperblockPresets& presets) {
  SymbolReader reader(bytes);
  code_superblock_presets(reader, presets);
  if (reader.is_past_end()) return false;
  for (int y = 0; y < presets.height(); ++y) {
    if (std::any_of(presets.row(y), presets.row(y) + presets.width(), [&](uint8_t p) { return p > count; }))
      return false;
  }
  return true;
}

// The same results with a tracer and without one, which is null.
bool decode_tile(const TileState& tile, int group, std::span<const std::byte> stream, PictureTracer* tracer) {
  if (tracer != nullptr) return tracer->decode_tile(tile, group, stream);
  SymbolReader symbols(stream);
  return TileDecoder(tile, symbols).decode();
}

}  // namespace

Result<Picture> decode_picture(std::span<const std::byte> payload, const DecodeOptions& options, PictureTrace* trace) {
  Result<PicturePayload> parsed = read_payload(payload);
  if (!parsed) return parsed.error();
  const PictureHeader* const header = &parsed->header;
  if (uint64_t{header->width} * header->height > options.max_pixels) {
    return Error{ErrorCode::limit_exceeded, "the picture has " + std::to_string(header->width) + " x " +
                                                std::to_string(header->height) + " pixels, more than the limit of " +
                                                std::to_string(options.max_pixels)};
  }
  if (const auto error = check_tiles(*parsed)) return *error;
  const uint64_t needed = decoding_bytes(*parsed, options.threads) +
                          (trace != nullptr ? PictureTracer::bytes(*header, options.threads) : 0);
  if (needed > options.max_bytes) return exceeds_memory(needed, options);
  std::optional<PictureTracer> tracer;
  if (trace != nullptr) tracer.emplace(*header);
  CodedPicture picture(*header, options.threads);
  std::atomic<bool> corrupt{false};
  // The largest tiles come first, so that no thread begins one at the end.
  std::vector<int> order(parsed->tiles.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](int a, int b) { return parsed->tiles[a].size() > parsed->tiles[b].size(); });
  parallel_for(static_cast<int>(order.size()), options.threads, [&](int index, int) {
    const int piece = order[index];
    const int group = piece / picture.tiles();
    const TileState tile = picture.tile_state(piece % picture.tiles(), group);
    if (!decode_tile(tile, group, parsed->tiles[piece], tracer ? &*tracer : nullptr)) corrupt = true;
  });
  if (corrupt) return Error{ErrorCode::corrupt, "a tile holds an impossible value or ends too early"};
  for (int group = 0; group < header->groups(); ++group) {
    SuperblockPresets presets = make_superblock_presets(header->padded_width(), header->padded_height());
    if (header->loop_filter[group].presets > 0 &&
        !read_presets(parsed->presets[group], header->loop_filter[group].presets, presets)) {
      return Error{ErrorCode::corrupt, "a superblock chooses a loop filter that does not exist"};
    }
    apply_loop_filter(picture.group_planes(group), picture.cells[group], presets, header->loop_filter[group],
                      header->max_sample(), options.threads);
    if (tracer) tracer->set_presets(group, std::move(presets));
  }
  if (tracer) tracer->finish(picture, payload.size(), *trace);
  return from_planes(picture.planes, *header, options.threads);
}

Result<Info> inspect_picture(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const Result<PictureHeader> header = PictureHeader::read(reader);
  if (!header) return header.error();
  Info info;
  info.width = header->width;
  info.height = header->height;
  info.channels = header->channels;
  info.depth = header->depth;
  info.quality = header->quality;
  info.tune = header->tune;
  info.adaptive_quantization = header->adaptive_quantization;
  return info;
}

}  // namespace laq::picture
