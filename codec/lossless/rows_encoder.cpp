#include "lossless/rows_encoder.h"

#include <algorithm>

#include "base/parallel.h"
#include "base/progress.h"
#include "base/row_strip.h"
#include "lossless/encoder_choice.h"
#include "lossless/header.h"

namespace laq::lossless {

Result<std::vector<std::byte>> encode_rows(const PictureView& picture, const GiveRows& give, uint32_t max_error,
                                           const EncodeOptions& options) {
  constexpr int kRowsToDecide = 512;
  const int height = static_cast<int>(picture.height);
  RowStrip strip(picture, give);
  const int first_rows = std::min(height, kRowsToDecide);
  if (auto error = strip.take_until(first_rows)) return *error;
  LosslessHeader header = make_header(picture, max_error);
  const bool is_drawn = looks_drawn(strip.rows(0, first_rows));
  const TileSettings settings = settings_of(options.effort, is_drawn);
  header.tile_side = choose_tile_side(std::max(picture.width, picture.height), is_drawn);

  Progress progress(options.progress, uint64_t{picture.width} * picture.height);
  const Error cancelled = {ErrorCode::cancelled, "cancelled by the caller"};
  const Workers workers(options.threads, options.pool);
  std::vector<std::vector<std::byte>> tiles(static_cast<size_t>(header.tiles()));
  std::vector<TileWorkspace> workspaces(static_cast<size_t>(resolve_threads(workers)));
  // So many rows of tiles at once that all threads have work.
  const int columns = header.tile_columns(), at_once = (resolve_threads(workers) + columns - 1) / columns;
  for (int row = 0; row < header.tile_rows(); row += at_once) {
    const int end = std::min(row + at_once, header.tile_rows());
    const int y0 = row * header.tile_side, y1 = std::min(end * header.tile_side, height);
    if (auto error = strip.take_until(y1)) return *error;
    const PictureView rows = strip.rows(y0, y1);
    parallel_for((end - row) * columns, workers, [&](int piece, int thread) {
      if (progress.cancelled()) return;
      const int tile = row * columns + piece;
      const TileArea area = header.tile_area(tile);
      std::vector<std::byte>& bytes = tiles[static_cast<size_t>(tile)];
      bytes = encode_tile(header, area, samples_of(rows, header, area.x, area.y - y0), settings,
                          workspaces[static_cast<size_t>(thread)]);
      bytes.shrink_to_fit();
      progress.advance(area.pixels());
    });
    if (!progress.advance(0)) return cancelled;
    strip.drop_before(y1);
  }
  return write_payload(header, tiles);
}

}  // namespace laq::lossless
