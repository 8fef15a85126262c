// The search leaves a superblock reconstructed; the decoder must arrive at the same samples and cells from the bytes.
#include "picture/tile.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "entropy/coder.h"
#include "picture/colour.h"
#include "picture/search.h"
#include "picture/synthetic_picture.h"
#include "picture/tile_decoder.h"

using namespace laq;
using namespace laq::test;

namespace {

PictureHeader header_of(const Picture& picture, int base_step_index, bool perceptual) {
  PictureHeader header;
  header.width = picture.width;
  header.height = picture.height;
  header.channels = picture.channels;
  header.depth = picture.depth;
  header.base_step_index = static_cast<uint8_t>(base_step_index);
  header.alpha_step_index = header.base_step_index;
  for (int plane = 0; plane < 3; ++plane) {
    header.quantization[plane].centroid = {3, 2};
    if (perceptual) header.quantization[plane].slope = 24;
    if (perceptual && plane > 0) header.quantization[plane].step_offset = 8;
  }
  header.tile_width = 2;
  header.tile_height = 1;
  return header;
}

// Searches a tile superblock by superblock and writes each.
class TileWriter {
 public:
  TileWriter(CodedPicture& picture, int tile, std::span<const Plane<uint16_t>> source, const Plane<uint8_t>& field,
             const SearchSettings& settings)
      : spectra_(picture.tile_rectangle(tile), picture.groups[0].planes),
        state_(picture.tile_state(tile, 0).with(spectra_)),
        models_(state_.context.base_step_index),
        search_(state_, source, field, models_, settings) {}

  std::vector<std::byte> write() {
    const Rectangle& r = state_.context.tile;
    for (int y = r.y0; y < r.y1; y += kSuperblockSize) {
      for (int x = r.x0; x < r.x1; x += kSuperblockSize) {
        tree_ = &search_.search_superblock(x, y);
        partition_ = leaf_ = 0;
        // Contexts must not see what is still to be written.
        for (int row = y; row < std::min(y + kSuperblockSize, r.y1); row += kCellSize) {
          const int columns = std::min(kSuperblockSize, r.x1 - x) / kCellSize;
          std::fill_n(state_.cells->row(row / kCellSize) + x / kCellSize, columns, Cell{});
        }
        write_node(x, y, 6);
        CHECK(partition_ == tree_->partitions.size());
        CHECK(leaf_ == tree_->leaves.size());
      }
    }
    return writer_.finish();
  }

 private:
  bool write_node(int x, int y, int log2_size) {
    const SyntaxContext& context = state_.context;
    if (x >= context.tile.x1 || y >= context.tile.y1) return true;
    Partition partition = Partition::none;
    if (split_is_implied(context, x, y, log2_size)) {
      partition = Partition::split;
    } else if (log2_size > 2) {
      partition = code_partition(writer_, models_, context, x, y, log2_size, tree_->partitions[partition_++]);
    }
    return for_each_part(
        partition, x, y, log2_size,
        [&](int, int, int, int) {
          const Leaf& leaf = tree_->leaves[leaf_++];
          std::vector<int32_t> levels = tree_->levels;
          Block block = leaf.block;
          for (int plane = 0; plane < context.planes; ++plane) block.levels[plane] = levels.data() + leaf.levels[plane];
          CHECK(code_block(writer_, models_, context, block, leaf.ends));
          mark_block(*state_.cells, spectra_, block);
          return true;
        },
        [&](int nx, int ny, int size) { return write_node(nx, ny, size); });
  }

  SpectrumMap spectra_;
  TileState state_;
  PictureModels models_;
  Search search_;
  SymbolWriter writer_;
  const Tree* tree_ = nullptr;
  size_t partition_ = 0, leaf_ = 0;
};

bool same_cells(const CellMap& a, const CellMap& b) {
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      const Cell &p = a.row(y)[x], &q = b.row(y)[x];
      if (p.log2_width != q.log2_width || p.log2_height != q.log2_height || p.mode != q.mode ||
          p.chroma_mode != q.chroma_mode || p.step_index != q.step_index || p.coded_planes != q.coded_planes) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

TEST_CASE("the decoder reconstructs exactly what the encoder did, tile by tile, before and without loop filters") {
  std::mt19937 random(8);
  for (const Content content : kContents) {
    for (const int channels : {1, 3}) {
      for (const int effort : {1, 3, 5}) {
        const int depth = effort == 3 ? 12 : 8, base = 60 + static_cast<int>(random() % 100);
        const Picture picture = make_picture(content, 150 + random() % 40, 60 + random() % 70, channels, depth);
        const bool perceptual = random() % 2 == 0;
        const PictureHeader header = header_of(picture, base, perceptual);
        const auto source = to_planes(picture.view(), header, 1);
        Plane<uint8_t> field((header.padded_width() + 15) / 16, (header.padded_height() + 15) / 16);
        for (int y = 0; y < field.height(); ++y) {
          for (int x = 0; x < field.width(); ++x)
            field.row(y)[x] = static_cast<uint8_t>(base + 4 * (static_cast<int>(random() % 9) - 4));
        }
        CodedPicture from_encoder(header), from_decoder(header);
        REQUIRE(from_encoder.tiles() >= 2);
        for (int tile = 0; tile < from_encoder.tiles(); ++tile) {
          TileWriter writer(from_encoder, tile, source, field, search_settings(effort, perceptual));
          const std::vector<std::byte> bytes = writer.write();
          SymbolReader reader(bytes);
          TileDecoder decoder(from_decoder.tile_state(tile, 0), reader);
          CHECK(decoder.decode());
        }
        CAPTURE(static_cast<int>(content));
        CAPTURE(channels);
        CAPTURE(effort);
        bool same = true;
        for (int plane = 0; plane < header.planes(); ++plane) {
          for (int y = 0; y < header.padded_height(); ++y) {
            const uint16_t* row = from_encoder.planes[plane].row(y);
            same = same && std::equal(row, row + header.padded_width(), from_decoder.planes[plane].row(y));
          }
        }
        CHECK(same);
        CHECK(same_cells(from_encoder.cells[0], from_decoder.cells[0]));
      }
    }
  }
}

TEST_CASE("colour and alpha are groups of their own, with their own steps and quantizers") {
  for (int channels = 1; channels <= 4; ++channels) {
    Picture picture{70, 30, channels, 8, {}, {}};
    PictureHeader header = header_of(picture, 100, true);
    header.alpha_step_index = 40;
    CodedPicture coded(header);
    const bool alpha = channels % 2 == 0;
    REQUIRE(coded.groups.size() == (alpha ? 2 : 1));
    const TileState colour = coded.tile_state(0, 0);
    CHECK(colour.context.planes == (channels >= 3 ? 3 : 1));
    CHECK(colour.planes.size() == static_cast<size_t>(colour.context.planes));
    CHECK(colour.context.base_step_index == 100);
    CHECK(colour.max_sample == 1023);
    for (int plane = 0; plane < colour.context.planes; ++plane) {
      CHECK(colour.quantizers[plane].centroid == CentroidShift{3, 2});
      CHECK(colour.quantizers[plane].step_offset == (plane > 0 ? 8 : 0));
      CHECK(colour.quantizers[plane].weights.weights(3, 3)[63] > 256);
    }
    if (!alpha) continue;
    const TileState transparency = coded.tile_state(0, 1);
    CHECK(transparency.context.planes == 1);
    CHECK(transparency.context.base_step_index == 40);
    CHECK(transparency.planes.data() == &coded.planes.back());
    CHECK(transparency.cells != colour.cells);
    // Alpha is not weighted.
    CHECK(transparency.quantizers[0].centroid == CentroidShift{});
    CHECK(transparency.quantizers[0].weights.weights(3, 3)[63] == 256);
  }
}

TEST_CASE("tiles cover every sample of the padded planes once") {
  for (const auto& [width, height] : {std::pair{1u, 1u}, {150u, 70u}, {129u, 64u}, {1000u, 9u}}) {
    Picture picture{width, height, 3, 8, {}, {}};
    const PictureHeader header = header_of(picture, 100, false);
    CodedPicture coded(header);
    Plane<uint8_t> covered(header.padded_width(), header.padded_height());
    for (int tile = 0; tile < coded.tiles(); ++tile) {
      const Rectangle r = coded.tile_rectangle(tile);
      CHECK(r.x0 % kSuperblockSize == 0);
      CHECK(r.y0 % kSuperblockSize == 0);
      for (int y = r.y0; y < r.y1; ++y) {
        for (int x = r.x0; x < r.x1; ++x) ++covered.row(y)[x];
      }
    }
    bool once = true;
    for (int y = 0; y < covered.height(); ++y)
      once = once && std::all_of(covered.row(y), covered.row(y) + covered.width(), [](uint8_t n) { return n == 1; });
    CHECK(once);
  }
}
