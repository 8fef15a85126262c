// Golden files: LAQ files of an earlier day and the hash of their samples. As long as the format's number stays, every
// version must decode them to these samples, on every target.
//
// After a deliberate change of the format the files are made anew by
//   LAQ_REWRITE_GOLDEN=1 <build>/tests/picture/golden-tests
// which encodes the pictures below into tests/picture/golden/*.laq and writes the hashes of what they decode to into
// hashes.txt beside them. Commit them together with the change. Each file has at most 2 KB. A change of the encoder
// alone is no reason to run it.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <laq/laq.hpp>

#include "golden_files.h"
#include "picture/for_each_target.h"
#include "picture/synthetic_picture.h"

using namespace laq;
using namespace laq::test;

namespace {

constexpr size_t kMostBytes = 2048;

struct Golden {
  const char* name;
  Content content;
  uint32_t width, height;
  int channels, depth;
  float quality;
  int effort;
  Tune tune = Tune::perceptual;
  bool adaptive_quantization = true;
};

constexpr Golden kGolden[] = {
    {"gray", Content::edges, 64, 56, 1, 8, 70, 5},
    {"gray-alpha", Content::texture, 40, 33, 2, 8, 50, 5},
    {"rgb", Content::texture, 72, 60, 3, 8, 75, 7},
    {"rgba", Content::edges, 45, 30, 4, 8, 60, 3},
    {"psnr", Content::texture, 64, 64, 3, 8, 60, 9, Tune::psnr, false},
    {"uniform-step", Content::edges, 50, 70, 3, 8, 75, 6, Tune::perceptual, false},
    {"fast", Content::texture, 66, 50, 3, 8, 75, 1},
    {"bilevel", Content::edges, 40, 40, 1, 1, 60, 5},
    {"gray-10-bit", Content::gradient, 100, 90, 1, 10, 90, 5},
    {"rgb-12-bit", Content::gradient, 60, 44, 3, 12, 95, 5},
    {"rgba-16-bit", Content::gradient, 33, 47, 4, 16, 80, 5},
    {"noise-best", Content::noise, 16, 16, 3, 8, 100, 4},
    {"noise-worst", Content::noise, 120, 100, 3, 8, 10, 5},
    {"one-sample", Content::flat, 1, 1, 4, 8, 80, 5},
    {"one-row", Content::edges, 131, 1, 3, 8, 80, 5},
    {"one-column", Content::edges, 1, 67, 1, 8, 80, 5},
    {"screen", Content::glyphs, 100, 75, 3, 8, 70, 5},
    {"screen-gray-alpha", Content::glyphs, 61, 83, 2, 8, 85, 7},
    {"tiles", Content::gradient, 1210, 500, 1, 8, 20, 5},
};

// Each sample as two bytes, the lower one first.
uint64_t hash_of(const Picture& picture) {
  Hash hash;
  for (size_t i = 0; i < picture.samples.size() / picture.sample_bytes(); ++i) {
    const uint32_t sample = sample_of(picture, i);
    for (const uint32_t byte : {sample & 255, sample >> 8}) hash.add(byte);
  }
  return hash.value();
}

std::vector<std::byte> encoded(const Golden& golden) {
  const Picture picture = make_picture(golden.content, golden.width, golden.height, golden.channels, golden.depth);
  EncodeOptions options;
  options.quality = golden.quality;
  options.effort = golden.effort;
  options.tune = golden.tune;
  options.adaptive_quantization = golden.adaptive_quantization;
  const auto file = encode(picture.view(), options);
  REQUIRE(file.ok());
  return *file;
}

Picture decoded(const std::vector<std::byte>& file, int threads) {
  DecodeOptions options;
  options.threads = threads;
  const auto picture = decode(file, options);
  REQUIRE_MESSAGE(picture.ok(), (picture.ok() ? std::string() : picture.error().message));
  return *picture;
}

void rewrite(const GoldenFiles& files) {
  std::vector<std::pair<std::string, uint64_t>> hashes;
  for (const Golden& golden : kGolden) {
    const std::vector<std::byte> file = encoded(golden);
    CAPTURE(golden.name);
    CHECK(file.size() <= kMostBytes);
    files.write(golden.name, file);
    hashes.emplace_back(golden.name, hash_of(decoded(file, 1)));
  }
  files.write_hashes(hashes);
}

}  // namespace

TEST_CASE("golden files decode to the samples that they always had") {
  const GoldenFiles files(LAQ_GOLDEN_FOLDER);
  if (GoldenFiles::are_rewritten()) return rewrite(files);
  for (const Golden& golden : kGolden) {
    const std::vector<std::byte> file = files.read(golden.name);
    if (file.empty()) continue;
    CAPTURE(golden.name);
    CHECK(file.size() <= kMostBytes);
    const auto info = inspect(file);
    REQUIRE(info.ok());
    CHECK(info->width == golden.width);
    CHECK(info->height == golden.height);
    CHECK(info->channels == golden.channels);
    CHECK(info->depth == golden.depth);
    CHECK(info->quality == doctest::Approx(golden.quality));
    CHECK(info->tune == golden.tune);
    for (const int threads : {1, 3}) CHECK(hash_of(decoded(file, threads)) == files.hash_of(golden.name));
    for_each_target([&] { CHECK(hash_of(decoded(file, 1)) == files.hash_of(golden.name)); });
  }
}
