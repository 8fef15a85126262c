// Targets in bits: the whole file counts, nothing is exceeded, and what is allowed is used.
#include <laq/array.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "array/random_arrays.h"
#include "container/container.h"

using namespace laq;
using namespace laq::array;

namespace {

Result<std::vector<std::byte>> encode_to_bytes(const Array& array, double bytes, int effort = 5) {
  const auto elements = static_cast<double>(array.data.size() / element_bytes(array.type));
  return encode(array.view(),
                {.target = {ArrayTargetKind::bits, 8 * bytes / elements}, .threads = 1, .effort = effort});
}

}  // namespace

TEST_CASE("the bytes of a container are known beforehand") {
  for (const size_t bytes : {size_t{0}, size_t{1}, size_t{127}, size_t{128}, size_t{20000}}) {
    const std::vector<std::byte> content(bytes);
    const Section section{kArraySection, content};
    CHECK(container_bytes({}, bytes) == write_container(std::span(&section, 1)).size());
  }
}

TEST_CASE("a number of bits is never exceeded by the file, whatever the elements are") {
  const ElementType types[] = {ElementType::uint8, ElementType::int16, ElementType::float32, ElementType::float64};
  for (int i = 0; i < 2 * kRandomKinds; ++i) {
    const uint64_t count = 40 + i * i * 7;
    const Array array = random_array(static_cast<RandomKind>(i % kRandomKinds), types[i % 4], {count}, i);
    const auto lossless = encode(array.view(), {.threads = 1});
    REQUIRE(lossless.ok());
    CAPTURE(i);
    for (const double share : {0.4, 0.85, 0.99}) {
      CAPTURE(share);
      const double bytes = share * static_cast<double>(lossless->size());
      const auto file = encode_to_bytes(array, bytes);
      if (file.ok()) {
        CHECK(static_cast<double>(file->size()) <= bytes);
      } else {
        CHECK(file.error().code == ErrorCode::limit_exceeded);
      }
    }
    const auto exact = encode_to_bytes(array, static_cast<double>(lossless->size()));
    REQUIRE(exact.ok());
    CHECK(decode_array(*exact)->data == array.data);
  }
}

TEST_CASE("a number of bits is used, for integers too, between whose steps the predictions jump") {
  struct Record {
    RandomKind kind;
    ElementType type;
    std::vector<uint64_t> shape;
  };
  const Record records[] = {{RandomKind::autoregressive, ElementType::int8, {6000}},
                            {RandomKind::autoregressive, ElementType::int16, {2, 4000}},
                            {RandomKind::sines_and_noise, ElementType::int16, {60, 90}},
                            {RandomKind::noise, ElementType::uint8, {80, 80}},
                            {RandomKind::autoregressive, ElementType::float32, {6000}},
                            {RandomKind::sines_and_noise, ElementType::float32, {12, 20, 25}}};
  for (const Record& record : records) {
    const Array array = random_array(record.kind, record.type, record.shape, 11);
    CAPTURE(static_cast<int>(record.kind));
    CAPTURE(static_cast<int>(record.type));
    const auto lossless = encode(array.view(), {.threads = 1});
    REQUIRE(lossless.ok());
    for (const double share : {0.3, 0.6, 0.95}) {
      CAPTURE(share);
      const double bytes = share * static_cast<double>(lossless->size());
      const auto file = encode_to_bytes(array, bytes);
      REQUIRE(file.ok());
      CHECK(static_cast<double>(file->size()) <= bytes);
      // Near to no loss, steps interfere with the spacing of the elements, and the rate jumps. The header is a tenth of
      // the smallest file, and tells nothing of the elements.
      CHECK(static_cast<double>(file->size()) >= (share > 0.9 ? 0.97 : 0.98) * bytes - 4);
    }
  }
}

TEST_CASE("fewer bits than any file has are refused, and the message says how many there are") {
  const Array array = random_array(RandomKind::noise, ElementType::float32, {500}, 1);
  const auto refused = encode_to_bytes(array, 20);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::limit_exceeded);
  const std::string& message = refused.error().message;
  const size_t number = message.find("file that was found has ");
  REQUIRE(number != std::string::npos);
  // The number that it names can be reached.
  const double bits = std::stod(message.substr(number + std::string("file that was found has ").size()));
  CHECK(encode_to_bytes(array, bits * 500 / 8 + 1).ok());
}

TEST_CASE("chunks of 256 elements take few bits at low efforts, too") {
  constexpr uint64_t kSide = 96;
  std::vector<double> values;
  for (uint64_t y = 0; y < kSide; ++y) {
    for (uint64_t x = 0; x < kSide; ++x) {
      values.push_back(std::sin(0.05 * static_cast<double>(x)) * std::cos(0.07 * static_cast<double>(y)));
    }
  }
  Array array{ElementType::float32, {kSide, kSide}, std::vector<std::byte>(values.size() * sizeof(float)), {}};
  store_values(array.type, values, array.data);
  for (const int effort : {1, 2, 3}) {
    CAPTURE(effort);
    CHECK(encode(array.view(), {.target = {ArrayTargetKind::bits, 2.5}, .chunk_elements = 256, .effort = effort}).ok());
  }
}
