#include "picture/rows_encoder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/parallel.h"
#include "base/progress.h"
#include "base/row_strip.h"
#include "picture/colour.h"
#include "picture/encoder_header.h"
#include "picture/preview_encoder.h"
#include "picture/search/loop_filter_search.h"
#include "picture/search/screen_content.h"
#include "picture/search/tile_encoder.h"
#include "picture/syntax/filter_syntax.h"
#include "picture/syntax/payload.h"
#include "picture/tile.h"

namespace laq::picture {
namespace {

class RowsEncoder {
 public:
  RowsEncoder(const PictureView& picture, const GiveRows& give, const EncodeOptions& options)
      : options_(options),
        workers_(options.threads, options.pool),
        header_(make_header(picture, options)),
        strip_(picture, give),
        progress_(options.progress,
                  static_cast<uint64_t>(header_.groups()) * header_.padded_width() * header_.padded_height()) {
    if (options.progressive) preview_.emplace(picture);
  }

  Result<EncodedRows> encode();

 private:
  std::vector<Plane<uint16_t>> planes_of(int begin, int end) const;
  std::optional<Error> begin();
  std::optional<Error> encode_window(int first_tile_row, int end);
  void encode_tiles(CodedPicture& window, const std::vector<Plane<uint16_t>>& source, int first_tile, int end_tile);
  void filter(CodedPicture& window, const std::vector<Plane<uint16_t>>& source, const Rectangle& tiles);
  int row_of(int tile_row) const {
    return std::min(tile_row * header_.tile_height * kSuperblockSize, header_.padded_height());
  }

  const EncodeOptions& options_;
  const Workers workers_;
  PictureHeader header_;
  RowStrip strip_;
  Progress progress_;
  std::optional<PreviewEncoder> preview_;
  int previewed_ = 0;                          // rows
  std::vector<std::vector<std::byte>> bytes_;  // of the tiles of all groups
  std::vector<SuperblockPresets> presets_;     // of the picture, one a group
};

// Rows of the padded picture. They have been taken.
std::vector<Plane<uint16_t>> RowsEncoder::planes_of(int begin, int end) const {
  PictureHeader header = header_;
  const int height = std::min(end, static_cast<int>(header_.height)) - begin;
  header.height = static_cast<uint32_t>(height);
  return to_planes(strip_.rows(begin, begin + height), header, workers_);
}

// Decides what holds for the whole picture, by its first rows.
std::optional<Error> RowsEncoder::begin() {
  constexpr int kRowsToDecide = 512;
  const int rows = std::min(static_cast<int>(header_.height), kRowsToDecide);
  if (auto error = strip_.take_until(rows)) return error;
  const std::vector<Plane<uint16_t>> source = planes_of(0, rows);
  for (int group = 0; group < header_.groups(); ++group) {
    const Plane<uint16_t>& samples = source[group == 0 ? 0 : header_.colour_planes()];
    header_.screen_content[group] = is_screen_content(samples.view(), header_.coding_depth());
    presets_.push_back(make_superblock_presets(header_.padded_width(), header_.padded_height()));
  }
  choose_quantization(header_);
  choose_tiles(header_);
  for (int group = 0; group < header_.groups(); ++group) {
    const LoopFilterSettings settings{effort_row(options_.effort), options_.tune == Tune::perceptual};
    header_.loop_filter[group] = usual_loop_filter(settings, header_.group_planes(group));
  }
  bytes_.resize(static_cast<size_t>(header_.groups()) * static_cast<size_t>(header_.tiles()));
  return std::nullopt;
}

void RowsEncoder::encode_tiles(CodedPicture& window, const std::vector<Plane<uint16_t>>& source, int first_tile,
                               int end_tile) {
  const std::vector<Plane<uint8_t>> fields = step_fields(header_, source[0], options_.mask, window.area.y0);
  const int tiles = end_tile - first_tile;
  parallel_for(header_.groups() * tiles, workers_, [&](int piece, int) {
    if (progress_.cancelled()) return;
    const int group = piece / tiles, tile = first_tile + piece % tiles;
    const PlaneGroup& g = window.groups[group];
    TileEncoder encoder(
        window.tile_state(tile, group), std::span(source).subspan(g.first_plane, g.planes), fields[group],
        search_settings(options_.effort, options_.tune == Tune::perceptual, header_.screen_content[group]));
    std::vector<std::byte> bytes = encoder.encode([&](uint64_t pixels) { return progress_.advance(pixels); });
    const uint64_t least = least_stream_bytes(header_.tile_rectangle(tile).area());
    bytes.resize(std::max(bytes.size(), static_cast<size_t>(least)));
    bytes.shrink_to_fit();
    bytes_[static_cast<size_t>(group) * static_cast<size_t>(header_.tiles()) + static_cast<size_t>(tile)] =
        std::move(bytes);
  });
}

// Chooses the directional filter of the superblocks of the window's tiles.
void RowsEncoder::filter(CodedPicture& window, const std::vector<Plane<uint16_t>>& source, const Rectangle& tiles) {
  Cell outside;  // of the rows around the tiles, which are not coded
  outside.log2_width = outside.log2_height = 3;
  for (int group = 0; group < header_.groups(); ++group) {
    if (header_.loop_filter[group].presets == 0) continue;
    CellMap& cells = window.cells[group];
    for (int y = 0; y < cells.height(); ++y) {
      const int row = window.area.y0 + y * kCellSize;
      if (row < tiles.y0 || row >= tiles.y1) std::fill_n(cells.row(y), cells.width(), outside);
    }
    const PlaneGroup& g = window.groups[group];
    const SuperblockPresets chosen =
        choose_presets(window.group_planes(group), std::span(source).subspan(g.first_plane, g.planes), cells,
                       header_.max_sample(), header_.loop_filter[group], workers_);
    for (int y = tiles.y0; y < tiles.y1; y += kSuperblockSize) {
      std::copy_n(chosen.row((y - window.area.y0) / kSuperblockSize), chosen.width(),
                  presets_[group].row(y / kSuperblockSize));
    }
  }
}

// Encodes some rows of tiles. Around them one row of superblocks is looked at, on which the steps depend.
std::optional<Error> RowsEncoder::encode_window(int first_tile_row, int end) {
  const Rectangle tiles = {0, row_of(first_tile_row), header_.padded_width(), row_of(end)};
  const Rectangle area = {0, std::max(0, tiles.y0 - kSuperblockSize), tiles.x1,
                          std::min(tiles.y1 + kSuperblockSize, header_.padded_height())};
  const int height = static_cast<int>(header_.height);
  if (auto error = strip_.take_until(std::min(area.y1, height))) return error;
  if (preview_) {
    const int until = std::min(tiles.y1, height);
    preview_->add(strip_.rows(previewed_, until));
    previewed_ = until;
  }
  const std::vector<Plane<uint16_t>> source = planes_of(area.y0, area.y1);
  strip_.drop_before(std::min(std::max(0, tiles.y1 - kSuperblockSize), height));
  CodedPicture window(header_, area, workers_);
  encode_tiles(window, source, first_tile_row * header_.tile_columns(), end * header_.tile_columns());
  if (progress_.cancelled()) return Error{ErrorCode::cancelled, "cancelled by the caller"};
  filter(window, source, tiles);
  return std::nullopt;
}

Result<EncodedRows> RowsEncoder::encode() {
  if (auto error = begin()) return *error;
  // So many rows of tiles at once that all threads have work.
  const int threads = resolve_threads(workers_);
  const int at_once = (threads + header_.tile_columns() - 1) / header_.tile_columns();
  for (int row = 0; row < header_.tile_rows(); row += at_once) {
    if (auto error = encode_window(row, std::min(row + at_once, header_.tile_rows()))) return *error;
  }
  std::vector<std::vector<std::byte>> presets(presets_.size());
  for (size_t group = 0; group < presets.size(); ++group) {
    if (header_.loop_filter[group].presets == 0) continue;
    SymbolWriter writer;
    code_superblock_presets(writer, presets_[group]);
    presets[group] = writer.finish();
  }
  EncodedRows encoded;
  encoded.payload = write_payload(header_, presets, bytes_);
  if (!preview_) return encoded;
  Result<std::vector<std::byte>> preview = preview_->encode(options_);
  if (!preview) return preview.error();
  encoded.preview = std::move(*preview);
  return encoded;
}

}  // namespace

Result<EncodedRows> encode_rows(const PictureView& picture, const GiveRows& give, const EncodeOptions& options) {
  return RowsEncoder(picture, give, options).encode();
}

}  // namespace laq::picture
