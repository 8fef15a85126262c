// The loop filters' parameters and the superblocks' presets.
#include "picture/syntax/filter_syntax.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "entropy/coder.h"
#include "picture/pricing_writer.h"

using namespace laq;
using namespace laq::picture;

namespace {

LoopFilterParameters random_parameters(std::mt19937& random, int planes) {
  const auto upto = [&](unsigned most) { return static_cast<uint8_t>(random() % (most + 1)); };
  LoopFilterParameters parameters;
  for (int plane = 0; plane < planes; ++plane) parameters.deblock_strength[plane] = upto(kMaxDeblockStrength);
  parameters.damping = upto(kMaxDamping);
  parameters.presets = upto(kMaxDirectionalPresets);
  for (int i = 0; i < parameters.presets; ++i) {
    parameters.preset[i].luma = {upto(kMaxPrimaryStrength), upto(kMaxSecondaryStrength)};
    if (planes > 1) parameters.preset[i].chroma = {upto(kMaxPrimaryStrength), upto(kMaxSecondaryStrength)};
  }
  return parameters;
}

}  // namespace

TEST_CASE("filter parameters come back") {
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    const int planes = i % 2 ? 3 : 1;
    const LoopFilterParameters parameters = random_parameters(random, planes);
    ByteWriter writer;
    write_filter_parameters(writer, parameters, planes);
    const std::vector<std::byte> bytes = writer.take();
    ByteReader reader(bytes);
    LoopFilterParameters found;
    CHECK(read_filter_parameters(reader, found, planes));
    CHECK(!reader.failed());
    CHECK(reader.rest().empty());
    CHECK(found.deblock_strength == parameters.deblock_strength);
    CHECK(found.damping == parameters.damping);
    CHECK(found.presets == parameters.presets);
    CHECK(found.preset == parameters.preset);
  }
}

TEST_CASE("filter parameters out of their range are refused") {
  const auto is_valid = [](std::vector<int> values) {
    std::vector<std::byte> bytes;
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
    ByteReader reader(bytes);
    LoopFilterParameters parameters;
    return read_filter_parameters(reader, parameters, 1) && !reader.failed();
  };
  CHECK(is_valid({7, 0x31, 0xf7}));
  CHECK(!is_valid({8, 0x31, 0xf7}));                       // deblocking
  CHECK(!is_valid({7, 0x41, 0xf7}));                       // damping
  CHECK(!is_valid({7, 0x38, 0xf7, 0, 0, 0, 0, 0, 0, 0}));  // presets
  CHECK(!is_valid({7, 0x31, 0xf8}));                       // secondary strength
  CHECK(!is_valid({7, 0x31}));                             // nothing there
}

TEST_CASE("superblock presets come back, at the price that was counted") {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    const auto width = 1 + random() % 40, height = 1 + random() % 40;
    SuperblockPresets presets(static_cast<int>(width), static_cast<int>(height));
    for (int y = 0; y < presets.height(); ++y) {
      for (int x = 0; x < presets.width(); ++x) {
        const bool like_left = x > 0 && random() % 3 != 0;
        presets.row(y)[x] = like_left ? presets.row(y)[x - 1] : static_cast<uint8_t>(random() % 8);
      }
    }
    test::PricingWriter writer;
    code_superblock_presets(writer, presets);
    const double counted = writer.bits_counted();
    const std::vector<std::byte> bytes = writer.finish();
    CHECK(std::abs(counted - 8.0 * static_cast<double>(bytes.size())) <= 0.02 * counted + 32);
    SymbolReader reader(bytes);
    SuperblockPresets found(presets.width(), presets.height());
    code_superblock_presets(reader, found);
    bool same = true;
    for (int y = 0; y < presets.height(); ++y)
      same = same && std::equal(presets.row(y), presets.row(y) + presets.width(), found.row(y));
    CHECK(same);
  }
}
