// The search leaves a superblock reconstructed; the decoder must arrive at the same samples and cells from the bytes.
#include "picture/tile.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "entropy/coder.h"
#include "picture/colour.h"
#include "picture/reconstruct/tile_decoder.h"
#include "picture/search/tile_encoder.h"
#include "picture/synthetic_picture.h"

using namespace laq;
using namespace laq::picture;
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
  header.screen_content[0] = base_step_index % 2;
  header.tile_width = 2;
  header.tile_height = 1;
  return header;
}

bool same_cells(const CellMap& a, const CellMap& b) {
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      if (!(a.row(y)[x] == b.row(y)[x])) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("the decoder reconstructs exactly what the encoder did, tile by tile, before and without loop filters") {
  std::mt19937 random(8);
  for (const Content content : kContents) {
    for (const int channels : {1, 3}) {
      for (const int effort : {1, 3, 5, 5}) {
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
          TileEncoder encoder(from_encoder.tile_state(tile, 0), source, field,
                              search_settings(effort, perceptual, header.screen_content[0]));
          const std::vector<std::byte> bytes = encoder.encode([](int) { return true; });
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
    CHECK(colour.context.max_sample == 1023);
    for (int plane = 0; plane < colour.context.planes; ++plane) {
      CHECK(colour.quantizers[plane].centroid == CentroidShift{3, 2});
      CHECK(colour.quantizers[plane].step_offset == (plane > 0 ? 8 : 0));
      CHECK(colour.quantizers[plane].weights.weights({3, 3})[63] > 256);
    }
    if (!alpha) continue;
    const TileState transparency = coded.tile_state(0, 1);
    CHECK(transparency.context.planes == 1);
    CHECK(transparency.context.base_step_index == 40);
    CHECK(transparency.planes.data() == &coded.planes.back());
    CHECK(transparency.cells != colour.cells);
    // Alpha is not weighted.
    CHECK(transparency.quantizers[0].centroid == CentroidShift{});
    CHECK(transparency.quantizers[0].weights.weights({3, 3})[63] == 256);
  }
}

TEST_CASE("tiles cover every sample of the padded planes once") {
  for (const auto& [width, height] : {std::pair{1u, 1u}, {150u, 70u}, {129u, 64u}, {1000u, 9u}}) {
    Picture picture{width, height, 3, 8, {}, {}};
    const PictureHeader header = header_of(picture, 100, false);
    CodedPicture coded(header);
    Plane<uint8_t> covered(header.padded_width(), header.padded_height());
    for (int tile = 0; tile < coded.tiles(); ++tile) {
      const Rectangle r = coded.header.tile_rectangle(tile);
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
