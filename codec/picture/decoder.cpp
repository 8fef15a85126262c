// Decoder: a picture payload to samples.
#include <atomic>

#include "base/parallel.h"
#include "entropy/coder.h"
#include "picture/colour.h"
#include "picture/picture_codec.h"
#include "picture/tile.h"

namespace laq {
namespace {

class TileDecoder {
 public:
  TileDecoder(const TileState& tile, std::span<const std::byte> bytes)
      : tile_(tile), reader_(bytes), models_(tile.context.base_step_index) {
    levels_.resize(kMaxPlanes * kMaxCodedSize * kMaxCodedSize);
  }

  bool decode() {
    const Rectangle& r = tile_.context.tile;
    for (int y = r.y0; y < r.y1; y += kSuperblockSize) {
      for (int x = r.x0; x < r.x1; x += kSuperblockSize) {
        if (!decode_node(x, y, 6)) return false;
      }
    }
    return true;
  }

 private:
  bool decode_node(int x, int y, int log2_size) {
    const SyntaxContext& context = tile_.context;
    if (x >= context.tile.x1 || y >= context.tile.y1) return true;
    Partition partition = Partition::none;
    if (split_is_implied(context, x, y, log2_size)) {
      partition = Partition::split;
    } else if (log2_size > 2) {
      partition = code_partition(reader_, models_, context, x, y, log2_size, partition);
    }
    return for_each_part(
        partition, x, y, log2_size, [&](int bx, int by, int w, int h) { return decode_block(bx, by, w, h); },
        [&](int nx, int ny, int size) { return decode_node(nx, ny, size); });
  }

  bool decode_block(int x, int y, int log2_width, int log2_height) {
    Block block;
    block.x = x;
    block.y = y;
    block.log2_width = static_cast<uint8_t>(log2_width);
    block.log2_height = static_cast<uint8_t>(log2_height);
    for (int plane = 0; plane < tile_.context.planes; ++plane) {
      block.levels[plane] = levels_.data() + plane * kMaxCodedSize * kMaxCodedSize;
    }
    if (!code_block(reader_, models_, tile_.context, block, {})) return false;
    reconstruct_block(tile_, block);
    for (int plane = 0; plane < tile_.context.planes; ++plane) {
      if (block.coded_planes >> plane & 1) std::fill_n(block.levels[plane], block.levels_count(), 0);
    }
    return true;
  }

  TileState tile_;
  SymbolReader reader_;
  PictureModels models_;
  std::vector<int32_t> levels_;  // all zero between blocks
};

uint64_t decoder_bytes(const PictureHeader& header) {
  const uint64_t pixels = uint64_t{header.width + 72} * (header.height + 8);
  return pixels * (header.planes() * 4 + 1 + header.channels * (header.depth > 8 ? 2 : 1));
}

}  // namespace

Result<Picture> decode_picture(std::span<const std::byte> payload, const DecodeOptions& options) {
  ByteReader reader(payload);
  const Result<PictureHeader> header = PictureHeader::read(reader);
  if (!header) return header.error();
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
  // Every tile costs at least one byte of size, so a short file cannot claim a huge number of them.
  const uint64_t groups = header->has_alpha() ? 2 : 1;
  const uint64_t pieces = groups * static_cast<uint64_t>(header->tile_columns()) * header->tile_rows();
  if (pieces > reader.rest().size()) return Error{ErrorCode::truncated, "the tile table ends too early"};
  std::vector<uint64_t> sizes(pieces);
  for (uint64_t& size : sizes) size = reader.integer(payload.size());
  std::vector<std::span<const std::byte>> bytes;
  for (const uint64_t size : sizes) bytes.push_back(reader.take(size));
  if (reader.failed()) return Error{ErrorCode::truncated, "the tile data end too early"};

  CodedPicture picture(*header);
  std::atomic<bool> corrupt{false};
  parallel_for(static_cast<int>(pieces), options.threads, [&](int piece, int) {
    const int group = piece / picture.tiles();
    TileDecoder decoder(picture.tile_state(piece % picture.tiles(), group), bytes[piece]);
    if (!decoder.decode()) corrupt = true;
  });
  if (corrupt) return Error{ErrorCode::corrupt, "a tile holds an impossible value"};
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
