// Decoder: a picture payload to samples.
#include <algorithm>
#include <atomic>
#include <numeric>
#include <vector>

#include "base/parallel.h"
#include "picture/colour.h"
#include "picture/filter_syntax.h"
#include "picture/payload.h"
#include "picture/picture_codec.h"
#include "picture/tile.h"
#include "picture/tile_decoder.h"

namespace laq {
namespace {

uint64_t decoder_bytes(const PictureHeader& header) {
  const uint64_t pixels = uint64_t{header.width + 72} * (header.height + 8);
  return pixels * (header.planes() * 4 + 1 + header.channels * (header.depth > 8 ? 2 : 1));
}

bool read_presets(std::span<const std::byte> bytes, int count, SuperblockPresets& presets) {
  SymbolReader reader(bytes);
  code_superblock_presets(reader, presets);
  for (int y = 0; y < presets.height(); ++y) {
    if (std::any_of(presets.row(y), presets.row(y) + presets.width(), [&](uint8_t p) { return p > count; }))
      return false;
  }
  return true;
}

}  // namespace

Result<Picture> decode_picture(std::span<const std::byte> payload, const DecodeOptions& options) {
  Result<PicturePayload> parsed = read_payload(payload);
  if (!parsed) return parsed.error();
  const PictureHeader* const header = &parsed->header;
  if (uint64_t{header->width} * header->height > options.max_pixels) {
    return Error{ErrorCode::limit_exceeded, "the picture has " + std::to_string(header->width) + " x " +
                                                std::to_string(header->height) + " pixels, more than the limit of " +
                                                std::to_string(options.max_pixels)};
  }
  if (decoder_bytes(*header) > options.max_bytes) {
    return Error{ErrorCode::limit_exceeded, "decoding needs " + std::to_string(decoder_bytes(*header)) +
                                                " bytes of memory, more than the limit of " +
                                                std::to_string(options.max_bytes)};
  }
  CodedPicture picture(*header, options.threads);
  std::atomic<bool> corrupt{false};
  // The largest first, so that no thread is left with one at the end.
  std::vector<int> order(parsed->tiles.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](int a, int b) { return parsed->tiles[a].size() > parsed->tiles[b].size(); });
  parallel_for(static_cast<int>(order.size()), options.threads, [&](int index, int) {
    const int piece = order[index];
    const int group = piece / picture.tiles();
    SymbolReader symbols(parsed->tiles[piece]);
    TileDecoder decoder(picture.tile_state(piece % picture.tiles(), group), symbols);
    if (!decoder.decode()) corrupt = true;
  });
  if (corrupt) return Error{ErrorCode::corrupt, "a tile holds an impossible value"};
  for (int group = 0; group < header->groups(); ++group) {
    SuperblockPresets presets = make_superblock_presets(header->padded_width(), header->padded_height());
    if (header->loop_filter[group].presets > 0 &&
        !read_presets(parsed->presets[group], header->loop_filter[group].presets, presets)) {
      return Error{ErrorCode::corrupt, "a superblock chooses a loop filter that does not exist"};
    }
    apply_loop_filter(picture.group_planes(group), picture.cells[group], presets, header->loop_filter[group],
                      header->max_sample(), options.threads);
  }
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

}  // namespace laq
