// Colour of PNG files: what overrides what, and what comes back.
#include "io/picture/png_colour.h"

#include <doctest/doctest.h>

#include <zlib.h>

#include "io/bytes.h"
#include "io/picture/icc_profile.h"
#include "io/picture/picture_formats.h"
#include "laq/metrics.hpp"
#include "sample_pictures.h"

using laq::Metadata;
using laq::Picture;
using laq::io::decode_png;
using laq::io::integer_text;

namespace {

std::string number(uint64_t value, size_t size = 4) {
  return integer_text(value, size, true);
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  return number(data.size()) + body + number(crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size()));
}

std::vector<std::byte> png_with(const std::string& chunks, const Metadata& metadata = {}, int channels = 3) {
  constexpr size_t kHeaderEnd = 33;  // of the signature and IHDR
  Picture picture = sample_picture(16, 12, channels, 8);
  picture.metadata = metadata;
  std::string file(laq::io::text_of(*laq::io::encode_png(picture)));
  file.insert(kHeaderEnd, chunks);
  return bytes_of(file);
}

laq::io::Noted<Picture> decoded(const std::vector<std::byte>& file) {
  auto picture = decode_png(file, 1000);
  REQUIRE(picture.ok());
  return *picture;
}

const std::string kCicp = chunk("cICP", std::string("\x09\x10\0\1", 4));
const std::string kGamma = chunk("gAMA", number(100000));
const std::string kSrgb = chunk("sRGB", std::string(1, '\0'));
const std::string kWide = chunk("cHRM", number(31270) + number(32900) + number(70800) + number(29200) + number(17000) +
                                            number(79700) + number(13100) + number(4600));

}  // namespace

TEST_CASE("code points and light levels of a PNG file come back") {
  std::string display, light = number(10000000) + number(4000000);
  for (const uint64_t v : {35400, 14600, 8500, 39850, 6550, 2300, 15635, 16450}) display += number(v, 2);
  display += number(10000000) + number(50);
  for (const auto& [mdcv, clli] : {std::pair{"mDCV", "cLLI"}, {"mDCv", "cLLi"}}) {
    const auto picture = decoded(png_with(kCicp + chunk(mdcv, display) + chunk(clli, light)));
    CHECK(picture.notes.text() == "");
    CHECK(picture.metadata.code_points == laq::CodePoints{9, 16, 0, true});
    REQUIRE(picture.metadata.mastering_display.has_value());
    CHECK(picture.metadata.mastering_display->chromaticities[2] == 8500);
    CHECK(picture.metadata.mastering_display->min_luminance == 50);
    CHECK(picture.metadata.content_light == laq::ContentLight{10000000, 4000000});
    const auto written = laq::io::encode_png(picture);
    REQUIRE(written.ok());
    CHECK(same_metadata(decoded(*written).metadata, picture.metadata));
    const laq::io::PngChunks chunks = laq::io::parse_png_chunks(*written);
    CHECK(laq::io::text_of(chunks.find("mDCV")->data) == display);
    CHECK(chunks.find("cLLI") < chunks.find("IDAT"));
  }
}

TEST_CASE("code points and an ICC profile of a PNG file both travel") {
  Metadata metadata;
  metadata.icc = sample_icc();
  const auto picture = decoded(png_with(kCicp, metadata));
  CHECK(picture.metadata.icc == metadata.icc);
  CHECK(picture.metadata.code_points.has_value());
  CHECK(same_metadata(decoded(*laq::io::encode_png(picture)).metadata, picture.metadata));
}

TEST_CASE("gAMA and cHRM of a PNG file are not looked at if something overrides them") {
  Metadata with_profile;
  with_profile.icc = sample_icc();
  CHECK(decoded(png_with(kCicp + kGamma + kWide)).metadata.icc.empty());
  CHECK(decoded(png_with(kSrgb + kGamma + kWide)).metadata.icc.empty());
  CHECK(decoded(png_with(kGamma + kWide, with_profile)).metadata.icc == with_profile.icc);
  CHECK(decoded(png_with(chunk("gAMA", number(45455)))).metadata.icc.empty());
}

TEST_CASE("pixels without unit keep their aspect") {
  const auto picture = decoded(png_with(chunk("pHYs", number(2) + number(1) + '\0')));
  CHECK(picture.notes.text() == "");
  CHECK(picture.metadata.is_only_aspect);
  CHECK(picture.metadata.pixels_per_metre_x == 2);
  CHECK(same_metadata(decoded(*laq::io::encode_png(picture)).metadata, picture.metadata));
  CHECK_FALSE(decoded(png_with(chunk("pHYs", number(3) + number(3) + '\0'))).metadata.is_only_aspect);
}

TEST_CASE("gAMA and cHRM of a PNG file become code points where these say the same") {
  const auto points = [](const std::string& chunks, int channels = 3) {
    const auto picture = decoded(png_with(chunks, {}, channels));
    CHECK(picture.metadata.icc.empty());
    CHECK(picture.notes.text() == "");
    return picture.metadata.code_points.value_or(laq::CodePoints{0, 0, 0, false});
  };
  CHECK(points(kGamma) == laq::CodePoints{1, 8, 0, true});
  CHECK(points(kGamma, 1) == laq::CodePoints{1, 8, 0, true});
  CHECK(points(kWide) == laq::CodePoints{9, 13, 0, true});
  CHECK(points(kGamma + kWide) == laq::CodePoints{9, 8, 0, true});
  CHECK(points(chunk("gAMA", number(35714))) == laq::CodePoints{1, 5, 0, true});
  CHECK_FALSE(decoded(png_with(chunk("gAMA", number(45455)))).metadata.code_points);
}

TEST_CASE("code points of a power are written as gAMA and cHRM, too") {
  const auto written = laq::io::encode_png(decoded(png_with(kGamma + kWide)));
  const laq::io::PngChunks chunks = laq::io::parse_png_chunks(*written);
  CHECK(laq::io::text_of(chunks.find("gAMA")->data) == number(100000));
  CHECK(kWide.find(laq::io::text_of(chunks.find("cHRM")->data)) != std::string::npos);
  Metadata sight;
  sight.code_points = laq::CodePoints{9, 16, 0, true};
  CHECK(laq::io::parse_png_chunks(png_with("", sight)).find("gAMA") == nullptr);
}

#ifdef LAQ_HAVE_LCMS2

TEST_CASE("gAMA and cHRM of a PNG file become an ICC profile that says the same") {
  const auto light = [](const std::string& chunks, int channels) {
    auto picture = decoded(png_with(chunks, {}, channels));
    CHECK(picture.notes.text() == "");
    REQUIRE_FALSE(picture.metadata.icc.empty());
    CHECK(picture.metadata.icc == decoded(png_with(chunks, {}, channels)).metadata.icc);
    const auto written = laq::io::encode_png(picture);  // libpng looks at the profile
    REQUIRE(written.ok());
    CHECK(written->notes.text() == "");
    CHECK(same_metadata(decoded(*written).metadata, picture.metadata));
    return picture;
  };
  // The same light by code points: SSIMULACRA 2 sees no difference.
  const auto score = [](Picture picture, const laq::CodePoints& points) {
    const auto metric = laq::Ssimulacra2::of(picture.view());
    REQUIRE(metric.ok());
    picture.metadata.code_points = points;
    return metric->score(picture.view()).value();
  };
  // As near to linear as to be compared with that, and too far to be that.
  const std::string almost_linear = chunk("gAMA", number(101000));
  CHECK(score(light(almost_linear, 3), {1, 8}) > 98);
  CHECK(score(light(almost_linear, 1), {1, 8}) > 98);
  CHECK(score(light(almost_linear, 4), {1, 8}) > 98);
  CHECK(score(light(almost_linear + kWide, 3), {9, 8}) > 98);
  CHECK(score(light(almost_linear, 3), {1, 13}) < 90);
}

TEST_CASE("an ICC profile that is made has the same bytes at any time, and is that of the gamma") {
  const std::vector<std::byte> icc = laq::io::make_icc_profile({.gamma = 1.8});
  REQUIRE(icc.size() > 128);
  CHECK(laq::io::big_endian(icc, 24, 2) == 2000);  // the year
  CHECK(laq::io::big_endian(icc, 84, 8) == 0);     // the profile's identity, not computed
  CHECK(icc != laq::io::make_icc_profile({.gamma = 2.2}));
  laq::io::Chromaticities one_point = {};
  one_point.fill(1 / 3.0);
  CHECK(laq::io::make_icc_profile({.gamma = 1.8, .chromaticities = one_point}).empty());
}

#endif
