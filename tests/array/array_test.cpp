// Arrays through the public functions: the bound, what is kept, and every error.
#include <laq/array.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <utility>

#include "base/element.h"

using namespace laq;

namespace {

constexpr ElementType kTypes[] = {ElementType::int8,  ElementType::uint8,  ElementType::int16,   ElementType::uint16,
                                  ElementType::int32, ElementType::uint32, ElementType::float32, ElementType::float64,
                                  ElementType::int64, ElementType::uint64, ElementType::float16, ElementType::bfloat16};

enum class Kind { smooth, noise, constant, steps, extremes };
constexpr Kind kKinds[] = {Kind::smooth, Kind::noise, Kind::constant, Kind::steps, Kind::extremes};

double element_of(Kind kind, size_t i, std::mt19937& random) {  // within 0 .. 1
  const auto x = static_cast<double>(i);
  switch (kind) {
    case Kind::smooth:
      return 0.5 + 0.3 * std::sin(x * 0.07) + 0.2 * std::cos(x * 0.013);
    case Kind::noise:
      return static_cast<double>(random() % 1000) / 1000;
    case Kind::constant:
      return 0.3;
    case Kind::steps:
      return static_cast<double>(i / 37 % 5) / 5;
    case Kind::extremes:
      return static_cast<double>(random() % 2);
  }
  return 0;
}

Array make_array(ElementType type, std::vector<uint64_t> shape, Kind kind, unsigned seed) {
  Array array{type, std::move(shape), {}};
  size_t count = 1;
  for (const uint64_t side : array.shape) count *= side;
  array.data.resize(count * element_bytes(type));
  std::mt19937 random(seed);
  with_type(type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    const ElementRange range(type);
    for (size_t i = 0; i < count; ++i) {
      const double share = element_of(kind, i, random);
      const double value = is_integer(type) ? range.least() + share * (range.greatest() - range.least()) : share * 1000;
      const T element = static_cast<T>(value);
      std::memcpy(array.data.data() + i * sizeof(T), &element, sizeof(T));
    }
  });
  return array;
}

template <class T>
Array array_of(ElementType type, std::vector<uint64_t> shape, const std::vector<T>& values) {
  Array array{type, std::move(shape), {}};
  array.data.resize(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(array.data.data(), values.data(), array.data.size());
  return array;
}

// The largest error of the finite elements; the others must be the same bit by bit.
double worst_error(const Array& a, const Array& b) {
  double worst = 0;
  with_type(a.type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    for (size_t i = 0; i < a.data.size(); i += sizeof(T)) {
      T x, y;
      std::memcpy(&x, a.data.data() + i, sizeof(T));
      std::memcpy(&y, b.data.data() + i, sizeof(T));
      if (std::isfinite(static_cast<double>(x))) {
        worst = std::max(worst, std::fabs(static_cast<double>(x) - static_cast<double>(y)));
      } else if (std::memcmp(&x, &y, sizeof(T)) != 0) {
        worst = std::numeric_limits<double>::infinity();
      }
    }
  });
  return worst;
}

Array round_trip(const ArrayView& view, const ArrayTarget& bound, size_t* size = nullptr) {
  const auto file = encode(view, {bound, 1, {}});
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  if (size) *size = file->size();
  auto again = decode_array(*file);
  REQUIRE_MESSAGE(again.ok(), (again.ok() ? "" : again.error().message));
  CHECK(again->type == view.type);
  CHECK(again->shape == view.shape);
  return *again;
}

}  // namespace

TEST_CASE("every type, shape and content stays within every bound, and lossless is exact") {
  const std::vector<std::vector<uint64_t>> shapes = {{1},          {2},        {1000},    {3, 1200},
                                                     {40, 31},     {1, 1, 77}, {9, 8, 7}, {2, 5, 33},
                                                     {3, 4, 5, 6}, {5, 1},     {},        {2, 3, 1, 4, 5, 6}};
  unsigned seed = 0;
  for (const ElementType type : kTypes) {
    for (const auto& shape : shapes) {
      const Kind kind = kKinds[++seed % std::size(kKinds)];
      const Array array = make_array(type, shape, kind, seed);
      CAPTURE(static_cast<int>(type));
      CAPTURE(seed);
      CHECK(round_trip(array.view(), {}).data == array.data);
      const double range = is_integer(type) ? ElementRange(type).greatest() - ElementRange(type).least() : 1000;
      for (const double share : {1e-9, 1e-3, 0.02, 0.7}) {
        CHECK(worst_error(array, round_trip(array.view(), {ArrayTargetKind::max_error, share * range})) <=
              share * range);
      }
      CHECK(worst_error(array, round_trip(array.view(), {ArrayTargetKind::max_relative_error, 0.01})) <= 0.01 * range);
    }
  }
}

TEST_CASE("NaN of every payload, infinities and negative zero come back") {
  std::vector<float> values(3000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<float>(i) * 0.01f);
  for (size_t i = 500; i < 900; ++i) values[i] = std::numeric_limits<float>::quiet_NaN();
  values[0] = std::numeric_limits<float>::infinity();
  values[1000] = -std::numeric_limits<float>::infinity();
  const uint32_t odd_nan = 0xffc12345;
  std::memcpy(&values[2000], &odd_nan, 4);
  for (const std::vector<uint64_t>& shape : {std::vector<uint64_t>{3000}, {50, 60}, {10, 20, 15}}) {
    const Array array = array_of(ElementType::float32, shape, values);
    for (const double bound : {0.001, 0.3}) {
      CHECK(worst_error(array, round_trip(array.view(), {ArrayTargetKind::max_error, bound})) <= bound);
    }
    CHECK(round_trip(array.view(), {}).data == array.data);
  }
  const Array nothing =
      array_of(ElementType::float64, {40}, std::vector<double>(40, std::numeric_limits<double>::quiet_NaN()));
  CHECK(round_trip(nothing.view(), {ArrayTargetKind::max_relative_error, 0.1}).data == nothing.data);
}

TEST_CASE("huge, tiny and denormal numbers stay within their bounds") {
  std::vector<double> values;
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    const int exponent = static_cast<int>(random() % 2100) - 1074;
    values.push_back(std::ldexp(static_cast<double>(random() % 1000) - 500, exponent - 9));
  }
  const Array array = array_of(ElementType::float64, {40, 50}, values);
  for (const double bound : {1e300, 1.0, 1e-300, 4.9e-324}) {
    CHECK(worst_error(array, round_trip(array.view(), {ArrayTargetKind::max_error, bound})) <= bound);
  }
  const Array wide = array_of(ElementType::float64, {2}, std::vector<double>{-1.7e308, 1.7e308});
  CHECK(round_trip(wide.view(), {ArrayTargetKind::max_relative_error, 0.1}).data == wide.data);  // the range overflows
}

TEST_CASE("arrays without elements, and of any strides, come back") {
  CHECK(round_trip({ElementType::float32, {0}, nullptr}, {}).data.empty());
  CHECK(round_trip({ElementType::int16, {4, 0, 3}, nullptr}, {ArrayTargetKind::max_error, 1}).data.empty());
  // Every second column of a matrix, bottom up.
  std::vector<int32_t> matrix(20 * 30);
  for (size_t i = 0; i < matrix.size(); ++i) matrix[i] = static_cast<int32_t>(i * i % 1001);
  const ArrayView view{ElementType::int32, {20, 15}, matrix.data() + 19 * 30, {-30 * 4, 8}};
  const Array again = round_trip(view, {});
  for (size_t y = 0; y < 20; ++y) {
    for (size_t x = 0; x < 15; ++x) {
      int32_t element;
      std::memcpy(&element, again.data.data() + 4 * (y * 15 + x), 4);
      CHECK(element == matrix[(19 - y) * 30 + 2 * x]);
    }
  }
}

TEST_CASE("large arrays are cut into chunks, whose bytes and elements do not depend on the number of threads") {
  Array array = make_array(ElementType::uint8, {5, 800, 900}, Kind::smooth, 1);
  const auto one = encode(array.view(), {{ArrayTargetKind::max_error, 3}, 1, {}});
  const auto three = encode(array.view(), {{ArrayTargetKind::max_error, 3}, 3, {}});
  REQUIRE(one.ok());
  REQUIRE(three.ok());
  CHECK(*one == *three);
  CHECK(inspect_array(*one)->chunks == 2);
  const auto again = decode_array(*one, {.threads = 3});
  REQUIRE(again.ok());
  CHECK(worst_error(array, *again) <= 3);
  CHECK(decode_array(*one, {.threads = 1})->data == again->data);
}

TEST_CASE("bytes and elements do not depend on the caller's rounding, which stays as it is") {
  const Array array = make_array(ElementType::float32, {3, 20, 30}, Kind::smooth, 1);
  for (const ArrayTarget& target :
       {ArrayTarget{ArrayTargetKind::max_relative_error, 1e-4}, {ArrayTargetKind::psnr, 60}}) {
    const auto file = encode(array.view(), {target, 2, {}});
    REQUIRE(file.ok());
    const auto decoded = decode_array(*file);
    REQUIRE(decoded.ok());
    std::fesetround(FE_UPWARD);
    const auto same_file = encode(array.view(), {target, 2, {}});
    const auto same = decode_array(*file);
    CHECK(std::fegetround() == FE_UPWARD);
    std::fesetround(FE_TONEAREST);
    REQUIRE(same.ok());
    CHECK(same->data == decoded->data);
    REQUIRE(same_file.ok());
    CHECK(*same_file == *file);
  }
}

TEST_CASE("smooth fields and series cost a fraction of noise, and noise hardly more than itself") {
  const auto bits = [](const Array& array, double bound) {
    size_t size = 0;
    round_trip(array.view(), {ArrayTargetKind::max_error, bound}, &size);
    return 8.0 * static_cast<double>(size) * static_cast<double>(element_bytes(array.type)) /
           static_cast<double>(array.data.size());
  };
  CHECK(bits(make_array(ElementType::float32, {20000}, Kind::smooth, 1), 0.5) < 1);
  CHECK(bits(make_array(ElementType::float32, {20, 25, 40}, Kind::smooth, 1), 0.5) < 6);
  CHECK(bits(make_array(ElementType::float32, {20000}, Kind::constant, 1), 0.5) < 0.1);
  CHECK(bits(make_array(ElementType::float32, {20000}, Kind::noise, 1), 0.5) < 10.3);  // log2(1000) is 9.97
}

TEST_CASE("integers that are all multiples of one number cost no more for it") {
  std::vector<int32_t> plain(5000), spaced(5000);
  std::mt19937 random(9);
  for (size_t i = 0; i < plain.size(); ++i) {
    plain[i] =
        static_cast<int32_t>(1000 * std::sin(static_cast<double>(i) * 0.01)) + static_cast<int32_t>(random() % 9);
    spaced[i] = plain[i] * 4096 + 77;
  }
  size_t plain_size = 0, spaced_size = 0;
  const Array original = array_of(ElementType::int32, {5000}, spaced);
  round_trip(array_of(ElementType::int32, {5000}, plain).view(), {}, &plain_size);
  CHECK(round_trip(original.view(), {}, &spaced_size).data == original.data);
  CHECK(spaced_size < plain_size + 50);
  CHECK(worst_error(original, round_trip(original.view(), {ArrayTargetKind::max_error, 5000})) <= 5000);
  // The two ends of the type.
  const Array ends = array_of(ElementType::int32, {3}, std::vector<int32_t>{INT32_MIN, INT32_MAX, INT32_MIN});
  CHECK(round_trip(ends.view(), {}).data == ends.data);
}

TEST_CASE("targets in decibels and bits are met from the right side, and closely") {
  const Array field = make_array(ElementType::float32, {12, 40, 50}, Kind::smooth, 1);
  Array noise = make_array(ElementType::float64, {5000}, Kind::noise, 2);
  // A thousand different numbers would be cheap without loss.
  for (size_t i = 0; i < noise.data.size(); i += sizeof(double)) {
    double x;
    std::memcpy(&x, noise.data.data() + i, sizeof(x));
    x = std::sqrt(x + std::fmod(static_cast<double>(i) * 0.6180339887, 1));
    std::memcpy(noise.data.data() + i, &x, sizeof(x));
  }
  for (const Array* array : {&field, static_cast<const Array*>(&noise)}) {
    double squares = 0;
    const auto count = static_cast<double>(array->data.size() / element_bytes(array->type));
    double least = 1e9, greatest = -1e9;
    with_type(array->type, [&](auto* p) {
      using T = std::remove_pointer_t<decltype(p)>;
      for (size_t i = 0; i < array->data.size(); i += sizeof(T)) {
        T x;
        std::memcpy(&x, array->data.data() + i, sizeof(T));
        squares += static_cast<double>(x) * static_cast<double>(x);
        least = std::min(least, static_cast<double>(x));
        greatest = std::max(greatest, static_cast<double>(x));
      }
    });
    const double range = greatest - least;
    const auto error_of = [&](const Array& again) {
      double sum = 0;
      with_type(array->type, [&](auto* p) {
        using T = std::remove_pointer_t<decltype(p)>;
        for (size_t i = 0; i < array->data.size(); i += sizeof(T)) {
          T x, y;
          std::memcpy(&x, array->data.data() + i, sizeof(T));
          std::memcpy(&y, again.data.data() + i, sizeof(T));
          sum += (static_cast<double>(x) - static_cast<double>(y)) * (static_cast<double>(x) - static_cast<double>(y));
        }
      });
      return sum / count;
    };
    for (const double wanted : {20.0, 45.0, 70.0}) {
      const double psnr =
          10 * std::log10(range * range / error_of(round_trip(array->view(), {ArrayTargetKind::psnr, wanted})));
      CHECK(psnr >= wanted);
      CHECK(psnr < wanted + 0.5);
      const double snr =
          10 * std::log10(squares / count / error_of(round_trip(array->view(), {ArrayTargetKind::snr, wanted})));
      CHECK(snr >= wanted);
      CHECK(snr < wanted + 0.5);
    }
    for (const double wanted : {2.5, 6.0}) {
      size_t size = 0;
      round_trip(array->view(), {ArrayTargetKind::bits, wanted}, &size);
      const double bits = 8 * static_cast<double>(size) / count;
      CHECK(bits <= wanted);
      CHECK(bits > wanted * 0.97);
    }
  }
  const Array constant = make_array(ElementType::float32, {1000}, Kind::constant, 1);
  CHECK(round_trip(constant.view(), {ArrayTargetKind::psnr, 60}).data == constant.data);
  const auto refused = encode(noise.view(), {{ArrayTargetKind::bits, 0.001}, 1, {}});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("a target may ask for steps of a millionth of the range") {
  std::mt19937 random(7);
  std::vector<double> noise(2000);
  for (double& value : noise) value = static_cast<double>(random()) / 4294967296.0;
  const Array array = array_of(ElementType::float64, {40, 50}, noise);
  size_t bytes = 0;
  const Array again = round_trip(array.view(), {ArrayTargetKind::psnr, 125}, &bytes);
  CHECK(worst_error(array, again) < 3e-6);
  CHECK(bytes < 24 * noise.size() / 8);
}

TEST_CASE("a target in decibels takes no more bytes than no loss at all does") {
  std::vector<uint8_t> spikes(3942, 1);
  constexpr std::array<std::pair<size_t, uint8_t>, 9> kSpikes = {
      {{243, 177}, {615, 86}, {910, 155}, {1172, 209}, {1202, 253}, {1540, 218}, {2385, 148}, {2393, 72}, {3614, 6}}};
  for (const auto& [place, value] : kSpikes) spikes[place] = value;
  const Array array = array_of(ElementType::uint8, {3, 1314}, spikes);
  size_t lossless = 0, bytes = 0;
  round_trip(array.view(), {}, &lossless);
  round_trip(array.view(), {ArrayTargetKind::psnr, 91.983651138542825}, &bytes);
  CHECK(bytes <= lossless + 16);
}

TEST_CASE("targets beyond what elements can lose are met without loss") {
  const Array constant = make_array(ElementType::int16, {300}, Kind::constant, 1);
  for (const ArrayTargetKind kind : {ArrayTargetKind::psnr, ArrayTargetKind::snr}) {
    CHECK(round_trip(constant.view(), {kind, 1000}).data == constant.data);
    for (const double size : {1e-300, 1e-160, 1e160, std::numeric_limits<double>::max()}) {
      const Array array =
          array_of<double>(ElementType::float64, {2, 3}, {size, -size, size / 3, 0, -size / 7, size / 9});
      CHECK(round_trip(array.view(), {kind, 1000}).data == array.data);
      CHECK(worst_error(array, round_trip(array.view(), {kind, 20})) < size / 2);
    }
  }
  size_t bytes = 0;
  round_trip(constant.view(), {ArrayTargetKind::bits, 1e9}, &bytes);
  CHECK(bytes < constant.data.size());
}

TEST_CASE("a bound relative to each element holds for every type, however large or small the elements are") {
  const auto check = [](const Array& array, double share) {
    CAPTURE(static_cast<int>(array.type));
    CAPTURE(share);
    const Array again = round_trip(array.view(), {ArrayTargetKind::pointwise_relative, share});
    with_type(array.type, [&](auto* p) {
      using T = std::remove_pointer_t<decltype(p)>;
      bool within = true;
      for (size_t i = 0; i < array.data.size(); i += sizeof(T)) {
        T x, y;
        std::memcpy(&x, array.data.data() + i, sizeof(T));
        std::memcpy(&y, again.data.data() + i, sizeof(T));
        const auto a = static_cast<double>(x), b = static_cast<double>(y);
        if (!std::isfinite(a) || a == 0) {
          within = within && std::memcmp(&x, &y, sizeof(T)) == 0;
        } else {
          within = within && std::fabs(a - b) / std::fabs(a) <= share && std::signbit(a) == std::signbit(b);
        }
      }
      CHECK(within);
    });
  };
  unsigned seed = 0;
  for (const ElementType type : kTypes) {
    if (is_wide_integer(type)) continue;  // make_array fills their range, which is refused
    for (const std::vector<uint64_t>& shape : {std::vector<uint64_t>{1}, {700}, {30, 41}, {3, 4, 5, 6}}) {
      const Kind kind = kKinds[++seed % std::size(kKinds)];
      for (const double share : {1e-300, 1e-9, 1e-3, 0.1, 0.999, 1 - 0x1p-53}) {
        check(make_array(type, shape, kind, seed), share);
      }
    }
  }
  std::mt19937_64 random(5);
  std::vector<double> doubles(900);
  std::vector<float> singles(900);
  for (size_t i = 0; i < doubles.size(); ++i) {  // of every size, not finite ones and both zeros as well
    const uint64_t bits = i % 50 == 0 ? uint64_t{i % 100 == 0} << 63 : random();
    std::memcpy(&doubles[i], &bits, sizeof(bits));
    const auto half = static_cast<uint32_t>(i % 2 == 0 ? bits >> 32 : bits >> 32 & 0x80ffffff);
    std::memcpy(&singles[i], &half, sizeof(half));
  }
  for (const double share : {1e-6, 0.01, 0.5}) {
    check(array_of(ElementType::float64, {30, 30}, doubles), share);
    check(array_of(ElementType::float32, {9, 10, 10}, singles), share);
  }
  // A share of the least numbers is no number, and must not become a larger one.
  std::vector<double> least;
  for (int i = -50; i < 50; ++i) least.push_back(i * std::numeric_limits<double>::denorm_min());
  for (const double share : {0.3, 0.6, 1 - 0x1p-53}) check(array_of(ElementType::float64, {100}, least), share);
  // Ten octaves cost hardly more than one.
  std::vector<float> waves;
  for (int i = 0; i < 20000; ++i) waves.push_back(std::exp2(10 * std::sin(static_cast<float>(i) * 0.01f)));
  const Array wide = array_of(ElementType::float32, {20000}, waves);
  size_t size = 0;
  round_trip(wide.view(), {ArrayTargetKind::pointwise_relative, 0.01}, &size);
  CHECK(size < 5000);
  for (const double share : {0.0, 1.0, -0.1, std::nan("")}) {
    const auto refused = encode(wide.view(), {{ArrayTargetKind::pointwise_relative, share}, 1, {}});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::invalid_argument);
  }
}

TEST_CASE("the file tells what it holds") {
  const Array array = make_array(ElementType::float32, {7, 8, 9}, Kind::noise, 1);
  const auto file = encode(array.view(), {{ArrayTargetKind::max_relative_error, 0.25}, 1, {}});
  REQUIRE(file.ok());
  const auto again = decode_array(*file);
  REQUIRE(again.ok());
  CHECK(holds_array(*file));
  const auto info = inspect_array(*file);
  REQUIRE(info.ok());
  CHECK(info->type == ElementType::float32);
  CHECK(info->shape == std::vector<uint64_t>{7, 8, 9});
  CHECK(info->target.kind == ArrayTargetKind::max_relative_error);
  CHECK(info->target.value == 0.25);
  CHECK(info->max_error > 0);
  CHECK(info->max_error == worst_error(array, *again));
  CHECK(info->mean_squared_error > 0);
  CHECK(info->mean_squared_error < info->max_error * info->max_error);
  CHECK(info->chunks == 1);
}

TEST_CASE("arrays and pictures are not taken for each other") {
  const std::vector<uint8_t> samples(64 * 3, 100);
  const PictureView picture{8, 8, 3, 8, samples.data(), 24, nullptr};
  const auto picture_file = encode(picture);
  REQUIRE(picture_file.ok());
  CHECK_FALSE(holds_array(*picture_file));
  CHECK_FALSE(holds_array({}));
  CHECK(decode_array(*picture_file).error().code == ErrorCode::unsupported);
  CHECK(inspect_array(*picture_file).error().code == ErrorCode::unsupported);
  const auto array_file = encode({ElementType::uint8, {192}, samples.data()});
  REQUIRE(array_file.ok());
  CHECK(decode(*array_file).error().code == ErrorCode::unsupported);
  CHECK(inspect(*array_file).error().code == ErrorCode::unsupported);
  std::vector<std::byte> damaged = *array_file;
  damaged.back() ^= std::byte{1};
  CHECK(holds_array(damaged));
  CHECK(decode_array(damaged).error().code == ErrorCode::corrupt);
}

TEST_CASE("what cannot be encoded is refused with the reason") {
  const float value = 1;
  const auto message = [](const ArrayView& array, const ArrayEncodeOptions& options) {
    const auto file = encode(array, options);
    return file.ok() ? std::string("no error") : file.error().message;
  };
  const ArrayView good{ElementType::float32, {1}, &value};
  const std::vector<uint64_t> sides(33, 1);
  CHECK(message({ElementType::float32, sides, &value}, {}).find("number of sides") != std::string::npos);
  CHECK(message({ElementType::int64, {1}, &value, {}, {0, 20}}, {}).find("significant_bits") != std::string::npos);
  CHECK(message({ElementType::float32, {1}, nullptr}, {}).find("null") != std::string::npos);
  CHECK(message({ElementType::float32, {1, 1}, &value, {4}}, {}).find("strides") != std::string::npos);
  CHECK(message({ElementType::float32, {1u << 30, 1u << 30}, &value}, {}).find("2^40") != std::string::npos);
  CHECK(message({static_cast<ElementType>(12), {1}, &value}, {}).find("type") != std::string::npos);
  CHECK(message(good, {{ArrayTargetKind::max_error, -1}, 1, {}}).find("target.value") != std::string::npos);
  CHECK(message(good, {{ArrayTargetKind::max_error, std::nan("")}, 1, {}}).find("target.value") != std::string::npos);
  CHECK(message(good, {{ArrayTargetKind::psnr, 1001}, 1, {}}).find("decibels") != std::string::npos);
  CHECK(message(good, {{ArrayTargetKind::snr, -1}, 1, {}}).find("decibels") != std::string::npos);
  CHECK(message(good, {{ArrayTargetKind::bits, 0}, 1, {}}).find("bits") != std::string::npos);
  CHECK(message(good, {{static_cast<ArrayTargetKind>(7), 1}, 1, {}}).find("target.kind") != std::string::npos);
  for (const int effort : {0, 10}) CHECK(message(good, {.effort = effort}).find("effort") != std::string::npos);
  CHECK(message(good, {{}, -1, {}}).find("threads") != std::string::npos);
  CHECK(message(good, {{}, 1, [](float) { return false; }}).find("cancelled") != std::string::npos);
}

TEST_CASE("damaged and cut files are refused, and limits are kept") {
  const Array array = make_array(ElementType::int16, {30, 200}, Kind::smooth, 5);
  const auto file = encode(array.view(), {{ArrayTargetKind::max_error, 4}, 1, {}});
  REQUIRE(file.ok());
  for (size_t length = 0; length < file->size(); length += 7) {
    CHECK_FALSE(decode_array(std::span(*file).first(length)).ok());
  }
  for (size_t i = 0; i < file->size(); i += 5) {
    std::vector<std::byte> flipped = *file;
    flipped[i] ^= std::byte{0x10};
    CHECK_FALSE(decode_array(flipped).ok());
  }
  CHECK(decode_array(*file, {.max_pixels = 5999}).error().code == ErrorCode::limit_exceeded);
  CHECK(decode_array(*file, {.max_bytes = 11999}).error().code == ErrorCode::limit_exceeded);
  CHECK(decode_array(*file, {.max_pixels = 6000, .max_bytes = 1 << 20}).ok());
}
