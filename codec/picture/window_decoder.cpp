#include "picture/window_decoder.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/checks.h"
#include "picture/colour.h"
#include "picture/filter/loop_filter.h"
#include "picture/reconstruct/tile_decoder.h"
#include "picture/reduce.h"
#include "picture/syntax/filter_syntax.h"
#include "picture/trace.h"

namespace laq::picture {
namespace {

constexpr int kMaxCarriedRows = 2 * kSuperblockSize;

// The same results with a tracer and without one, which is null.
bool decode_tile(const TileState& tile, int group, std::span<const std::byte> stream, PictureTracer* tracer) {
  if (tracer != nullptr) return tracer->decode_tile(tile, group, stream);
  SymbolReader symbols(stream);
  return TileDecoder(tile, symbols).decode();
}

// Marks a tile that is not there, whose samples stay zero, as blocks that the filters can pass.
void mark_hole(CodedPicture& window, int tile) {
  const Rectangle r = window.place_of(tile);
  Cell cell;
  cell.log2_width = cell.log2_height = 3;
  for (CellMap& cells : window.cells) {
    for (int y = r.y0 / kCellSize; y < r.y1 / kCellSize; ++y)
      std::fill(cells.row(y) + r.x0 / kCellSize, cells.row(y) + r.x1 / kCellSize, cell);
  }
}

template <class T>
void copy_rows(const Plane<T>& from, int from_y, int count, Plane<T>& to, int to_y) {
  for (int y = 0; y < count; ++y) std::copy_n(from.row(from_y + y), from.width(), to.row(to_y + y));
}

// Copies the last or first rows of samples, and their cells, of one picture to the first ones of another.
void copy_rows(const CodedPicture& from, int from_y, int count, CodedPicture& to) {
  for (size_t i = 0; i < from.planes.size(); ++i) copy_rows(from.planes[i], from_y, count, to.planes[i], 0);
  for (size_t i = 0; i < from.cells.size(); ++i)
    copy_rows(from.cells[i], from_y / kCellSize, count / kCellSize, to.cells[i], 0);
}

int tile_of_sample(int sample, int superblocks_of_tile) {
  return sample / (superblocks_of_tile * kSuperblockSize);
}

int reach(const PictureHeader& header) {
  int most = 0;
  for (int group = 0; group < header.groups(); ++group)
    most = std::max(most, loop_filter_reach(header.loop_filter[group]));
  return most;
}

// So many rows of tiles are decoded at once that threads rarely wait for each other.
int tile_rows_at_once(const PictureHeader& header, int columns, const Workers& workers) {
  constexpr int kTilesOfThread = 8;
  const int threads = resolve_threads(workers);
  const int wanted = threads == 1 ? 1 : (kTilesOfThread * threads + columns - 1) / columns;
  return std::min(wanted, header.tile_rows());
}

}  // namespace

std::optional<Error> check_tiles(const PicturePayload& payload) {
  const int tiles = payload.header.tiles();
  for (size_t i = 0; i < payload.tiles.size(); ++i) {
    const Rectangle tile = payload.header.tile_rectangle(static_cast<int>(i % static_cast<size_t>(tiles)));
    auto error = check_expansion("tile " + std::to_string(i), tile.area(), "pixels", payload.tiles[i].size());
    if (error) return error;
  }
  return std::nullopt;
}

WindowDecoder::WindowDecoder(const PicturePayload& payload, const PartRequest& request, const DecodeOptions& options,
                             bool at_once)
    : payload_(payload),
      header_(payload.header),
      request_(request),
      workers_(options.threads, options.pool),
      memory_(options.memory) {
  const Rectangle& part = request.part;
  const int margin = reach(header_);
  first_column_ = tile_of_sample(std::max(part.x0 - margin, 0), header_.tile_width);
  first_row_ = tile_of_sample(std::max(part.y0 - margin, 0), header_.tile_height);
  const int last_x = std::min(part.x1 + margin, header_.padded_width()) - 1;
  const int last_y = std::min(part.y1 + margin, header_.padded_height()) - 1;
  end_column_ = tile_of_sample(last_x, header_.tile_width) + 1;
  end_row_ = tile_of_sample(last_y, header_.tile_height) + 1;
  x0_ = first_column_ * header_.tile_width * kSuperblockSize;
  x1_ = std::min(end_column_ * header_.tile_width * kSuperblockSize, header_.padded_width());
  end_y_ = std::min((last_y / kSuperblockSize + 1) * kSuperblockSize, header_.padded_height());
  const Rectangle decoded = {x0_, first_row_ * header_.tile_height * kSuperblockSize, x1_, end_y_};
  progress_.emplace(options.progress, decoded.area() * static_cast<uint64_t>(header_.groups()));
  const int columns = end_column_ - first_column_;
  rows_at_once_ = at_once ? header_.tile_rows() : tile_rows_at_once(header_, columns, workers_);
}

int WindowDecoder::tile_row_end(int tile_row) const {
  return std::min((tile_row + 1) * header_.tile_height * kSuperblockSize, end_y_);
}

uint64_t WindowDecoder::bytes() const {
  const int width = x1_ - x0_;
  const bool is_single = end_row_ - first_row_ <= rows_at_once_;
  const int top = first_row_ * header_.tile_height * kSuperblockSize;
  const int height =
      std::min(end_y_ - top, rows_at_once_ * header_.tile_height * kSuperblockSize + (is_single ? 0 : kMaxCarriedRows));
  const size_t pieces =
      static_cast<size_t>(rows_at_once_) * static_cast<size_t>(end_column_ - first_column_) * header_.groups();
  constexpr size_t kOfPiece = 2 * sizeof(int), kOfThread = 1 << 10, kBesides = 1 << 13;
  const size_t of_tile =
      TileDecoder<SymbolReader>::bytes(header_.tile_rectangle(0), header_.colour_planes()) + kOfThread;
  const size_t tiles = std::min<size_t>(resolve_threads(workers_), pieces) * of_tile + pieces * kOfPiece;
  const size_t carried = is_single ? 0 : CodedPicture::bytes(header_, {0, 0, width, kMaxCarriedRows});
  const size_t filter = loop_filter_bytes(width, height, header_.colour_planes(), workers_) + carried +
                        SuperblockPresets::bytes_of(superblocks(width), superblocks(height));
  const size_t table = payload_.tiles.size() * 2 * sizeof(std::span<const std::byte>);
  const size_t presets = static_cast<size_t>(header_.groups()) *
                         SuperblockPresets::bytes_of(header_.superblock_columns(), header_.superblock_rows());
  const int means = request_.reduction == 1 ? 0 : reduced(height, request_.reduction);
  const size_t of_means =
      static_cast<size_t>(header_.planes()) * Plane<uint16_t>::bytes_of(reduced(width, request_.reduction), means);
  return kBesides + CodedPicture::bytes(header_, {0, 0, width, height}) + table + presets +
         std::max({tiles, filter, of_means});
}

std::vector<Rectangle> WindowDecoder::missing() const {
  std::vector<Rectangle> holes;
  for (const int tile : tiles_of(first_row_, end_row_)) {
    if (!payload_.is_whole(tile)) holes.push_back(header_.tile_rectangle(tile));
  }
  return holes;
}

std::vector<int> WindowDecoder::tiles_of(int first_tile_row, int end) const {
  std::vector<int> tiles;
  for (int row = first_tile_row; row < end; ++row) {
    for (int column = first_column_; column < end_column_; ++column)
      tiles.push_back(row * header_.tile_columns() + column);
  }
  return tiles;
}

bool WindowDecoder::decode_tiles(CodedPicture& window, const std::vector<int>& tiles) {
  const size_t count = static_cast<size_t>(header_.tiles());
  std::vector<int> pieces;
  for (const int tile : tiles) {
    if (!payload_.is_whole(tile)) {
      mark_hole(window, tile);
    } else {
      for (int group = 0; group < header_.groups(); ++group) pieces.push_back(group * header_.tiles() + tile);
    }
  }
  // The largest tiles come first, so that no thread begins one at the end.
  std::ranges::sort(pieces, [&](int a, int b) {
    const size_t bytes_a = payload_.tiles[a].size(), bytes_b = payload_.tiles[b].size();
    return bytes_a != bytes_b ? bytes_a > bytes_b : a < b;
  });
  std::atomic<bool> is_corrupt{false};
  parallel_for(static_cast<int>(pieces.size()), workers_, [&](int index, int) {
    if (is_corrupt || progress_->cancelled()) return;
    const size_t piece = static_cast<size_t>(pieces[index]);
    const int group = static_cast<int>(piece / count), tile = static_cast<int>(piece % count);
    const TileState state = window.tile_state(tile, group);
    if (!decode_tile(state, group, payload_.tiles[piece], tracer_)) is_corrupt = true;
    progress_->advance(state.context.tile.area());
  });
  return !is_corrupt;
}

bool WindowDecoder::read_presets() {
  presets_.resize(header_.groups());
  for (int group = 0; group < header_.groups(); ++group) {
    const int count = header_.loop_filter[group].presets;
    if (count == 0 || payload_.presets.size() <= static_cast<size_t>(group)) continue;
    SuperblockPresets& presets = presets_[group];
    presets = make_superblock_presets(header_.padded_width(), header_.padded_height());
    SymbolReader reader(payload_.presets[group]);
    code_superblock_presets(reader, presets);
    if (reader.is_past_end()) return false;
    for (int y = 0; y < presets.height(); ++y) {
      const uint8_t* const row = presets.row(y);
      if (std::any_of(row, row + presets.width(), [&](uint8_t p) { return p > count; })) return false;
    }
  }
  return true;
}

SuperblockPresets WindowDecoder::presets_of(const Rectangle& window, int group) const {
  SuperblockPresets part = make_superblock_presets(window.x1 - window.x0, window.y1 - window.y0);
  const SuperblockPresets& presets = presets_[group];
  if (presets.height() == 0) return part;
  for (int y = 0; y < part.height(); ++y) {
    std::copy_n(presets.row(window.y0 / kSuperblockSize + y) + window.x0 / kSuperblockSize, part.width(), part.row(y));
  }
  return part;
}

// Filters what can be filtered, and keeps what the next window needs. Rows from `first_new_row` on are new in this
// window.
void WindowDecoder::filter(CodedPicture& window, int first_new_row, bool is_last, std::optional<CodedPicture>& carry) {
  std::vector<SuperblockPresets> presets;
  for (int group = 0; group < header_.groups(); ++group) presets.push_back(presets_of(window.area, group));
  const auto filtered = [&](int group) {
    return FilteredPlanes{window.group_planes(group), window.cells[group], presets[group], header_.loop_filter[group],
                          header_.max_sample()};
  };
  for (int group = 0; group < header_.groups(); ++group) apply_deblocking(filtered(group), first_new_row, workers_);
  const int height = window.area.y1 - window.area.y0;
  if (!is_last) {
    const int kept = std::min(height, kMaxCarriedRows);
    const Rectangle rows = {window.area.x0, window.area.y1 - kept, window.area.x1, window.area.y1};
    carry.emplace(header_, rows, workers_, memory_);
    copy_rows(window, height - kept, kept, *carry);
  }
  const SuperblockRows rows = {std::max(0, first_new_row / kSuperblockSize - 1),
                               superblocks(height) - (is_last ? 0 : 1)};
  for (int group = 0; group < header_.groups(); ++group) {
    apply_directional_filter(filtered(group), rows, workers_);
    if (tracer_ != nullptr) tracer_->set_presets(group, std::move(presets[group]));
  }
}

// Gives the rows y0 .. y1 - 1 of the picture to the sink, as far as they are of the part. False if it cancels.
bool WindowDecoder::give_rows(const CodedPicture& window, int y0, int y1, RowSink& sink) const {
  const Rectangle& part = request_.part;
  const int factor = request_.reduction;
  const int at_once = static_cast<int>(std::min<uint32_t>(sink.rows_at_once(), 1 << 20)) * factor;
  y1 = std::min(y1, part.y1);
  for (int y = std::max(y0, part.y0), end; y < y1; y = end) {
    end = std::min(y + at_once, y1);
    const Rectangle rows = {part.x0 - x0_, y - window.area.y0, part.x1 - x0_, end - window.area.y0};
    const auto out_y = static_cast<uint32_t>((y - part.y0) / factor);
    const int width = reduced(part.x1 - part.x0, factor), height = reduced(end - y, factor);
    if (factor == 1) {
      from_planes({window.planes, rows.x0, rows.y0, width, height}, header_, sink.room(out_y), workers_);
    } else {
      const std::vector<Plane<uint16_t>> means = reduce(window.planes, rows, factor);
      from_planes({means, 0, 0, width, height}, header_, sink.room(out_y), workers_);
    }
    if (!sink.take(out_y, static_cast<uint32_t>(height))) return false;
  }
  return true;
}

std::optional<Error> WindowDecoder::decode(RowSink& sink, PictureTracer* tracer) {
  tracer_ = tracer;
  const Error cancelled = {ErrorCode::cancelled, "cancelled by the caller"};
  if (!progress_->advance(0)) return cancelled;
  if (!read_presets()) return Error{ErrorCode::corrupt, "a superblock chooses a loop filter that does not exist"};
  std::optional<CodedPicture> carry;  // the rows that a window leaves for the next one
  for (int row = first_row_, end; row < end_row_; row = end) {
    end = std::min(row + rows_at_once_, end_row_);
    const bool is_last = end == end_row_;
    const int top = row * header_.tile_height * kSuperblockSize;
    const int carried = carry ? carry->area.y1 - carry->area.y0 : 0;
    CodedPicture window(header_, {x0_, top - carried, x1_, tile_row_end(end - 1)}, workers_, memory_);
    if (carry) copy_rows(*carry, 0, carried, window);
    carry.reset();
    if (!decode_tiles(window, tiles_of(row, end)))
      return Error{ErrorCode::corrupt, "a tile holds an impossible value or ends too early"};
    if (progress_->cancelled()) return cancelled;  // some tiles are not there, and have no blocks to filter between
    filter(window, carried, is_last, carry);
    if (tracer_ != nullptr) tracer_->finish(window);
    const int first = window.area.y0 + std::max(0, carried - kSuperblockSize);
    const int last = is_last ? window.area.y1 : (superblocks(window.area.y1) - 1) * kSuperblockSize;
    if (!give_rows(window, first, last, sink)) return cancelled;
    if (!progress_->advance(0)) return cancelled;
  }
  return std::nullopt;
}

}  // namespace laq::picture
