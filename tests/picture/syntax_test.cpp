// Partitions and blocks: what the writer was given comes back from the reader.
#include "picture/syntax/syntax.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <vector>

#include "entropy/coder.h"
#include "picture/pricing_writer.h"
#include "picture/reconstruct/reconstruct.h"
#include "picture/search/mode_prices.h"

using namespace laq;
using namespace laq::picture;
using laq::test::PricingWriter;

namespace {

constexpr int kLevels = kMaxCodedSize * kMaxCodedSize;

// A block that owns its levels.
struct OwnedBlock {
  Block block;
  Palette palette;
  std::array<std::vector<int32_t>, kMaxPlanes> levels;

  OwnedBlock(const Block& at, int planes) : block(at) {
    block.palette = &palette;
    for (int plane = 0; plane < planes; ++plane) {
      levels[plane].resize(kLevels);
      block.levels[plane].values = levels[plane].data();
    }
  }
};

// The scene of a test: a tile in a picture, with what the header says.
struct Scene {
  Rectangle tile;
  int planes;
  int base_step_index;
  int step_unit;
  int calm;  // the larger, the more often a block is like its neighbours and empty

  bool screen_content = true;
};

constexpr int kMaxSample = 1023;

// What stands around the blocks of a scene while it is coded.
struct Surroundings {
  explicit Surroundings(const Scene& scene)
      : cells(scene.tile.x1 / kCellSize, scene.tile.y1 / kCellSize), spectra(scene.tile, scene.planes) {
    for (int plane = 0; plane < scene.planes; ++plane) {
      Plane<uint16_t>& samples = planes.emplace_back(scene.tile.x1, scene.tile.y1);
      for (int y = 0; y < samples.height(); ++y) {
        for (int x = 0; x < samples.width(); ++x) {
          samples.row(y)[x] = static_cast<uint16_t>((x * 5 ^ y * 3 ^ plane * 77) % (kMaxSample + 1));
        }
      }
    }
    state.planes = planes;
    state.cells = &cells;
    state.context = {&cells,          nullptr,    scene.tile,           scene.planes, scene.base_step_index,
                     scene.step_unit, kMaxSample, scene.screen_content, planes.data()};
    state = state.with(spectra, recent_colours);
  }

  CellMap cells;
  SpectrumMap spectra;
  RecentColours recent_colours;
  std::vector<Plane<uint16_t>> planes;
  TileState state;
};

struct Tile {
  std::vector<Partition> partitions;
  std::vector<std::unique_ptr<OwnedBlock>> blocks;
};

// Walks the partition trees of a tile in coding order.
template <class PartitionOf, class Leaf>
bool walk(const Scene& scene, const SyntaxContext& context, PartitionOf&& partition_of, Leaf&& leaf) {
  for (int y = scene.tile.y0; y < scene.tile.y1; y += kSuperblockSize) {
    for (int x = scene.tile.x0; x < scene.tile.x1; x += kSuperblockSize) {
      if (!for_each_block(context, {x, y, BlockShape::square(kLog2SuperblockSize)}, partition_of, leaf)) return false;
    }
  }
  return true;
}

class RandomTile {
 public:
  RandomTile(const Scene& scene, unsigned seed) : scene_(scene), random_(seed) {}

  template <class Writer>
  Tile write(Writer& writer) {
    PictureModels models(scene_.base_step_index);
    Surroundings around(scene_);
    const SyntaxContext& context = around.state.context;
    Tile tile;
    walk(
        scene_, context,
        [&](const BlockPlace& node) {
          tile.partitions.push_back(static_cast<Partition>(below(4)));
          return code_partition(writer, models, context, node, tile.partitions.back());
        },
        [&](const BlockPlace& place) {
          OwnedBlock& owned = *tile.blocks.emplace_back(random_block(context, place));
          CHECK(code_block(writer, models, context, owned.block));
          mark_block(around.state, owned.block);
          return true;
        });
    return tile;
  }

 private:
  int below(int range) { return static_cast<int>(random_() % static_cast<unsigned>(range)); }

  std::unique_ptr<OwnedBlock> random_block(const SyntaxContext& context, const BlockPlace& place) {
    auto owned = std::make_unique<OwnedBlock>(Block(place), scene_.planes);
    Block& block = owned->block;
    const int unit = scene_.step_unit, base = scene_.base_step_index;
    const int lowest = std::max(-20, -base / unit), highest = std::min(20, (kMaxStepIndex - base) / unit);
    const int index = base + (lowest + below(highest - lowest + 1)) * unit;
    block.step_index = static_cast<uint8_t>(
        !begins_step_group(block) ? step_of_group(context, block)
        : below(scene_.calm) ? static_cast<uint8_t>(std::clamp(predict_step_index(context, block), 0, kMaxStepIndex))
                             : index);
    if (context.screen_content) random_screen_prediction(context, *owned);
    if (block.prediction == Prediction::intra) {
      const LikelyModes likely = likely_modes(context, block);
      block.mode = below(scene_.calm) ? likely.list[below(kLikelyModes)] : static_cast<uint8_t>(below(kModes));
    }
    if (block.prediction == Prediction::intra && scene_.planes > 1) {
      block.chroma_mode = static_cast<ChromaMode>(below(kChromaModes));
      if (block.chroma_mode == ChromaMode::from_luma) {
        for (int8_t& alpha : block.alpha) alpha = static_cast<int8_t>(below(2 * kMaxAlpha + 1) - kMaxAlpha);
      }
    }
    for (int plane = 0; plane < scene_.planes; ++plane) {
      if (below(1 + scene_.calm) == 0) random_levels(*owned, plane);
    }
    if ((block.coded_planes & 1) && can_choose_transform(block)) {
      block.transform = {below(2) ? Kernel::dst7 : Kernel::dct2, below(2) ? Kernel::dst7 : Kernel::dct2};
    }
    return owned;
  }

  void random_screen_prediction(const SyntaxContext& context, OwnedBlock& owned) {
    Block& block = owned.block;
    const auto wanted = static_cast<Prediction>(below(3));
    if (wanted == Prediction::copy) {
      block.vector = {static_cast<int16_t>(below(200) - 150), static_cast<int16_t>(below(100) - 90)};
      const LikelyVectors likely(context, block);
      if (likely.count > 0 && below(2)) block.vector = likely.list[below(likely.count)];
      if (can_copy(context, block, block.vector)) {
        block.prediction = Prediction::copy;
      } else {
        block.vector = {};
      }
    } else if (wanted == Prediction::palette && can_have_palette(block)) {
      block.prediction = Prediction::palette;
      random_palette(context, owned.palette, block.area());
    }
  }

  void random_palette(const SyntaxContext& context, Palette& palette, int area) {
    const RecentColours& recent = *context.recent_colours;
    palette.count = 0;
    for (int i = 0; i < recent.count() && palette.count < kMaxColours - 2; ++i) {
      if (below(4) == 0) palette.colours[palette.count++] = recent[i];
    }
    const int wanted = std::max(2, palette.count + below(3));
    while (palette.count < wanted) {
      Colour colour{};
      for (int plane = 0; plane < scene_.planes; ++plane) colour[plane] = static_cast<uint16_t>(below(kMaxSample + 1));
      if (scene_.planes > 1 && below(2)) colour[1] = colour[2] = (kMaxSample + 1) / 2;
      palette.colours[palette.count++] = colour;
    }
    for (int i = 0; i < area; ++i) {
      palette.indices[i] =
          static_cast<uint8_t>(below(scene_.calm) && i > 0 ? palette.indices[i - 1] : below(palette.count));
    }
  }

  void random_levels(OwnedBlock& owned, int plane) {
    Block& block = owned.block;
    const ScanPosition* scan = scan_of(block.shape);
    const int limit = 1 + below(block.shape.coded_area());
    for (int p = 0; p < limit; ++p) {
      const int level = below(4) == 0 ? below(9) - 4 : 0;
      PlaneLevels& coded = block.levels[plane];
      coded.values[scan[p].index] = level;
      if (level == 0) continue;
      coded.end = p + 1;
      coded.nonzero.width = std::max(coded.nonzero.width, static_cast<uint8_t>(scan[p].u + 1));
      coded.nonzero.height = std::max(coded.nonzero.height, static_cast<uint8_t>(scan[p].v + 1));
    }
    if (block.levels[plane].end == 0) return;
    block.coded_planes |= static_cast<uint8_t>(1 << plane);
    block.update_spectrum(plane);
  }

  Scene scene_;
  std::mt19937 random_;
};

bool same_palette(const OwnedBlock& a, const OwnedBlock& b) {
  return a.palette.count == b.palette.count &&
         std::equal(a.palette.colours.begin(), a.palette.colours.begin() + a.palette.count,
                    b.palette.colours.begin()) &&
         std::equal(a.palette.indices.begin(), a.palette.indices.begin() + a.block.area(), b.palette.indices.begin());
}

bool same_block(const OwnedBlock& a, const OwnedBlock& b, int planes) {
  bool same = a.block.prediction == b.block.prediction && a.block.vector == b.block.vector &&
              (a.block.prediction != Prediction::palette || same_palette(a, b)) && a.block.mode == b.block.mode &&
              a.block.chroma_mode == b.block.chroma_mode && a.block.step_index == b.block.step_index &&
              a.block.coded_planes == b.block.coded_planes && a.block.transform == b.block.transform &&
              a.block.alpha == b.block.alpha;
  for (int plane = 0; plane < planes; ++plane) same = same && a.levels[plane] == b.levels[plane];
  return same;
}

bool reads_back(const Scene& scene, const Tile& tile, std::span<const std::byte> bytes) {
  SymbolReader reader(bytes);
  PictureModels models(scene.base_step_index);
  Surroundings around(scene);
  const SyntaxContext& context = around.state.context;
  auto partition = tile.partitions.begin();
  auto block = tile.blocks.begin();
  bool same = true;
  const bool whole = walk(
      scene, context,
      [&](const BlockPlace& node) {
        const Partition found = code_partition(reader, models, context, node, Partition::none);
        same = same && partition != tile.partitions.end() && found == *partition;
        if (same) ++partition;
        return found;
      },
      [&](const BlockPlace& place) {
        OwnedBlock found(Block(place), scene.planes);
        if (!same || block == tile.blocks.end() || !code_block(reader, models, context, found.block)) return false;
        same = same_block(found, **block++, scene.planes);
        mark_block(around.state, found.block);
        return same;
      });
  return whole && same && block == tile.blocks.end() && partition == tile.partitions.end();
}

}  // namespace

TEST_CASE("partitions and blocks of every kind come back, at the price that was counted") {
  // Tiles that are cut off on the right and below, tiles that begin inside of the picture, planes alone and together.
  const Scene scenes[] = {{{0, 0, 128, 128}, 3, 110, 4, 2},    {{0, 0, 200, 72}, 3, 0, 1, 1, false},
                          {{64, 64, 168, 136}, 3, 255, 16, 4}, {{0, 0, 8, 8}, 1, 100, 4, 1, false},
                          {{128, 0, 256, 64}, 1, 60, 7, 8},    {{0, 0, 192, 192}, 3, 140, 4, 40}};
  unsigned seed = 1;
  for (const Scene& scene : scenes) {
    for (int i = 0; i < 3; ++i, ++seed) {
      PricingWriter writer;
      const Tile tile = RandomTile(scene, seed).write(writer);
      const double counted = writer.bits_counted();
      const std::vector<std::byte> bytes = writer.finish();
      CAPTURE(seed);
      CHECK(std::abs(counted - 8.0 * static_cast<double>(bytes.size())) <= 0.02 * counted + 32);
      CHECK(reads_back(scene, tile, bytes));
    }
  }
}

TEST_CASE("every mode comes back, among likely ones of every kind, and costs what the prices say") {
  CellMap cells(4, 4);
  const SpectrumMap spectra({0, 0, 16, 16}, 1);
  const SyntaxContext context{&cells, &spectra, {0, 0, 16, 16}, 1, 100, 4};
  PictureModels models(100);
  ModePrices prices;
  prices.update(models);
  for (const auto& [left, above] : {std::pair{0, 0}, {0, 40}, {40, 40}, {5, 69}, {69, 69}, {5, 5}, {4, 1}, {21, 53}}) {
    for (const auto& [x, y, mode] : {std::tuple{0, 1, left}, {1, 0, above}}) {
      cells.row(y)[x].log2_width = cells.row(y)[x].log2_height = 2;
      cells.row(y)[x].mode = static_cast<uint8_t>(mode);
    }
    const LikelyModes likely = likely_modes(context, {4, 4, {2, 2}});
    const ModePrices::Bits bits = prices.bits(likely);
    for (int i = 0; i < kLikelyModes; ++i) {
      CHECK(likely.list[i] < kModes);
      CHECK(std::count(likely.list.begin(), likely.list.end(), likely.list[i]) == 1);
    }
    CHECK(likely.list[0] == left);
    for (int mode = 0; mode < kModes; ++mode) {
      SymbolWriter writer;
      PictureModels writer_models(100), reader_models(100);
      PriceCounter counter;
      code_mode(counter, writer_models, likely, mode);
      code_mode(writer, writer_models, likely, mode);
      const std::vector<std::byte> bytes = writer.finish();
      SymbolReader reader(bytes);
      CHECK(code_mode(reader, reader_models, likely, 0) == mode);
      CHECK(bits[mode] == doctest::Approx(counter.total() / 256.0));
    }
  }
}

TEST_CASE(
    "the predicted step index lies between the neighbours' in whole units, and is the base where there are none") {
  CellMap cells(8, 8);
  const SpectrumMap spectra({0, 0, 32, 32}, 1);
  const SyntaxContext context{&cells, &spectra, {0, 0, 32, 32}, 1, 100, 4};
  CHECK(predict_step_index(context, {16, 16, {4, 4}}) == 100);
  Cell cell;
  cell.log2_width = cell.log2_height = 4;
  for (int left = 100 - 12 * 4; left <= 100 + 12 * 4; left += 4) {
    for (int above = 100 - 12 * 4; above <= 100 + 12 * 4; above += 4) {
      cell.step_index = static_cast<uint8_t>(left);
      cells.row(4)[3] = cell;
      cell.step_index = static_cast<uint8_t>(above);
      cells.row(3)[4] = cell;
      const int predicted = predict_step_index(context, {16, 16, {4, 4}});
      CHECK((predicted - 100) % 4 == 0);
      CHECK(predicted >= std::min(left, above));
      CHECK(predicted <= std::max(left, above));
    }
  }
  cells.row(3)[4] = Cell{};
  CHECK(predict_step_index(context, {16, 16, {4, 4}}) == cells.row(4)[3].step_index);
}

TEST_CASE("a step index that leaves its range is refused") {
  Scene scene{{0, 0, 8, 8}, 1, 250, 16, 1};
  Surroundings around(scene);
  const SyntaxContext& context = around.state.context;
  PictureModels writer_models(scene.base_step_index), reader_models(scene.base_step_index);
  SymbolWriter writer;
  code_step_index(writer, writer_models, context, {0, 0, {3, 3}}, 250 + 16);
  const std::vector<std::byte> bytes = writer.finish();
  SymbolReader reader(bytes);
  OwnedBlock owned(Block({0, 0, {3, 3}}), 1);
  CHECK(!code_block(reader, reader_models, context, owned.block));
}
