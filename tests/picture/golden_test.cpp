// Golden files of pictures, decoded by the library of a decoder alone.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <laq/laq.hpp>

#include "for_each_target.h"
#include "golden_files.h"
#include "picture/golden_pictures.h"

using namespace laq;
using namespace laq::test;

namespace {

Picture decoded(const std::vector<std::byte>& file, int threads) {
  DecodeOptions options;
  options.threads = threads;
  const auto picture = decode(file, options);
  REQUIRE_MESSAGE(picture.ok(), (picture.ok() ? std::string() : picture.error().message));
  return *picture;
}

}  // namespace

TEST_CASE("golden files decode to the samples that they always had") {
  const GoldenFiles files(LAQ_GOLDEN_FOLDER);
  for (const GoldenPicture& golden : kGoldenPictures) {
    const std::vector<std::byte> file = files.read(golden.name);
    if (file.empty()) continue;
    CAPTURE(golden.name);
    CHECK(file.size() <= kMostBytesOfPicture);
    const auto info = inspect(file);
    REQUIRE(info.ok());
    CHECK(info->width == golden.width);
    CHECK(info->height == golden.height);
    CHECK(info->channels == golden.channels);
    CHECK(info->depth == golden.depth);
    CHECK(info->quality == doctest::Approx(golden.quality));
    CHECK(info->tune == golden.tune);
    CHECK(info->sample_format == golden.format);
    CHECK(info->has_bound == (golden.max_error >= 0));
    for (const int threads : {1, 3}) CHECK(hash_of(decoded(file, threads)) == files.hash_of(golden.name));
    for_each_target([&] { CHECK(hash_of(decoded(file, 1)) == files.hash_of(golden.name)); });
  }
}
