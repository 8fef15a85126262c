// The C++ API: pictures and metadata survive, and every error has its code and a message that names what is wrong.
#include <atomic>
#include <cmath>
#include <limits>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include <laq/laq.hpp>
#include <laq/metrics.hpp>

#include "api/test_picture.h"

namespace laq {
namespace {

void check_refused(const PictureView& picture, const EncodeOptions& options, const std::string& message,
                   ErrorCode code = ErrorCode::invalid_argument) {
  const auto file = encode(picture, options);
  REQUIRE_MESSAGE(!file.ok(), message);
  CHECK(file.error().code == code);
  CHECK_MESSAGE(file.error().message.find(message) != std::string::npos, file.error().message);
}

std::vector<std::byte> test_file(const Picture& picture, const EncodeOptions& options = {}) {
  auto file = encode(picture.view(), options);
  REQUIRE_MESSAGE(file.ok(), file.error().message);
  return std::move(*file);
}

TEST_CASE("a picture of every kind comes back with its size, channels and depth, and close to itself") {
  for (int channels = 1; channels <= 4; ++channels) {
    for (const int depth : {1, 2, 5, 8, 9, 10, 12, 16}) {
      CAPTURE(channels);
      CAPTURE(depth);
      const Picture picture = test_picture(37, 21, channels, depth);
      const auto again = decode(test_file(picture, {.quality = 95}));
      REQUIRE_MESSAGE(again.ok(), again.error().message);
      CHECK(again->width == 37);
      CHECK(again->height == 21);
      CHECK(again->channels == channels);
      CHECK(again->depth == depth);
      REQUIRE(again->samples.size() == picture.samples.size());
      // One level of a depth of 1 bit is 255.
      CHECK(mean_squared_difference(picture, *again) < (depth <= 2 ? 2000 : 100));
    }
  }
}

TEST_CASE("a quality takes about as many bytes whatever the depth") {
  const Picture deep = test_picture(160, 120, 3, 16);
  Picture shallow = test_picture(160, 120, 3, 8);
  for (size_t i = 0; i < shallow.samples.size(); ++i) shallow.samples[i] = deep.samples[2 * i + 1];
  for (const float quality : {40.0F, 80.0F, 90.0F}) {
    const auto ratio = static_cast<double>(test_file(deep, {.quality = quality}).size()) /
                       static_cast<double>(test_file(shallow, {.quality = quality}).size());
    CAPTURE(quality);
    CHECK(ratio > 0.8);
    CHECK(ratio < 1.25);
  }
}

TEST_CASE("the quality of deep pictures goes on to small bounds and to no loss") {
  const Picture picture = test_picture(90, 70, 3, 16);
  double error_before = 1e18;
  bool had_bound = false;
  for (const float quality : {80.0F, 90.0F, 93.0F, 95.0F, 97.0F, 99.0F, 100.0F}) {
    const auto file = test_file(picture, {.quality = quality});
    const auto info = inspect(file);
    const auto again = decode(file);
    REQUIRE(info.ok());
    REQUIRE(again.ok());
    uint32_t worst = 0;
    double error = 0;
    for (size_t i = 0; i < picture.samples.size(); i += 2) {
      uint16_t a, b;
      std::memcpy(&a, picture.samples.data() + i, 2);
      std::memcpy(&b, again->samples.data() + i, 2);
      worst = std::max<uint32_t>(worst, a > b ? a - b : b - a);
      error += (double{1} * a - b) * (double{1} * a - b);
    }
    CAPTURE(quality);
    CHECK(error <= error_before);
    error_before = error;
    CHECK((!had_bound || info->has_bound));
    if (info->has_bound) CHECK(worst <= info->max_error);
    had_bound = info->has_bound;
    if (quality == 95) CHECK(info->has_bound);
  }
  CHECK(error_before == 0);
}

TEST_CASE("a deep picture with a preview is transformed at every quality below 100") {
  const auto file = test_file(test_picture(90, 70, 3, 16), {.quality = 99, .progressive = true});
  const auto info = inspect(file);
  REQUIRE(info.ok());
  CHECK(!info->has_bound);
}

TEST_CASE("the smallest and the thinnest pictures come back") {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 9}, {200, 1}, {3, 130}}) {
    const Picture picture = test_picture(width, height);
    const auto again = decode(test_file(picture, {.quality = 90}));
    REQUIRE_MESSAGE(again.ok(), again.error().message);
    CHECK(again->samples.size() == picture.samples.size());
  }
}

TEST_CASE("rows may be further apart than they are long") {
  const Picture picture = test_picture(30, 20);
  std::vector<std::byte> wide(20 * 128, std::byte{0xee});
  for (size_t y = 0; y < 20; ++y)
    std::copy_n(picture.samples.begin() + static_cast<ptrdiff_t>(y * 90), 90,
                wide.begin() + static_cast<ptrdiff_t>(y * 128));
  PictureView view = picture.view();
  view.samples = wide.data();
  view.row_bytes = 128;
  const auto file = encode(view);
  REQUIRE(file.ok());
  CHECK(*file == test_file(picture));
}

TEST_CASE("neither the bytes nor the samples depend on the number of threads") {
  const Picture picture = test_picture(900, 800, 1);
  const auto one = test_file(picture, {.effort = 1, .threads = 1});
  CHECK(test_file(picture, {.effort = 1, .threads = 3}) == one);
  const auto a = decode(one, {.threads = 1}), b = decode(one, {.threads = 3});
  REQUIRE(a.ok());
  REQUIRE(b.ok());
  CHECK(a->samples == b->samples);
}

TEST_CASE("metadata comes back with the picture, and inspection shows it") {
  Picture picture = test_picture(20, 20);
  picture.metadata.icc.assign(300, std::byte{1});
  picture.metadata.exif.assign(200, std::byte{2});
  picture.metadata.xmp.assign(100, std::byte{3});
  picture.metadata.orientation = 3;
  picture.metadata.pixels_per_metre_x = 2835;
  const auto file = test_file(picture, {.quality = 71.25f, .tune = Tune::psnr});
  const auto again = decode(file);
  REQUIRE(again.ok());
  CHECK(again->metadata.icc == picture.metadata.icc);
  CHECK(again->metadata.exif == picture.metadata.exif);
  CHECK(again->metadata.xmp == picture.metadata.xmp);
  CHECK(again->metadata.orientation == 3);
  CHECK(again->metadata.pixels_per_metre_x == 2835);
  CHECK(again->metadata.pixels_per_metre_y == 0);

  const auto info = inspect(file);
  REQUIRE(info.ok());
  CHECK(info->width == 20);
  CHECK(info->height == 20);
  CHECK(info->channels == 3);
  CHECK(info->depth == 8);
  CHECK(info->quality == doctest::Approx(71.25));
  CHECK(info->tune == Tune::psnr);
  CHECK(info->metadata.xmp == picture.metadata.xmp);
  REQUIRE(info->sections.size() == 5);
  CHECK(info->sections.front().name == "META");
  CHECK(info->sections.back().name == "PICT");
}

TEST_CASE("a picture without metadata has one section") {
  const auto info = inspect(test_file(test_picture(20, 20)));
  REQUIRE(info.ok());
  CHECK(info->sections.size() == 1);
}

TEST_CASE("a view that is no picture is refused by field, value and range") {
  const Picture picture = test_picture(16, 8, 3, 12);
  const auto with = [&](auto change) {
    PictureView view = picture.view();
    change(view);
    return view;
  };
  check_refused(with([](PictureView& v) { v.width = 0; }), {}, "picture.width is 0, it must be 1 to 1048576");
  check_refused(with([](PictureView& v) { v.height = 0; }), {}, "picture.height is 0");
  check_refused(with([](PictureView& v) { v.width = (1u << 20) + 1; }), {}, "picture.width is 1048577");
  check_refused(with([](PictureView& v) { v.height = UINT32_MAX; }), {}, "picture.height is 4294967295");
  check_refused(with([](PictureView& v) { v.channels = 0; }), {}, "picture.channels is 0, it must be 1 to 4");
  check_refused(with([](PictureView& v) { v.channels = 5; }), {}, "picture.channels is 5");
  check_refused(with([](PictureView& v) { v.depth = 0; }), {}, "picture.depth is 0, it must be 1 to 16");
  check_refused(with([](PictureView& v) { v.depth = 17; }), {}, "picture.depth is 17");
  check_refused(with([](PictureView& v) { v.samples = nullptr; }), {}, "picture.samples is null");
  check_refused(with([](PictureView& v) { v.row_bytes = 95; }), {}, "picture.row_bytes is 95, a row has 96 bytes");
  check_refused(with([](PictureView& v) { v.row_bytes = 97; }), {}, "odd");
  check_refused(with([](PictureView& v) { v.row_bytes = SIZE_MAX - 1; }), {}, "too large");
  Metadata metadata;
  metadata.orientation = 9;
  check_refused(with([&](PictureView& v) { v.metadata = &metadata; }), {}, "orientation is 9, it must be 1 to 8");
}

TEST_CASE("a sample above the largest of its depth is refused with its place") {
  Picture picture = test_picture(16, 8, 3, 6);
  picture.samples[16 * 3 * 2 + 3 * 5 + 1] = std::byte{64};
  check_refused(picture.view(), {}, "has 64 at column 5, row 2, the largest value of depth 6 is 63");
  picture = test_picture(16, 8, 1, 10);
  picture.samples[16 * 2 * 7 + 1] = std::byte{4};
  check_refused(picture.view(), {}, "at column 0, row 7, the largest value of depth 10 is 1023");
}

TEST_CASE("options outside of their range are refused by name, value and range") {
  const Picture picture = test_picture(8, 8);
  const PictureView view = picture.view();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  check_refused(view, {.quality = -0.5f}, "quality is -0.5, it must be 0 to 100");
  check_refused(view, {.quality = 100.5f}, "quality is 100.5");
  check_refused(view, {.quality = 100, .progressive = true}, "progressive is set");
  check_refused(view, {.quality = kNan}, "quality is nan");
  check_refused(view, {.quality = std::numeric_limits<float>::infinity()}, "quality is inf");
  check_refused(view, {.effort = 0}, "effort is 0, it must be 1 to 9");
  check_refused(view, {.effort = 10}, "effort is 10");
  check_refused(view, {.threads = -1}, "threads is -1, it must be 0 to 1024");
  check_refused(view, {.threads = 1 << 20}, "threads is 1048576");
  check_refused(view, {.tune = static_cast<Tune>(7)}, "tune is 7");
  check_refused(view, {.target = {TargetKind::bytes, 0}}, "target.value (bytes) is 0, it must be 1 to");
  check_refused(view, {.target = {TargetKind::ssimulacra2, 101}},
                "target.value (ssimulacra2) is 101, it must be 0 to 100");
  check_refused(view, {.target = {TargetKind::ssimulacra2, kNan}}, "target.value (ssimulacra2) is nan");
  check_refused(view, {.target = {TargetKind::psnr, -3}}, "target.value (psnr) is -3, it must be 0.1 to 200");
  check_refused(view, {.target = {static_cast<TargetKind>(9), 1}}, "target.kind is 9, it must be 0 to 5");
  if (has_butteraugli()) {
    check_refused(view, {.target = {TargetKind::butteraugli, 0}}, "target.value (butteraugli) is 0");
  } else {
    check_refused(view, {.target = {TargetKind::butteraugli, 1}}, "built with libjxl", ErrorCode::unsupported);
  }
  check_refused(view, {.max_pixels = 63}, "8 x 8 pixels, more than max_pixels (63)", ErrorCode::limit_exceeded);
  const auto refused = decode(test_file(picture), {.threads = -2});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK(refused.error().message == "threads is -2, it must be 0 to 1024");
}

TEST_CASE("every quality and every effort at the ends of their ranges is accepted") {
  const Picture picture = test_picture(40, 30);
  for (const float quality : {0.0f, 0.004f, 99.999f, 100.0f})
    CHECK(decode(test_file(picture, {.quality = quality})).ok());
  for (int effort = 1; effort <= 9; ++effort) CHECK(decode(test_file(picture, {.effort = effort})).ok());
}

TEST_CASE("decoding keeps to its limits") {
  Picture picture = test_picture(50, 40);
  picture.metadata.xmp.assign(5000, std::byte{'x'});
  const auto file = test_file(picture);
  for (const DecodeOptions& options : {DecodeOptions{.max_pixels = 1999}, DecodeOptions{.max_bytes = 1000},
                                       DecodeOptions{.max_bytes = 6000}, DecodeOptions{.max_bytes = 0}}) {
    const auto refused = decode(file, options);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::limit_exceeded);
  }
  CHECK(decode(file, {.max_pixels = 2000}).ok());
}

TEST_CASE("a flipped bit anywhere is reported") {
  Picture picture = test_picture(24, 16);
  picture.metadata.exif.assign(20, std::byte{9});
  picture.metadata.orientation = 2;
  const auto file = test_file(picture, {.quality = 40});
  for (size_t i = 0; i < file.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto damaged = file;
      damaged[i] ^= static_cast<std::byte>(1 << bit);
      const auto result = decode(damaged);
      REQUIRE_FALSE(result.ok());
      const ErrorCode code = result.error().code;
      if (i < 3) CHECK(code == ErrorCode::not_laq);
      if (i == 3) CHECK(code == ErrorCode::unsupported);
      if (i > 3) CHECK((code == ErrorCode::corrupt || code == ErrorCode::truncated));
      CHECK_FALSE(inspect(damaged).ok());
    }
  }
}

TEST_CASE("a file that is cut off anywhere is reported as truncated") {
  Picture picture = test_picture(24, 16);
  picture.metadata.exif.assign(20, std::byte{9});
  const auto file = test_file(picture, {.quality = 40});
  for (size_t size = 0; size < file.size(); ++size) {
    const auto result = decode(std::span(file).first(size));
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == (size == 0 ? ErrorCode::not_laq : ErrorCode::truncated));
    CHECK_FALSE(inspect(std::span(file).first(size)).ok());
  }
}

TEST_CASE("progress rises to at most 1, never from two threads at once") {
  const Picture picture = test_picture(900, 800, 1);
  std::atomic<int> inside{0};
  bool overlapped = false;
  float last = 0;
  bool rises = true;
  const auto progress = [&](float done) {
    overlapped = overlapped || inside.fetch_add(1) != 0;
    rises = rises && done >= last && done <= 1;
    last = done;
    inside.fetch_sub(1);
    return true;
  };
  REQUIRE(encode(picture.view(), {.effort = 1, .threads = 3, .progress = progress}).ok());
  CHECK_FALSE(overlapped);
  CHECK(rises);
  CHECK(last > 0.9f);
}

TEST_CASE("a callback that says no, or throws, cancels") {
  const Picture picture = test_picture(200, 150);
  check_refused(picture.view(), {.progress = [](float) { return false; }}, "cancelled", ErrorCode::cancelled);
  check_refused(picture.view(), {.threads = 2, .progress = [](float) -> bool { throw 1; }}, "cancelled",
                ErrorCode::cancelled);
  check_refused(picture.view(),
                {.target = {TargetKind::bytes, 900}, .progress = [](float done) { return done < 0.15f; }}, "cancelled",
                ErrorCode::cancelled);
}

TEST_CASE("several threads may use the library at once") {
  const Picture picture = test_picture(90, 70);
  const auto file = test_file(picture);
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      const auto again = encode(picture.view());
      if (again.ok() && *again == file && decode(file).ok()) ++good;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 3);
}

TEST_CASE("the version is three numbers, those of the header") {
  int major, minor, patch;
  REQUIRE(std::sscanf(version(), "%d.%d.%d", &major, &minor, &patch) == 3);
  CHECK(major == LAQ_VERSION_MAJOR);
  CHECK(minor == LAQ_VERSION_MINOR);
  CHECK(patch == LAQ_VERSION_PATCH);
  CHECK(std::string(version()) == LAQ_VERSION_STRING);
}

}  // namespace
}  // namespace laq
