// Picture files through the codec.
#include <cmath>

#include "io/picture/picture_file.h"
#include "sample_pictures.h"
#include "test_files.h"

using laq::Picture;

namespace {

double psnr(const Picture& a, const Picture& b) {
  double squares = 0;
  const size_t samples = a.samples.size() / a.sample_bytes();
  for (size_t i = 0; i < samples; ++i) squares += std::pow(double(sample(a, i)) - double(sample(b, i)), 2);
  return 10 * std::log10(std::pow((1 << a.depth) - 1, 2) * double(samples) / std::max(squares, 1e-9));
}

void check_round_trip(const std::string& path) {
  const std::string name = base_name(path);
  CAPTURE(name);
  const auto picture = laq::io::read_picture(path);
  REQUIRE(picture.ok());
  laq::EncodeOptions options;
  options.effort = 2;
  options.quality = 90;  // some of these are three samples wide and full of edges
  const auto file = laq::encode(picture->view(), options);
  REQUIRE(file.ok());
  const auto again = laq::decode(*file);
  REQUIRE(again.ok());
  CHECK(again->width == picture->width);
  CHECK(again->height == picture->height);
  CHECK(again->channels == picture->channels);
  CHECK(again->depth == picture->depth);
  CHECK(same_metadata(again->metadata, picture->metadata));
  REQUIRE(again->samples.size() == picture->samples.size());
  CHECK(psnr(*again, *picture) > 20);
}

}  // namespace

TEST_CASE("testdata: every picture keeps its shape, metadata and look") {
  const auto files = testdata_files();
  CHECK(files.size() >= 15);
  for (const std::string& path : files) check_round_trip(path);
}

TEST_CASE("PngSuite: every picture keeps its shape, metadata and look") {
  for (const std::string& path : pngsuite_files()) {
    if (base_name(path)[0] != 'x') check_round_trip(path);
  }
}

TEST_CASE("metadata travel from PNG through LAQ to JPEG and back") {
  Picture picture = sample_picture(24, 16, 3, 8);
  picture.metadata = sample_metadata();
  const auto png = laq::io::encode_picture(picture, laq::io::FileKind::png);
  REQUIRE(png.ok());
  const auto from_png = laq::io::decode_picture(*png);
  REQUIRE(from_png.ok());
  const auto file = laq::encode(from_png->view());
  REQUIRE(file.ok());
  const auto decoded = laq::decode(*file);
  REQUIRE(decoded.ok());
  const auto jpeg = laq::io::encode_picture(*decoded, laq::io::FileKind::jpeg);
  REQUIRE(jpeg.ok());
  const auto again = laq::io::decode_picture(*jpeg);
  REQUIRE(again.ok());
  CHECK(same_metadata(again->metadata, picture.metadata));
}
