// Decoding of a part of a picture in windows: some rows of tiles at a time, from the top to the bottom, of the tiles
// that the part needs. Whole pictures are decoded in the same way.
//
// A window is a rectangle of the picture in planes of its own. Its tiles are decoded, then the loop filters run as far
// as they can without the rows below. What they lack, the last row of superblocks, and the one above it, go on to the
// next window:
//
//   window 1           window 2
//   row of tiles       superblocks, two rows: only the last two rows of samples count
//   ...                (the last row, which is not filtered yet)
//   last superblocks   next row of tiles
//
// Tiles do not depend on each other before the filters, and these reach no further than loop_filter_reach(); so a part
// needs those tiles that it comes that near to, and rows of superblocks that are below them are not decoded.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <laq/laq.hpp>

#include "base/parallel.h"
#include "base/progress.h"
#include "base/row_sink.h"
#include "picture/syntax/payload.h"
#include "picture/tile.h"

namespace laq::picture {

class PictureTracer;

// part: within the picture, not empty; it begins at multiples of the reduction, and ends at such or with the picture.
struct PartRequest {
  Rectangle part;
  int reduction = 1;
};

// An error if a tile that is there claims more pixels than its bytes can hold. It is called before anything is
// allocated for them.
std::optional<Error> check_tiles(const PicturePayload& payload);

class WindowDecoder {
 public:
  // All of these outlive the decoder. at_once: the part is one window, as a tracer needs it.
  WindowDecoder(const PicturePayload& payload, const PartRequest& request, const DecodeOptions& options,
                bool at_once = false);

  // The memory that decoding takes at most, beside that of the sink and the tracer.
  uint64_t bytes() const;

  // Decodes the part to the sink. tracer: null, or that of the whole picture at once. May throw std::bad_alloc.
  std::optional<Error> decode(RowSink& sink, PictureTracer* tracer = nullptr);

  // The tiles, in the picture, that the part needs and that are not whole.
  std::vector<Rectangle> missing() const;

 private:
  int tile_row_end(int tile_row) const;
  std::vector<int> tiles_of(int first_tile_row, int end) const;
  bool decode_tiles(CodedPicture& window, const std::vector<int>& tiles);
  bool read_presets();
  SuperblockPresets presets_of(const Rectangle& window, int group) const;
  void filter(CodedPicture& window, int first_new_row, bool is_last, std::optional<CodedPicture>& carry);
  bool give_rows(const CodedPicture& window, int y0, int y1, RowSink& sink) const;

  const PicturePayload& payload_;
  const PictureHeader& header_;
  const PartRequest request_;
  PictureTracer* tracer_ = nullptr;
  const Workers workers_;
  std::pmr::memory_resource* const memory_;
  int first_column_, end_column_, first_row_, end_row_;  // of tiles
  int x0_, x1_, end_y_;                                  // of samples
  int rows_at_once_;                                     // of tiles
  std::vector<SuperblockPresets> presets_;               // of the picture, one a group; empty if it has none
  std::optional<Progress> progress_;
};

}  // namespace laq::picture
