// Encoder: samples to the payload of a picture without loss.
#include <algorithm>

#include "base/parallel.h"
#include "base/progress.h"
#include "lossless/encoder_choice.h"
#include "lossless/header.h"
#include "lossless/lossless_codec.h"

namespace laq::lossless {
namespace {

template <class Sample>
void mark_values(const PictureView& picture, std::array<std::vector<bool>, kMostChannels>& occurs) {
  for (uint32_t y = 0; y < picture.height; ++y) {
    const auto* sample =
        reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y);
    for (uint32_t x = 0; x < picture.width; ++x) {
      for (int channel = 0; channel < picture.channels; ++channel) occurs[channel][*sample++] = true;
    }
  }
}

// Lists the values of channels that use a small part of the range up to their largest one.
void list_values(const PictureView& picture, LosslessHeader& header) {
  std::array<std::vector<bool>, kMostChannels> occurs;
  for (auto& of_channel : occurs) of_channel.resize(size_t{1} << 16);
  if (picture.depth > 8) {
    mark_values<uint16_t>(picture, occurs);
  } else {
    mark_values<uint8_t>(picture, occurs);
  }
  const uint64_t pixels = uint64_t{picture.width} * picture.height;
  for (int channel = 0; channel < picture.channels; ++channel) {
    std::vector<uint16_t> values;
    for (int value = 0; value <= header.max_sample(); ++value) {
      if (occurs[channel][value]) values.push_back(static_cast<uint16_t>(value));
    }
    const size_t range = size_t{values.back()} - values.front() + 1;
    constexpr size_t kLeastPixelsOfValue = 4;
    if (4 * values.size() < 3 * range && values.size() * kLeastPixelsOfValue <= pixels)
      header.values[channel] = std::move(values);
  }
}

bool looks_drawn(const PictureView& picture) {
  const size_t pixel = picture.channels * (picture.depth > 8 ? size_t{2} : size_t{1});
  uint64_t equal = 0, seen = 0;
  for (uint32_t y = 0; y < picture.height; y += 4) {
    const auto* row = static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y;
    for (uint32_t x = 1; x < picture.width; ++x, row += pixel) equal += std::equal(row, row + pixel, row + pixel);
    seen += picture.width;
  }
  return 2 * equal > seen;
}

}  // namespace

// Small pictures are one tile, others have tiles of about 512 samples a side; drawn ones larger tiles, so that there is
// more to repeat.
int choose_tile_side(const PictureView& rows, uint32_t longest_side) {
  const int longest = static_cast<int>(longest_side);
  const auto rounded = [](int side) { return (side + kTileUnit - 1) / kTileUnit * kTileUnit; };
  const bool is_drawn = looks_drawn(rows);
  if (longest <= (is_drawn ? 2048 : 768)) return rounded(longest);
  const int wanted = is_drawn ? 2048 : 512, parts = (longest + wanted / 2) / wanted;
  return rounded((longest + parts - 1) / parts);
}

TileSettings settings_of(int effort) {
  constexpr std::array<TileSettings, 9> kOfEffort = {{{1, 1, false},
                                                      {4, 1, false},
                                                      {8, 2, false},
                                                      {12, 2, false},
                                                      {16, 3, false},
                                                      {24, 4, false},
                                                      {32, 6, true},
                                                      {48, 8, true},
                                                      {64, 12, true}}};
  return kOfEffort[effort - 1];
}

LosslessHeader make_header(const PictureView& picture, uint32_t max_error) {
  LosslessHeader header;
  header.width = picture.width;
  header.height = picture.height;
  header.channels = picture.channels;
  header.depth = picture.depth;
  header.max_error = std::min(max_error, static_cast<uint32_t>(header.max_sample()));
  return header;
}

TileSamples samples_of(const PictureView& picture, const LosslessHeader& header, int x, int y) {
  TileSamples source{nullptr, picture.row_bytes, header.channels, header.sample_bytes()};
  auto* const first = const_cast<std::byte*>(static_cast<const std::byte*>(picture.samples));
  source.first = first + picture.row_bytes * static_cast<size_t>(y) + static_cast<size_t>(x) * source.pixel_bytes();
  return source;
}

Result<std::vector<std::byte>> encode_picture(const PictureView& picture, uint32_t max_error,
                                              const EncodeOptions& options) {
  LosslessHeader header = make_header(picture, max_error);
  header.tile_side = choose_tile_side(picture, std::max(picture.width, picture.height));
  if (header.max_error == 0) list_values(picture, header);
  Progress progress(options.progress, uint64_t{picture.width} * picture.height);
  const Error cancelled = {ErrorCode::cancelled, "cancelled by the caller"};
  if (!progress.advance(0)) return cancelled;
  std::vector<std::vector<std::byte>> tiles(header.tiles());
  parallel_for(header.tiles(), options.threads, [&](int tile, int) {
    if (progress.cancelled()) return;
    const TileArea area = header.tile_area(tile);
    tiles[tile] = encode_tile(header, area, samples_of(picture, header, area.x, area.y), settings_of(options.effort));
    progress.advance(area.pixels());
  });
  if (progress.cancelled()) return cancelled;
  return write_payload(header, tiles);
}

}  // namespace laq::lossless
