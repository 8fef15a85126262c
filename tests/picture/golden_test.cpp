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
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <laq/laq.hpp>

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

std::string path_of(const std::string& name) {
  return std::string(LAQ_GOLDEN_FOLDER) + "/" + name;
}

// FNV-1a over the samples, each as two bytes, the lower one first.
uint64_t hash_of(const Picture& picture) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < picture.samples.size() / picture.sample_bytes(); ++i) {
    const uint32_t sample = sample_of(picture, i);
    for (const uint32_t byte : {sample & 255, sample >> 8}) hash = (hash ^ byte) * 0x100000001b3u;
  }
  return hash;
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

void rewrite() {
  std::ofstream hashes(path_of("hashes.txt"));
  for (const Golden& golden : kGolden) {
    const std::vector<std::byte> file = encoded(golden);
    CAPTURE(golden.name);
    CHECK(file.size() <= kMostBytes);
    std::ofstream out(path_of(golden.name + std::string(".laq")), std::ios::binary);
    out.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    REQUIRE_MESSAGE(out.good(), "cannot write to " << LAQ_GOLDEN_FOLDER << "; does the folder exist?");
    char line[80];
    std::snprintf(line, sizeof line, "%016llx", static_cast<unsigned long long>(hash_of(decoded(file, 1))));
    hashes << line << ' ' << golden.name << '\n';
  }
  REQUIRE(hashes.good());
}

std::map<std::string, uint64_t> read_hashes() {
  std::map<std::string, uint64_t> hashes;
  std::ifstream in(path_of("hashes.txt"));
  std::string hash, name;
  while (in >> hash >> name) hashes[name] = std::strtoull(hash.c_str(), nullptr, 16);
  return hashes;
}

}  // namespace

TEST_CASE("golden files decode to the samples that they always had") {
  if (std::getenv("LAQ_REWRITE_GOLDEN")) return rewrite();
  const std::map<std::string, uint64_t> hashes = read_hashes();
  for (const Golden& golden : kGolden) {
    const std::string path = path_of(golden.name + std::string(".laq"));
    std::ifstream in(path, std::ios::binary);
    if (!in || !hashes.contains(golden.name)) {
      FAIL_CHECK("no golden file " << path << ", or no hash of it in hashes.txt: see the top of golden_test.cpp");
      continue;
    }
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    const std::vector<std::byte> file(begin, begin + text.size());
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
    for (const int threads : {1, 3}) CHECK(hash_of(decoded(file, threads)) == hashes.at(golden.name));
    for_each_target([&] { CHECK(hash_of(decoded(file, 1)) == hashes.at(golden.name)); });
  }
}
