// Encoder: samples to the payload of a picture without loss.
#include <algorithm>

#include "base/binary_logarithm.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "lossless/encoder_choice.h"
#include "lossless/header.h"
#include "lossless/lossless_codec.h"

namespace laq::lossless {
namespace {

using Occurrences = std::vector<std::array<uint8_t, kMostChannels>>;

template <int kChannels, class Sample>
void mark_values(const PictureView& picture, Occurrences& occurs) {
  for (uint32_t y = 0; y < picture.height; ++y) {
    const auto* sample =
        reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y);
    for (uint32_t x = 0; x < picture.width; ++x, sample += kChannels) {
      for (int channel = 0; channel < kChannels; ++channel) occurs[sample[channel]][channel] = 1;
    }
  }
}

template <class Sample>
void mark_values(const PictureView& picture, Occurrences& occurs) {
  switch (picture.channels) {
    case 1:
      return mark_values<1, Sample>(picture, occurs);
    case 2:
      return mark_values<2, Sample>(picture, occurs);
    case 3:
      return mark_values<3, Sample>(picture, occurs);
    default:
      return mark_values<4, Sample>(picture, occurs);
  }
}

// A sample that is coded by its rank saves -log2(share of the values around its own that occur) bits. That is next to
// nothing where samples are dense, even if many values of a large range do not occur because there are few samples.
class SavingOfRanks {
 public:
  SavingOfRanks(const Occurrences& occurs, int channel, int first, int last) : first_(first), last_(last) {
    below_.resize(occurs.size() + 1);
    for (size_t value = 0; value < occurs.size(); ++value)
      below_[value + 1] = below_[value] + (occurs[value][channel] != 0 ? 1 : 0);
  }
  // Bits of all samples, from some rows of the picture.
  double bits(const PictureView& picture, int channel) const {
    constexpr uint32_t kRowsApart = 8;
    double bits = 0, seen = 0;
    for (uint32_t y = 0; y < picture.height; y += kRowsApart) {
      const auto* sample =
          reinterpret_cast<const uint16_t*>(static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y) +
          channel;
      for (uint32_t x = 0; x < picture.width; ++x, sample += picture.channels) bits += bits_of(*sample);
      seen += picture.width;
    }
    return bits / seen * picture.width * picture.height;
  }

 private:
  double bits_of(int value) const {
    constexpr int kReach = 16;
    const int from = std::max(first_, value - kReach), to = std::min(last_, value + kReach) + 1;
    return binary_logarithm(static_cast<double>(to - from) / (below_[to] - below_[from]));
  }

  int first_, last_;
  std::vector<int> below_;  // how many values below each occur
};

// Lists the values of channels that use a small part of the range up to their largest one.
void list_values(const PictureView& picture, LosslessHeader& header) {
  Occurrences occurs(size_t{1} << (picture.depth > 8 ? 16 : 8));
  if (picture.depth > 8) {
    mark_values<uint16_t>(picture, occurs);
  } else {
    mark_values<uint8_t>(picture, occurs);
  }
  const uint64_t pixels = uint64_t{picture.width} * picture.height;
  for (int channel = 0; channel < picture.channels; ++channel) {
    std::vector<uint16_t> values;
    for (int value = 0; value <= header.max_sample(); ++value) {
      if (occurs[value][channel] != 0) values.push_back(static_cast<uint16_t>(value));
    }
    const size_t range = size_t{values.back()} - values.front() + 1;
    constexpr size_t kLeastPixelsOfValue = 4;
    if (4 * values.size() >= 3 * range || values.size() * kLeastPixelsOfValue > pixels) continue;
    if (picture.depth > 8) {
      constexpr double kBitsOfValue = 2, kLeastSaving = 0.1;  // in the list; of a sample
      const double least =
          kBitsOfValue * static_cast<double>(values.size()) + kLeastSaving * static_cast<double>(pixels);
      if (SavingOfRanks(occurs, channel, values.front(), values.back()).bits(picture, channel) < least) continue;
    }
    header.values[channel] = std::move(values);
  }
}

}  // namespace

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

// Small pictures are one tile, others have tiles of about 512 samples a side; drawn ones larger tiles, so that there is
// more to repeat.
int choose_tile_side(uint32_t longest_side, bool is_drawn) {
  const int longest = static_cast<int>(longest_side);
  const auto rounded = [](int side) { return (side + kTileUnit - 1) / kTileUnit * kTileUnit; };
  if (longest <= (is_drawn ? 2048 : 768)) return rounded(longest);
  const int wanted = is_drawn ? 2048 : 512, parts = (longest + wanted / 2) / wanted;
  return rounded((longest + parts - 1) / parts);
}

TileSettings settings_of(int effort, bool is_drawn) {
  constexpr std::array<TileSettings, 9> kOfEffort = {
      {{0, 1}, {0, 1}, {8, 3}, {16, 4}, {24, 6}, {32, 8}, {48, 8, true}, {64, 10, true}, {64, 16, true}}};
  TileSettings settings = kOfEffort[effort - 1];
  settings.may_be_drawn = is_drawn;
  return settings;
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
  const bool is_drawn = looks_drawn(picture);
  const TileSettings settings = settings_of(options.effort, is_drawn);
  header.tile_side = choose_tile_side(std::max(picture.width, picture.height), is_drawn);
  if (header.max_error == 0) list_values(picture, header);
  Progress progress(options.progress, uint64_t{picture.width} * picture.height);
  const Error cancelled = {ErrorCode::cancelled, "cancelled by the caller"};
  if (!progress.advance(0)) return cancelled;
  std::vector<std::vector<std::byte>> tiles(header.tiles());
  std::vector<TileWorkspace> workspaces(static_cast<size_t>(resolve_threads(options.threads)));
  parallel_for(header.tiles(), {options.threads, options.pool}, [&](int tile, int thread) {
    if (progress.cancelled()) return;
    const TileArea area = header.tile_area(tile);
    tiles[tile] = encode_tile(header, area, samples_of(picture, header, area.x, area.y), settings, workspaces[thread]);
    progress.advance(area.pixels());
  });
  if (progress.cancelled()) return cancelled;
  std::vector<std::byte> payload = write_payload(header, tiles);
  // A list may cost a small picture more than it saves.
  const bool has_list =
      std::any_of(header.values.begin(), header.values.end(), [](const auto& v) { return !v.empty(); });
  constexpr uint64_t kFewPixels = 1 << 14;
  if (has_list && tiles.size() == 1 && header.tile_area(0).pixels() <= kFewPixels) {
    header.values = {};
    const TileSamples source{const_cast<std::byte*>(static_cast<const std::byte*>(picture.samples)), picture.row_bytes,
                             header.channels, header.sample_bytes()};
    tiles[0] = encode_tile(header, header.tile_area(0), source, settings, workspaces[0]);
    std::vector<std::byte> without = write_payload(header, tiles);
    if (without.size() < payload.size()) payload = std::move(without);
  }
  return payload;
}

}  // namespace laq::lossless
