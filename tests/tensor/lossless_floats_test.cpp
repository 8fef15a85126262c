#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "tensor/adaptive_rans.h"
#include "tensor/method.h"
#include "tensor/method_encoder.h"

using laq::ElementType;
using namespace laq::tensor;

namespace {

constexpr ElementType kFloatTypes[] = {ElementType::float16, ElementType::bfloat16, ElementType::float32,
                                       ElementType::float64};

using Bytes = std::vector<std::byte>;

Bytes encode(const TensorFormat& format, const Bytes& elements, int effort = 5) {
  const TensorSource source{.format = format, .elements = elements, .values = {}};
  return *lossless_floats_encoder.encode(source, {.effort = effort});
}

bool decodes_to(const Bytes& stream, const TensorFormat& format, const Bytes& elements) {
  Bytes again(elements.size());
  return lossless_floats_decoder.decode(stream, format, again) && again == elements;
}

bool survives(const TensorFormat& format, const Bytes& elements) {
  return decodes_to(encode(format, elements), format, elements);
}

Bytes random_bits(const TensorFormat& format, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(format.bytes());
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// The bit patterns as elements of a type, the lowest bytes of each.
Bytes patterns(ElementType type, const std::vector<uint64_t>& values) {
  const size_t size = laq::element_bytes(type);
  Bytes bytes(values.size() * size);
  for (size_t i = 0; i < values.size(); ++i) std::memcpy(bytes.data() + i * size, &values[i], size);
  return bytes;
}

std::vector<float> normal_weights(size_t count) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0, 0.05F);
  std::vector<float> weights(count);
  for (float& weight : weights) weight = normal(random);
  return weights;
}

Bytes bytes_of(const std::vector<float>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("any bits of any float type come back") {
  for (const ElementType type : kFloatTypes) {
    for (const std::vector<uint64_t>& shape :
         std::vector<std::vector<uint64_t>>{{}, {1}, {2}, {37}, {19, 41}, {8, 3, 3, 5}}) {
      const TensorFormat format{type, shape};
      CHECK(survives(format, random_bits(format, 5)));
      CHECK(survives(format, Bytes(format.bytes())));
    }
  }
}

TEST_CASE(
    "signed zeros, denormals, infinities and the payloads of NaN come back, with and without numbers beside them") {
  for (const ElementType type : kFloatTypes) {
    const int bits = 8 * static_cast<int>(laq::element_bytes(type));
    const int mantissa = type == ElementType::float16 ? 10 : type == ElementType::bfloat16 ? 7 : bits == 32 ? 23 : 52;
    const uint64_t sign = uint64_t{1} << (bits - 1), infinity = sign - (uint64_t{1} << mantissa);
    const std::vector<uint64_t> special = {
        0, sign, 1, sign | 1, infinity, sign | infinity, infinity | 1, sign | infinity | 5};
    CHECK(survives({type, {special.size()}}, patterns(type, special)));
    std::vector<uint64_t> among;
    for (uint64_t i = 0; i < 3000; ++i)
      among.push_back(i % 100 == 7 ? special[i / 100 % 8] : infinity / 2 + i * 7 % 41);
    CHECK(survives({type, {30, 100}}, patterns(type, among)));
  }
}

TEST_CASE("equal elements, and elements that repeat with other signs or backwards, take next to nothing") {
  const std::vector<float> weights = normal_weights(4096);
  std::vector<float> repeated = weights;
  for (const float weight : weights) repeated.push_back(-weight);
  repeated.insert(repeated.end(), weights.rbegin(), weights.rend());
  const Bytes once = encode({ElementType::float32, {4096}}, bytes_of(weights)),
              thrice = encode({ElementType::float32, {3 * 4096}}, bytes_of(repeated));
  CHECK(decodes_to(thrice, {ElementType::float32, {3 * 4096}}, bytes_of(repeated)));
  CHECK(thrice.size() < once.size() + 200);

  const std::vector<float> equal(100'000, 1.5F);
  CHECK(encode({ElementType::float32, {100, 1000}}, bytes_of(equal)).size() < 400);
}

TEST_CASE("floats that hold numbers of fewer bits take no more than those") {
  std::vector<float> weights = normal_weights(20'000);
  for (float& weight : weights) {
    uint32_t bits;
    std::memcpy(&bits, &weight, 4);
    bits &= 0xffff0000u;
    std::memcpy(&weight, &bits, 4);
  }
  CHECK(encode({ElementType::float32, {100, 200}}, bytes_of(weights)).size() < 20'000 * 11 / 8);
}

TEST_CASE("rows and columns of different sizes cost fewer bits than their elements in another order") {
  std::vector<float> weights = normal_weights(64 * 256);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] *= std::exp2f(static_cast<float>(i % 256 % 7) - i / 256 % 5);
  const TensorFormat format{ElementType::float32, {64, 256}};
  const size_t ordered = encode(format, bytes_of(weights)).size();
  std::shuffle(weights.begin(), weights.end(), std::mt19937(1));
  CHECK(ordered + 1000 < encode(format, bytes_of(weights)).size());
}

TEST_CASE("a truncated stream of lossless floats is an error") {
  const TensorFormat format{ElementType::float32, {12, 30}};
  std::vector<float> weights = normal_weights(360);
  std::copy_n(weights.begin(), 100, weights.begin() + 200);
  const Bytes elements = bytes_of(weights), stream = encode(format, elements);
  REQUIRE(decodes_to(stream, format, elements));
  Bytes again(elements.size());
  for (size_t size = 0; size < stream.size(); ++size)
    CHECK_FALSE(lossless_floats_decoder.decode(std::span(stream).first(size), format, again));
}

TEST_CASE("a flipped stream of lossless floats gives an error or elements, and nothing is read outside") {
  const TensorFormat format{ElementType::bfloat16, {12, 30}};
  Bytes elements = random_bits(format, 9);
  std::copy_n(elements.begin(), 300, elements.begin() + 400);
  const Bytes stream = encode(format, elements);
  REQUIRE(decodes_to(stream, format, elements));
  Bytes again(elements.size());
  int errors = 0;
  for (size_t bit = 0; bit < 8 * stream.size(); ++bit) {
    Bytes flipped = stream;
    flipped[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    errors += !lossless_floats_decoder.decode(flipped, format, again);
  }
  CHECK(errors > 0);
  std::mt19937 random(4);
  for (int i = 0; i < 300; ++i) {
    Bytes noise(40 + random() % 60);
    for (std::byte& byte : noise) byte = static_cast<std::byte>(random());
    noise[0] &= std::byte{15};
    noise[1] &= std::byte{7};
    lossless_floats_decoder.decode(noise, format, again);
  }
}

TEST_CASE("symbols and bits without a model come back in order") {
  RansWriter writer;
  std::array<SymbolModel<8>, 2> models;
  laq::CountingModel flag;
  for (int i = 0; i < 2000; ++i) {
    writer.symbol(models[0], models[1], i * i % 8);
    writer.bits(i % 57, (uint64_t{0x123456789abcdef} * i) & ((uint64_t{1} << i % 57) - 1));
    writer.bit(flag, i % 5 == 0);
  }
  const Bytes symbols = writer.finish_symbols(), plain = writer.finish_plain();
  RansReader reader(symbols, plain);
  models = {};
  flag = {};
  bool is_same = true;
  for (int i = 0; i < 2000; ++i) {
    is_same &= reader.symbol(models[0], models[1]) == i * i % 8;
    is_same &= reader.bits(i % 57) == ((uint64_t{0x123456789abcdef} * i) & ((uint64_t{1} << i % 57) - 1));
    is_same &= reader.bit(flag) == (i % 5 == 0);
  }
  CHECK(is_same);
  CHECK(reader.is_complete());
}
