// Linear light in PFM and OpenEXR: floating-point samples, the curve of PQ for formats without them, clipped values,
// and damaged files.
#include "io/picture/light.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/picture/picture_file.h"
#include "io/picture/picture_formats.h"
#include "io/picture/transfer.h"
#include "laq/float16.hpp"
#include "laq/metrics.hpp"
#include "sample_pictures.h"

using namespace laq;

namespace {

// A little-endian file of one row.
std::string pfm_of(const std::vector<float>& values) {
  std::string text = "Pf\n" + std::to_string(values.size()) + " 1\n-1.0\n";
  for (const float v : values) text += io::integer_text(std::bit_cast<uint32_t>(v), 4, false);
  return text;
}

// The picture of a PFM file with 16-bit samples.
io::Noted<Picture> integers_of(const Result<io::Noted<Picture>>& picture) {
  REQUIRE(picture.ok());
  return io::without_floats(*picture);
}

// The 16-bit sample that light becomes.
int code_of(float light) {
  return static_cast<int>(sample(integers_of(io::decode_pfm(bytes_of(pfm_of({light})), 1)), 0));
}

float number_of(const Picture& picture, size_t index) {
  REQUIRE(picture.sample_format == SampleFormat::float32);
  float number;
  std::memcpy(&number, picture.samples.data() + index * sizeof number, sizeof number);
  return number;
}

// A row of float32 samples.
io::Noted<Picture> float_picture(int channels, const std::vector<float>& values, uint8_t transfer) {
  io::Noted<Picture> picture;
  picture.width = static_cast<uint32_t>(values.size()) / static_cast<uint32_t>(channels);
  picture.height = 1;
  picture.channels = channels;
  picture.depth = 32;
  picture.sample_format = SampleFormat::float32;
  picture.metadata.code_points = CodePoints{1, transfer, 0, true};
  picture.samples.resize(picture.row_bytes());
  std::memcpy(picture.samples.data(), values.data(), picture.samples.size());
  return picture;
}

int difference(const Picture& a, const Picture& b) {
  int most = 0;
  for (size_t i = 0; i < a.samples.size() / 2; ++i)
    most = std::max(most, std::abs(static_cast<int>(sample(a, i)) - static_cast<int>(sample(b, i))));
  return most;
}

Picture light_picture(int channels) {
  Picture picture = sample_picture(19, 13, channels, 16);
  picture.metadata.code_points = CodePoints{9, io::kTransferPq, 0, true};
  return picture;
}

}  // namespace

TEST_CASE("PQ and HLG pass through the points that their standards name") {
  CHECK(code_of(1) / 65535.0 == doctest::Approx(0.5806).epsilon(0.0005));  // 203 cd/m2, BT.2408
  CHECK(code_of(10000 / 203.0F) == 65535);
  CHECK(io::hlg_display_light({0.26496, 0.26496, 0.26496})[1] == doctest::Approx(1).epsilon(0.005));
}

TEST_CASE("light has the nearest code of PQ") {
  const auto light_of = [](double code) { return static_cast<float>(*linear_light(code / 65535, io::kTransferPq)); };
  for (const int code : {1, 2, 300, 38049, 65534}) {
    CHECK(code_of(light_of(code)) == code);
    CHECK(code_of(light_of(code + 0.48)) == code);
    CHECK(code_of(light_of(code + 0.52)) == code + 1);
  }
  CHECK(code_of(0) == 0);
}

TEST_CASE("PFM: samples of PQ come back as they were, and 8 bits count as sRGB") {
  for (const int channels : {1, 3}) {
    const Picture picture = light_picture(channels);
    const auto file = io::encode_pfm(picture);
    REQUIRE(file.ok());
    const auto again = integers_of(io::decode_pfm(*file, 1000));
    CHECK(difference(again, picture) == 0);
    CHECK(again.metadata.code_points->transfer == io::kTransferPq);
  }
  Picture white = sample_picture(1, 1, 1, 8);
  set_sample(white, 0, 255);
  const auto again = integers_of(io::decode_pfm(*io::encode_pfm(white), 1000));
  CHECK(sample(again, 0) == code_of(1));
  CHECK_FALSE(io::encode_pfm(sample_picture(2, 2, 4, 8)).ok());
}

TEST_CASE("PFM: rows go from bottom to top, in either byte order") {
  const std::string high = io::integer_text(std::bit_cast<uint32_t>(1.0F), 4, true), low(4, '\0');
  const auto picture = io::decode_pfm(bytes_of("Pf\n1 2\n1.0\n" + high + low), 1000);
  REQUIRE(picture.ok());
  CHECK(number_of(*picture, 0) == 0);
  CHECK(number_of(*picture, 1) == 1);
}

TEST_CASE("PFM: numbers come back bit by bit, as light") {
  const std::vector<float> numbers = {-1,    std::numeric_limits<float>::quiet_NaN(), 1e30F,
                                      -0.0F, std::numeric_limits<float>::infinity(),  1e-40F};
  const auto picture = io::decode_pfm(bytes_of(pfm_of(numbers)), 1000);
  REQUIRE(picture.ok());
  CHECK(picture->metadata.code_points == CodePoints{1, io::kTransferLinear, 0, true});
  CHECK(picture->notes.text().empty());
  const auto file = io::encode_pfm(*picture);
  REQUIRE(file.ok());
  const auto again = io::decode_pfm(*file, 1000);
  REQUIRE(again.ok());
  CHECK(again->samples == picture->samples);
  CHECK(std::memcmp(picture->samples.data(), numbers.data(), picture->samples.size()) == 0);
}

TEST_CASE("floating-point samples become 16 bits for files that hold no others, and the notes say so") {
  const auto picture = io::decode_pfm(bytes_of(pfm_of({0, 1, 2})), 1000);
  REQUIRE(picture.ok());
  const auto png = io::encode_picture(*picture, io::FileKind::png);
  REQUIRE(png.ok());
  CHECK(png->notes.text() == "floating-point samples become 16 bits of PQ, where 1 is 203 cd/m2");
  const auto again = io::decode_picture(*png);
  REQUIRE(again.ok());
  CHECK(again->depth == 16);
  CHECK(again->metadata.code_points->transfer == io::kTransferPq);
  CHECK(static_cast<int>(sample(*again, 1)) == code_of(1));
}

TEST_CASE("light: what PQ does not hold is clipped, and counted") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto picture = integers_of(io::decode_pfm(bytes_of(pfm_of({-1, nan, 100, 49, 0})), 1000));
  CHECK(sample(picture, 0) == 0);
  CHECK(sample(picture, 1) == 0);
  CHECK(sample(picture, 2) == 65535);
  CHECK(sample(picture, 3) < 65535);
  CHECK(picture.notes.text() ==
        "1 value below 0, which become 0; 1 value that are not numbers, which become 0; "
        "1 value above 10000 cd/m2, which become that; "
        "floating-point samples become 16 bits of PQ, where 1 is 203 cd/m2");
}

TEST_CASE("light: encoded samples and alpha keep their place from 0 to 1, and what is cut is counted") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto picture = integers_of(float_picture(2, {0.25F, 0.58F, 2, 1, -1, 0, nan, 0.5F}, io::kTransferSrgb));
  const std::array<double, 8> wanted = {0.25, 0.58, 1, 1, 0, 0, 0, 0.5};
  for (size_t i = 0; i < wanted.size(); ++i)
    CHECK(std::abs(static_cast<double>(sample(picture, i)) - 65535 * wanted[i]) <= 2);
  CHECK(picture.metadata.code_points->transfer == io::kTransferSrgb);
  CHECK(picture.notes.text() ==
        "1 value below 0, which become 0; 1 value that are not numbers, which become 0; "
        "1 value above 1, which become 1; floating-point samples become 16 bits");
  const auto cut = integers_of(float_picture(2, {0.5F, 1.5F, 0.5F, -1, 0.5F, nan, 0.5F, 0.25F}, io::kTransferSrgb));
  CHECK(sample(cut, 1) == 65535);
  CHECK(sample(cut, 3) == 0);
  CHECK(sample(cut, 5) == 0);
  CHECK(
      cut.notes.text() ==
      "3 values of alpha that are not 0 to 1, which become the nearer of these; floating-point samples become 16 bits");
}

TEST_CASE("light: encoded floating-point samples become the light of integers, and an unknown transfer is noted") {
  for (const uint8_t transfer : {io::kTransferSrgb, io::kTransferPq, io::kTransferHlg, uint8_t{200}}) {
    const io::Noted<Picture> floats = float_picture(3, {0.2F, 0.6F, 1}, transfer);
    Picture integers = sample_picture(1, 1, 3, 16);
    integers.metadata = floats.metadata;
    set_sample(integers, 0, 13107);
    set_sample(integers, 1, 39321);
    set_sample(integers, 2, 65535);
    io::LightWriter writer(floats, false), wanted(integers, false);
    for (size_t i = 0; i < 3; ++i)
      CHECK(writer.row(floats.samples.data())[i] == doctest::Approx(wanted.row(integers.samples.data())[i]));
    io::Notes notes;
    writer.note_losses(notes);
    CHECK(notes.text() == (transfer == 200 ? "has transfer 200, which is taken for sRGB" : ""));
  }
}

TEST_CASE("light: samples of a narrow range have black at 16 and white at 235") {
  const auto light_of = [](std::initializer_list<uint32_t> samples, int depth, uint8_t transfer) {
    Picture picture = sample_picture(static_cast<uint32_t>(samples.size()), 1, 1, depth);
    size_t i = 0;
    for (const uint32_t v : samples) set_sample(picture, i++, v);
    picture.metadata.code_points = CodePoints{1, transfer, 0, false};
    io::LightWriter writer(picture, false);
    const auto row = writer.row(picture.samples.data());
    io::Notes notes;
    writer.note_losses(notes);
    return std::pair(std::vector<float>(row.begin(), row.end()), notes.text());
  };
  const auto [light, notes] = light_of({3, 16, 235, 255}, 8, io::kTransferSrgb);
  CHECK(light[0] == 0);
  CHECK(light[1] == 0);
  CHECK(light[2] == doctest::Approx(1));
  CHECK(light[3] == doctest::Approx(*linear_light(239.0 / 219, io::kTransferSrgb)));
  CHECK(notes == "1 value below black, which become black");
  const auto [deep, clipped] = light_of({64, 940, 1023}, 10, io::kTransferPq);
  CHECK(deep[0] == 0);
  CHECK(deep[1] == doctest::Approx(10000 / 203.0));
  CHECK(deep[2] == deep[1]);
  CHECK(clipped == "1 value above 10000 cd/m2, which become that");
}

TEST_CASE("PFM: damaged files are errors") {
  const auto file = io::encode_pfm(light_picture(3));
  for (size_t size = 0; size < file->size(); ++size)
    CHECK_FALSE(io::decode_pfm(std::span(*file).first(size), 1000).ok());
  CHECK_FALSE(io::decode_pfm(bytes_of("PF\n4000000000 4000000000\n-1\nabcd"), UINT64_MAX).ok());
  CHECK_FALSE(io::decode_pfm(bytes_of("Pf\n1 1\n0\nabcd"), 1000).ok());
}

#ifdef LAQ_HAVE_EXR
TEST_CASE("OpenEXR: half numbers hold a picture within 12 of 65535 steps of PQ, with its primaries") {
  for (const int channels : {1, 2, 3, 4}) {
    Picture picture = light_picture(channels);
    const bool has_alpha = channels % 2 == 0;
    const size_t step = static_cast<size_t>(channels);
    if (has_alpha) {
      for (size_t i = step - 1; i < picture.samples.size() / 2; i += step) set_sample(picture, i, 65535);
    }
    const auto file = io::encode_exr(picture);
    REQUIRE(file.ok());
    const auto again = io::decode_exr(*file, 1000);
    REQUIRE_MESSAGE(again.ok(), again.error().message);
    CHECK(again->channels == channels);
    CHECK(again->sample_format == (has_alpha ? SampleFormat::float32 : SampleFormat::float16));
    CHECK(difference(integers_of(again), picture) <= 12);
    CHECK(again->metadata.code_points->primaries == 9);
    CHECK(again->notes.text() == "");
  }
}

TEST_CASE("OpenEXR: halves and floats come back bit by bit where colour is not multiplied by alpha") {
  for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
    Picture picture{3, 2, 3, depth_of(format), {}, {}, format};
    picture.metadata.code_points = CodePoints{9, io::kTransferLinear, 0, true};
    picture.samples.resize(picture.row_bytes() * picture.height);
    for (size_t i = 0; i < 18; ++i) {
      const float number = 0.001F * static_cast<float>(i * i * i) - 1;
      const Float16 half(number);
      format == SampleFormat::float16 ? std::memcpy(&picture.samples[2 * i], &half, 2)
                                      : std::memcpy(&picture.samples[4 * i], &number, 4);
    }
    const auto again = io::decode_exr(*io::encode_exr(picture), 1000);
    REQUIRE_MESSAGE(again.ok(), again.error().message);
    CHECK(again->sample_format == format);
    CHECK(again->samples == picture.samples);
    CHECK(again->metadata.code_points == picture.metadata.code_points);
  }
}

TEST_CASE("OpenEXR: attributes that are not used here come back, and damaged ones are named") {
  Picture picture = light_picture(3);
  // Name, type, size and value, and the end of a header.
  const std::string text = std::string("comments\0string\0\5\0\0\0hello", 25) +
                           std::string("whiteLuminance\0float\0\4\0\0\0", 25) +
                           io::integer_text(std::bit_cast<uint32_t>(100.0F), 4, false) + std::string(1, '\0');
  picture.metadata.attachments = {{std::string(io::kExrAttributesName), bytes_of(text)}};
  const auto file = io::encode_picture(picture, io::FileKind::exr);
  REQUIRE(file.ok());
  CHECK(file->notes.text().empty());
  const auto again = io::decode_exr(*file, 1000);
  REQUIRE_MESSAGE(again.ok(), again.error().message);
  CHECK(again->metadata.attachments == picture.metadata.attachments);
  CHECK(again->notes.text().empty());
  // None are none.
  CHECK(io::decode_exr(*io::encode_exr(light_picture(1)), 1000)->metadata.attachments.empty());
  // Other formats have no place for them.
  CHECK(io::encode_picture(*again, io::FileKind::pfm)->notes.text().find("attributes of OpenEXR") != std::string::npos);
  for (const size_t size : {size_t{1}, size_t{12}, size_t{22}, text.size() - 3}) {
    picture.metadata.attachments[0].bytes = bytes_of(text.substr(0, size));
    const auto damaged = io::encode_exr(picture);
    REQUIRE(damaged.ok());
    CHECK(damaged->notes.text() == "not kept: attributes of OpenEXR");
    CHECK(io::decode_exr(*damaged, 1000).ok());
  }
  // One that claims two gigabytes is refused before anything is allocated.
  picture.metadata.attachments[0].bytes =
      bytes_of(std::string("comments\0string\0\xf0\xff\xff\x7fhello", 25) + std::string(1, '\0'));
  CHECK(io::encode_exr(picture)->notes.text() == "not kept: attributes of OpenEXR");
  std::vector<std::byte> file_of_claims = *file;
  for (const std::byte claim : {std::byte{0xf0}, std::byte{0xff}}) {
    const std::vector<std::byte> type = bytes_of(std::string("chlist\0", 7));
    const auto channels = std::search(file_of_claims.begin(), file_of_claims.end(), type.begin(), type.end());
    *(channels + 7 + (claim == std::byte{0xff} ? 2 : 0)) = claim;
  }
  const auto refused = io::decode_exr(file_of_claims, 1000);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("more bytes than there are") != std::string::npos);
}

TEST_CASE("OpenEXR: the primaries of H.273 come back by their chromaticities") {
  Picture picture = light_picture(3);
  for (const uint8_t primaries : {1, 4, 5, 6, 8, 9, 10, 11, 12, 22}) {
    CAPTURE(primaries);
    picture.metadata.code_points->primaries = primaries;
    const auto file = io::encode_exr(picture);
    REQUIRE(file.ok());
    CHECK(file->notes.text().empty());
    const auto again = io::decode_exr(*file, 1000);
    REQUIRE_MESSAGE(again.ok(), again.error().message);
    CHECK(again->metadata.code_points->primaries == primaries);
    CHECK(again->notes.text().empty());
  }
}

TEST_CASE("OpenEXR: primaries without chromaticities here are named") {
  Picture picture = light_picture(3);
  picture.metadata.code_points->primaries = 3;
  const auto file = io::encode_exr(picture);
  REQUIRE(file.ok());
  CHECK(file->notes.text() == "not kept: primaries of code points");
}

TEST_CASE("OpenEXR: files that are cut off or damaged give an error or a picture") {
  const auto file = io::encode_exr(light_picture(3));
  REQUIRE(file.ok());
  for (size_t size = 0; size + 1 < file->size(); size += 7)
    CHECK_FALSE(io::decode_exr(std::span(*file).first(size), 1000).ok());
  for (size_t i = 0; i < file->size(); i += 3) {
    auto flipped = *file;
    flipped[i] ^= std::byte{0x55};
    const auto picture = io::decode_exr(flipped, 1000);
    if (!picture.ok()) CHECK_FALSE(picture.error().message.empty());
  }
}
#endif
