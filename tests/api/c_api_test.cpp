// The C API: what the C++ one does, through structures of any version, and null pointers are refused.
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string>

#include <doctest/doctest.h>

#include <laq/laq.h>
#include <laq/metrics.hpp>

#include "api/test_picture.h"

namespace laq {
namespace {

laq_picture c_view(const Picture& picture) {
  laq_picture view = {};
  view.struct_size = sizeof view;
  view.width = picture.width;
  view.height = picture.height;
  view.channels = picture.channels;
  view.depth = picture.depth;
  view.samples = picture.samples.data();
  view.row_bytes = picture.row_bytes();
  return view;
}

laq_encode_options encode_options() {
  laq_encode_options options;
  laq_encode_options_init(&options, sizeof options);
  return options;
}

// Owns what a call gives.
struct Buffer : laq_buffer {
  Buffer() : laq_buffer{nullptr, 0} {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { laq_buffer_free(this); }
};

TEST_CASE("C and C++ give the same file and the same samples") {
  const Picture picture = test_picture(45, 33, 4, 10);
  const laq_picture view = c_view(picture);
  laq_encode_options options = encode_options();
  options.quality = 66;
  Buffer file;
  laq_error error;
  REQUIRE(laq_encode(&view, &options, &file, &error) == LAQ_OK);
  CHECK(std::string(error.message).empty());
  const auto same = encode(picture.view(), {.quality = 66});
  REQUIRE(same.ok());
  REQUIRE(same->size() == file.size);
  CHECK(std::memcmp(same->data(), file.data, file.size) == 0);

  const std::vector<uint8_t> levels = {0, 128, 255, 255, 128, 0, 60, 200, 20};  // of squares
  const laq_quality_mask mask = {3, 3, levels.data(), 3};
  options.mask = &mask;
  Buffer masked;
  REQUIRE(laq_encode(&view, &options, &masked, &error) == LAQ_OK);
  const QualityMask same_mask{3, 3, levels.data(), 3};
  const auto same_masked = encode(picture.view(), {.quality = 66, .mask = &same_mask});
  REQUIRE(same_masked->size() == masked.size);
  CHECK(std::memcmp(same_masked->data(), masked.data, masked.size) == 0);

  laq_picture* again = nullptr;
  REQUIRE(laq_decode(file.data, file.size, nullptr, &again, &error) == LAQ_OK);
  const auto decoded = decode(*same);
  REQUIRE(decoded.ok());
  CHECK(again->struct_size == sizeof(laq_picture));
  CHECK(again->width == 45);
  CHECK(again->height == 33);
  CHECK(again->channels == 4);
  CHECK(again->depth == 10);
  CHECK(again->row_bytes == 45 * 4 * 2);
  CHECK(again->metadata.orientation == 1);
  CHECK(std::memcmp(again->samples, decoded->samples.data(), decoded->samples.size()) == 0);
  laq_picture_free(again);
}

TEST_CASE("C: metadata and sections come back") {
  const Picture picture = test_picture(16, 16);
  laq_picture view = c_view(picture);
  const uint8_t exif[] = {1, 2, 3, 4, 5};
  view.metadata.exif = exif;
  view.metadata.exif_bytes = sizeof exif;
  view.metadata.orientation = 6;
  view.metadata.pixels_per_metre_y = 99;
  view.metadata.code_points = {1, 9, 16, 0, 1};
  view.metadata.light.max_luminance = 10000000;
  const laq_attachment text = {"text", exif, 2};
  view.metadata.attachments = &text;
  view.metadata.attachment_count = 1;
  Buffer file;
  REQUIRE(laq_encode(&view, nullptr, &file, nullptr) == LAQ_OK);
  laq_info* info = nullptr;
  REQUIRE(laq_inspect(file.data, file.size, &info, nullptr) == LAQ_OK);
  CHECK(info->width == 16);
  CHECK(info->quality == doctest::Approx(80));
  CHECK(info->adaptive_quantization == 1);
  REQUIRE(info->section_count == 6);
  CHECK(std::string(info->sections[5].name) == "PICT");
  CHECK(info->metadata.orientation == 6);
  CHECK(info->metadata.pixels_per_metre_y == 99);
  REQUIRE(info->metadata.exif_bytes == sizeof exif);
  CHECK(std::memcmp(info->metadata.exif, exif, sizeof exif) == 0);
  CHECK(info->metadata.icc == nullptr);
  CHECK(info->metadata.code_points.are_set == 1);
  CHECK(info->metadata.code_points.transfer == 16);
  CHECK(info->metadata.light.max_luminance == 10000000);
  CHECK(info->metadata.light.max_pixel == 0);
  REQUIRE(info->metadata.attachment_count == 1);
  CHECK(std::string(info->metadata.attachments[0].name) == "text");
  REQUIRE(info->metadata.attachments[0].bytes == 2);
  CHECK(std::memcmp(info->metadata.attachments[0].data, exif, 2) == 0);
  laq_info_free(info);
  laq_buffer_free(&file);

  view.metadata.orientation = 300;
  laq_error error;
  CHECK(laq_encode(&view, nullptr, &file, &error) == LAQ_INVALID_ARGUMENT);
  view.metadata.orientation = 0;
  view.metadata.icc_bytes = 3;
  CHECK(laq_encode(&view, nullptr, &file, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message) == "picture.metadata.icc is null");
  view.metadata.icc_bytes = 0;
  view.metadata.attachments = nullptr;
  CHECK(laq_encode(&view, nullptr, &file, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message) == "picture.attachments is null");
}

TEST_CASE("C: null pointers are refused, or allowed where the header says so") {
  const Picture picture = test_picture(16, 16);
  laq_picture view = c_view(picture);
  Buffer file;
  laq_picture* again = nullptr;
  laq_info* info = nullptr;
  laq_error error;
  CHECK(laq_encode(nullptr, nullptr, &file, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message) == "picture is null");
  CHECK(laq_encode(&view, nullptr, nullptr, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_decode(nullptr, 5, nullptr, &again, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_decode(nullptr, 0, nullptr, &again, &error) == LAQ_NOT_LAQ);
  CHECK(laq_decode("LAQ", 3, nullptr, nullptr, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_inspect(nullptr, 5, &info, nullptr) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_inspect("LAQ", 3, nullptr, nullptr) == LAQ_INVALID_ARGUMENT);
  view.samples = nullptr;
  CHECK(laq_encode(&view, nullptr, &file, nullptr) == LAQ_INVALID_ARGUMENT);
  laq_buffer_free(nullptr);
  laq_picture_free(nullptr);
  laq_info_free(nullptr);
  laq_encode_options_init(nullptr, sizeof(laq_encode_options));
  laq_decode_options_init(nullptr, sizeof(laq_decode_options));
}

TEST_CASE("C: what fails gives nothing") {
  laq_picture* again = reinterpret_cast<laq_picture*>(1);
  laq_info* info = reinterpret_cast<laq_info*>(1);
  Buffer file;
  file.size = 77;
  laq_picture view = {};
  laq_error error;
  CHECK(laq_decode("nothing", 7, nullptr, &again, &error) == LAQ_NOT_LAQ);
  CHECK(again == nullptr);
  CHECK(laq_inspect("nothing", 7, &info, &error) == LAQ_NOT_LAQ);
  CHECK(info == nullptr);
  CHECK(laq_encode(&view, nullptr, &file, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(file.data == nullptr);
  CHECK(file.size == 0);
}

TEST_CASE("C: structures of an older version leave the newer fields at their defaults") {
  const Picture picture = test_picture(40, 30);
  const laq_picture view = c_view(picture);
  laq_encode_options options;
  std::memset(&options, 0xff, sizeof options);  // what lies behind an older structure is not to be read
  options.struct_size = offsetof(laq_encode_options, effort);
  options.quality = 50;
  Buffer file;
  laq_error error;
  REQUIRE_MESSAGE(laq_encode(&view, &options, &file, &error) == LAQ_OK, error.message);
  const auto same = encode(picture.view(), {.quality = 50});
  REQUIRE(same->size() == file.size);
  CHECK(std::memcmp(same->data(), file.data, file.size) == 0);

  // Nor written.
  unsigned char bytes[sizeof(laq_encode_options)];
  std::memset(bytes, 0xab, sizeof bytes);
  alignas(laq_encode_options) unsigned char aligned[sizeof bytes];
  std::memcpy(aligned, bytes, sizeof bytes);
  laq_encode_options_init(reinterpret_cast<laq_encode_options*>(aligned), offsetof(laq_encode_options, effort));
  CHECK(aligned[offsetof(laq_encode_options, effort)] == 0xab);
}

TEST_CASE("C: structures of a newer version are accepted as long as their new fields are zero") {
  const Picture picture = test_picture(40, 30);
  const laq_picture view = c_view(picture);
  struct Newer {
    laq_encode_options options;
    uint64_t invented;
  } newer;
  laq_encode_options_init(&newer.options, sizeof newer);
  CHECK(newer.options.struct_size == sizeof newer);
  CHECK(newer.invented == 0);
  Buffer file;
  laq_error error;
  CHECK(laq_encode(&view, &newer.options, &file, &error) == LAQ_OK);
  laq_buffer_free(&file);
  newer.invented = 1;
  CHECK(laq_encode(&view, &newer.options, &file, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message).find("does not have") != std::string::npos);
}

TEST_CASE("C: a structure that was not initialized is refused") {
  const Picture picture = test_picture(16, 16);
  laq_picture view = c_view(picture);
  laq_encode_options options = {};
  Buffer file;
  laq_error error;
  CHECK(laq_encode(&view, &options, &file, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message).find("options.struct_size is 0") == 0);
  view.struct_size = 0;
  CHECK(laq_encode(&view, nullptr, &file, &error) == LAQ_INVALID_ARGUMENT);
  laq_decode_options decode_options = {};
  laq_picture* again = nullptr;
  CHECK(laq_decode("LAQ", 3, &decode_options, &again, &error) == LAQ_INVALID_ARGUMENT);
}

TEST_CASE("C: a callback is called with its user and may cancel") {
  const Picture picture = test_picture(64, 64);
  const laq_picture view = c_view(picture);
  laq_encode_options options = encode_options();
  int calls = 0;
  options.user = &calls;
  options.progress = [](float, void* user) { return ++*static_cast<int*>(user) >= 0 ? 1 : 0; };
  Buffer file;
  laq_error error;
  CHECK(laq_encode(&view, &options, &file, &error) == LAQ_OK);
  CHECK(calls > 0);
  laq_buffer_free(&file);
  options.progress = [](float, void*) { return 0; };
  CHECK(laq_encode(&view, &options, &file, &error) == LAQ_CANCELLED);
  CHECK(std::string(error.message).find("cancelled") != std::string::npos);
}

TEST_CASE("C: errors of the library arrive with status and message") {
  const Picture picture = test_picture(64, 64);
  const laq_picture view = c_view(picture);
  laq_encode_options options = encode_options();
  Buffer file;
  laq_error error;
  options.tune = 256;  // would be 0 in a byte
  CHECK(laq_encode(&view, &options, &file, &error) == LAQ_INVALID_ARGUMENT);
  options = encode_options();
  options.target_kind = LAQ_TARGET_BYTES;
  options.target = 10;
  CHECK(laq_encode(&view, &options, &file, &error) == LAQ_LIMIT_EXCEEDED);
  options.target_kind = 257;  // would be LAQ_TARGET_BYTES in a byte
  CHECK(laq_encode(&view, &options, &file, &error) == LAQ_INVALID_ARGUMENT);
  REQUIRE(laq_encode(&view, nullptr, &file, &error) == LAQ_OK);
  laq_picture* again = nullptr;
  CHECK(laq_decode(file.data, file.size - 1, nullptr, &again, &error) == LAQ_TRUNCATED);
  file.data[file.size - 1] ^= 1;
  CHECK(laq_decode(file.data, file.size, nullptr, &again, &error) == LAQ_CORRUPT);
  CHECK(std::string(error.message).find("section PICT") == 0);
  file.data[3] = 1;
  CHECK(laq_decode(file.data, file.size, nullptr, &again, &error) == LAQ_UNSUPPORTED);
  CHECK(std::string(laq_version()) == version());
}

TEST_CASE("C: measures are those of the C++ API, and wrong calls leave not a number") {
  const Picture picture = test_picture(40, 30);
  Picture other = picture;
  for (std::byte& sample : other.samples) sample ^= std::byte{5};
  const laq_picture a = c_view(picture), b = c_view(other);
  laq_error error;
  double score = 0;
  CHECK(laq_measure(&a, &b, LAQ_METRIC_PSNR_CB, &score, &error) == LAQ_OK);
  CHECK(score == psnr(picture.view(), other.view())->cb);
  CHECK(laq_measure(&a, &b, LAQ_METRIC_MS_SSIM, &score, nullptr) == LAQ_OK);
  CHECK(score == ms_ssim(picture.view(), other.view()).value());
  CHECK(laq_measure(&a, &b, LAQ_METRIC_SSIMULACRA2, &score, &error) == LAQ_OK);
  CHECK(score == Ssimulacra2::of(picture.view())->score(other.view()).value());
  const laq_status status = laq_measure(&a, &b, LAQ_METRIC_BUTTERAUGLI_NORM3, &score, &error);
  CHECK(status == (has_butteraugli() ? LAQ_OK : LAQ_UNSUPPORTED));
  CHECK(laq_measure(&a, &b, 99, &score, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::isnan(score));
  CHECK(std::string(error.message).find("metric is 99") == 0);
  CHECK(laq_measure(&a, nullptr, LAQ_METRIC_SSIM, &score, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_measure(&a, &b, LAQ_METRIC_SSIM, nullptr, &error) == LAQ_INVALID_ARGUMENT);
  laq_picture cut = b;
  cut.height -= 1;
  CHECK(laq_measure(&a, &cut, LAQ_METRIC_PSNR_RGB, &score, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::isnan(score));
}

}  // namespace
}  // namespace laq
