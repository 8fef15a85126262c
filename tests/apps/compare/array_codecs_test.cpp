// The codecs that laq compare measures on arrays, programs among them.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "compare/codecs/codec_families.h"
#include "compare/measure/measure.h"
#include "sample_arrays.h"
#include "sample_codecs.h"

using namespace laq::compare;
using laq::Array;
using laq::ElementType;
using laq::ErrorCode;

namespace {

std::unique_ptr<Codec> array_codec(const std::string& specification) {
  return codec_of(specification, SignalKind::array);
}

std::vector<std::unique_ptr<Codec>> array_codecs() {
  std::vector<std::unique_ptr<Codec>> codecs;
  for (const std::string& specification : default_codecs(SignalKind::array))
    codecs.push_back(array_codec(specification));
  return codecs;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("codecs of arrays are named after their specification, and others are refused with a list") {
  for (const char* name : {"laq", "laq-psnr"}) CHECK(array_codec(name)->name() == name);
  CHECK(default_codecs(SignalKind::array).size() == array_codecs().size());
  for (const char* wrong : {"jxl", "laq-e5", "laq-noaq", "sz3"}) {
    CAPTURE(wrong);
    const auto codec = make_codec(wrong, SignalKind::array);
    REQUIRE_FALSE(codec.ok());
    CHECK(contains(codec.error().message, "known: laq[-psnr]"));
  }
  const auto zfp = make_codec("zfp", SignalKind::array);
  if (!zfp.ok()) CHECK(contains(zfp.error().message, "this build has no libzfp"));
  CHECK_FALSE(make_codec("zfp").ok());
}

TEST_CASE("a codec's ladder goes from small files to small errors, and keeps its bounds") {
  const Array array = wave_array(ElementType::float32, {20, 30, 17});
  for (const auto& codec : array_codecs()) {
    CAPTURE(codec->name());
    CHECK(codec->version().find_first_of("0123456789") != std::string::npos);
    const std::vector<double> qualities = codec->default_qualities();
    CHECK(qualities.size() >= 6);
    double bytes = 0;
    for (const double quality : qualities) {
      CAPTURE(quality);
      const auto encoded = codec->encode(array, quality, 1);
      REQUIRE(encoded.ok());
      CHECK(encoded->counted_bytes() > bytes);
      CHECK(encoded->seconds > 0);
      bytes = encoded->counted_bytes();
      const auto decoded = codec->decode(encoded->file, 1);
      REQUIRE(decoded.ok());
      CHECK(decoded->array().shape == array.shape);
      const auto error = array_error(array, decoded->array());
      REQUIRE(error.ok());
      if (const auto bound = codec->error_bound(quality)) {
        CHECK(error->max_relative_error <= *bound);
      } else {
        CHECK(error->psnr >= quality);
      }
    }
  }
}

TEST_CASE("every type in one to four dimensions comes back without loss, and within its bound") {
  const std::vector<std::vector<uint64_t>> shapes = {{500}, {2, 300}, {1, 9, 40}, {5, 3, 1, 30}, {4, 5, 6, 7}, {1}};
  for (const auto& codec : array_codecs()) {
    if (!codec->error_bound(0)) continue;
    CAPTURE(codec->name());
    for (int type = 0; type <= static_cast<int>(ElementType::float64); ++type) {
      CAPTURE(type);
      for (const auto& shape : shapes) {
        const Array array = wave_array(static_cast<ElementType>(type), shape);
        const Array exact = round_trip(*codec, array, 0).array();
        CHECK(exact.shape == array.shape);
        CHECK(exact.type == array.type);
        CHECK(exact.data == array.data);
        const auto error = array_error(array, round_trip(*codec, array, 0.05).array());
        REQUIRE(error.ok());
        // An integer may move by a half more where its codec knows no integers.
        CHECK(error->max_relative_error <= 0.05 + (array.type < ElementType::float32 ? 0.5 / 80 : 0));
      }
    }
  }
}

TEST_CASE("integers at the ends of their type come back within it") {
  for (const auto& codec : array_codecs()) {
    CAPTURE(codec->name());
    const auto ends = [](size_t i) { return i % 2 ? std::numeric_limits<uint32_t>::max() : 0u; };
    const Array array = array_of<uint32_t>(ElementType::uint32, {64}, ends);
    const double quality = codec->default_qualities()[1];
    CHECK(array_error(array, round_trip(*codec, array, quality).array()).value().max_relative_error <= 0.1);
  }
}

TEST_CASE("elements that are not finite are kept, or refused") {
  Array array = wave_array(ElementType::float32, {100});
  const float odd[] = {NAN, INFINITY};
  std::memcpy(&array.data[40], odd, sizeof odd);
  for (const auto& codec : array_codecs()) {
    CAPTURE(codec->name());
    const auto encoded = codec->encode(array, codec->default_qualities()[2], 1);
    if (codec->name() == "zfp") {
      REQUIRE_FALSE(encoded.ok());
      CHECK(encoded.error().code == ErrorCode::invalid_argument);
      CHECK(contains(encoded.error().message, "not finite"));
    } else {
      REQUIRE(encoded.ok());
      CHECK(array_error(array, codec->decode(encoded->file, 1)->array()).ok());
    }
  }
}

TEST_CASE("damaged files of arrays are errors") {
  std::vector<std::byte> text(100, std::byte{'x'});
  for (const auto& codec : array_codecs()) {
    CAPTURE(codec->name());
    CHECK_FALSE(codec->decode({}, 1).ok());
    CHECK_FALSE(codec->decode(text, 1).ok());
    std::vector<std::byte> form = array_form(wave_array(ElementType::float32, {10}));
    CHECK_FALSE(codec->decode(form, 1).ok());
    form.insert(form.end(), text.begin(), text.end());
    CHECK_FALSE(codec->decode(form, 1).ok());
  }
}

TEST_CASE("type and shape come back from before a file, or an error") {
  const Array array = wave_array(ElementType::uint16, {3, 50});
  std::vector<std::byte> file = array_form(array);
  file.push_back(std::byte{7});
  std::span<const std::byte> rest = file;
  const auto again = take_array_form(rest);
  REQUIRE(again.ok());
  CHECK(again->type == array.type);
  CHECK(again->shape == array.shape);
  CHECK(again->data.size() == array.data.size());
  CHECK(rest.size() == 1);
  const auto fails = [](std::vector<std::byte> bytes) {
    std::span<const std::byte> from = bytes;
    return !take_array_form(from).ok();
  };
  for (size_t size = 0; size < file.size() - 1; ++size) CHECK(fails({file.begin(), file.begin() + ptrdiff_t(size)}));
  std::vector<std::byte> large = file;
  for (size_t i = 2; i < 10; ++i) large[i] = std::byte{255};
  CHECK(fails(large));
  std::vector<std::byte> odd = file;
  odd[0] = static_cast<std::byte>(static_cast<int>(laq::kLastElementType) + 1);
  CHECK(fails(odd));
}

TEST_CASE("a program gets the elements as they are, and what it must know of them") {
  const Array array = wave_array(ElementType::float32, {5, 7, 11});
  const auto copy = array_codec("copy=cp {in} {out} ;; cp {out} {raw}");
  const auto encoded = copy->encode(array, 0, 1);
  REQUIRE(encoded.ok());
  CHECK(encoded->counted_bytes() == 4.0 * 5 * 7 * 11);
  const auto decoded = copy->decode(encoded->file, 1);
  REQUIRE(decoded.ok());
  CHECK(decoded->array().data == array.data);
  CHECK(decoded->array().shape == array.shape);

  const Array unit = array_of<double>(ElementType::float64, {2, 3}, [](size_t i) { return double(i) / 2.5; });  // 0..2
  const auto echo =
      array_codec("echo=cat {in} >/dev/null; echo {rank} {sides} {bits} {q} {error} >{out} ;; cp {out} {raw}");
  CHECK(echo->default_qualities().size() == 6);
  const auto text = echo->encode(unit, 0.25, 1);
  REQUIRE(text.ok());
  const std::string words(reinterpret_cast<const char*>(text->file.data()) + text->added_bytes,
                          text->file.size() - text->added_bytes);
  CHECK(words == "2 3 2 64 0.25 0.5\n");
  const auto wrong = echo->decode(text->file, 1);
  REQUIRE_FALSE(wrong.ok());
  CHECK(contains(wrong.error().message, "{raw} has 18 bytes instead of 48"));
  CHECK_FALSE(echo->decode({}, 1).ok());
}

TEST_CASE("programs of arrays must have {raw}, and say what failed") {
  const auto codec = make_codec("a=cp {in} {out} ;; cp {out} {png}", SignalKind::array);
  REQUIRE_FALSE(codec.ok());
  CHECK(contains(codec.error().message, "{raw}"));
  const Array array = wave_array(ElementType::int16, {10});
  const auto lazy = array_codec("lazy=cp {in} {out} ;; : {out} {raw}");
  const auto decoded = lazy->decode(lazy->encode(array, 0, 1)->file, 1);
  REQUIRE_FALSE(decoded.ok());
  CHECK(contains(decoded.error().message, "the decoder's {raw}"));
}
