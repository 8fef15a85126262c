#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "tensor/method.h"
#include "tensor/tensor_codec.h"
#include "tensor/tensor_encoder.h"

using laq::ElementType;
using laq::TensorTargetKind;
using namespace laq::tensor;

namespace {

// Weights whose rows and columns differ in size, and whose columns are correlated.
std::vector<float> correlated_weights(size_t rows, size_t columns) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<float> weights(rows * columns), sizes(columns);
  for (float& size : sizes) size = std::exp(0.7f * normal(random));
  for (size_t r = 0; r < rows; ++r) {
    const float row_size = std::exp(0.5f * normal(random)), shared = normal(random);
    for (size_t c = 0; c < columns; ++c) {
      weights[r * columns + c] = row_size * sizes[c] * (0.8f * shared + 0.6f * normal(random));
    }
  }
  return weights;
}

CodedTensor encode(const TensorFormat& format, const std::vector<float>& weights, TensorTargetKind kind, double value,
                   int effort) {
  return encode_tensor(format, std::as_bytes(std::span(weights)), {.target = {kind, value}, .effort = effort});
}

// Whether the stream decodes to what its encoder says.
bool decodes(const TensorFormat& format, const std::vector<float>& weights, const CodedTensor& coded) {
  std::vector<float> again(weights.size());
  if (!decode_tensor(coded.stream, format, std::as_writable_bytes(std::span(again)))) return false;
  double squared_error = 0;
  for (size_t i = 0; i < weights.size(); ++i) squared_error += std::pow(double{again[i]} - weights[i], 2);
  const double mean = squared_error / static_cast<double>(weights.size());
  return std::fabs(mean - coded.mean_squared_error) <= 1e-6 * coded.mean_squared_error;
}

double decibels(const CodedTensor& coded) {
  return 10 * std::log10(coded.power / coded.mean_squared_error);
}

bool is_mixed(const CodedTensor& coded) {
  return coded.stream[0] == std::byte{static_cast<uint8_t>(Method::mixed_rows)};
}

}  // namespace

TEST_CASE("mixed rows hold their bits and beat the default effort where columns are correlated") {
  const TensorFormat format{ElementType::float32, {96, 40}};
  const std::vector<float> weights = correlated_weights(96, 40);
  for (const double bits : {1.5, 3.0, 6.0}) {
    CAPTURE(bits);
    const CodedTensor slow = encode(format, weights, TensorTargetKind::bits, bits, 9);
    const CodedTensor fast = encode(format, weights, TensorTargetKind::bits, bits, 5);
    CHECK(is_mixed(slow));
    CHECK(8.0 * static_cast<double>(slow.stream.size()) <= bits * static_cast<double>(weights.size()));
    CHECK(decibels(slow) > decibels(fast) + 0.3);
    CHECK(decodes(format, weights, slow));
  }
}

TEST_CASE("mixed rows reach a ratio of signal to noise") {
  const TensorFormat format{ElementType::float32, {64, 32}};
  const std::vector<float> weights = correlated_weights(64, 32);
  for (const double snr : {8.0, 20.0, 60.0}) {
    CAPTURE(snr);
    const CodedTensor coded = encode(format, weights, TensorTargetKind::snr, snr, 9);
    CHECK(decibels(coded) >= snr);
    CHECK(decibels(coded) < snr + 0.5);
    CHECK(decodes(format, weights, coded));
  }
}

TEST_CASE("mixed rows take tensors of any shape") {
  const std::vector<std::vector<uint64_t>> shapes = {{600},          {1, 600},     {600, 1},      {2, 300},
                                                     {8, 8, 3, 3},   {3, 3, 8, 8}, {64, 1, 3, 3}, {3, 3, 64, 1},
                                                     {1, 24, 24, 1}, {5, 7, 11},   {2, 2, 2, 70}};
  for (const std::vector<uint64_t>& shape : shapes) {
    const TensorFormat format{ElementType::float32, shape};
    const std::vector<float> weights = correlated_weights(format.elements() / 2, 2);
    REQUIRE(weights.size() <= format.elements());
    std::vector<float> all(format.elements(), 0.25f);
    std::copy(weights.begin(), weights.end(), all.begin());
    const CodedTensor coded = encode(format, all, TensorTargetKind::bits, 4, 7);
    CAPTURE(shape.size());
    CHECK(decodes(format, all, coded));
    CHECK(decibels(coded) > 15);
  }
}

TEST_CASE("damaged streams of mixed rows are refused or decode to something") {
  const TensorFormat format{ElementType::float32, {48, 32}};
  const std::vector<float> weights = correlated_weights(48, 32);
  const CodedTensor coded = encode(format, weights, TensorTargetKind::bits, 3, 7);
  REQUIRE(is_mixed(coded));
  std::vector<std::byte> elements(format.bytes());
  int refused = 0;
  for (size_t length = 0; length < coded.stream.size(); length += 7) {
    refused += !decode_tensor(std::span(coded.stream).first(length), format, elements);
  }
  CHECK(refused > 0);
  std::mt19937 random(3);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<std::byte> damaged = coded.stream;
    damaged[random() % (trial < 100 ? 8 : damaged.size())] ^= std::byte{static_cast<uint8_t>(1u << random() % 8)};
    decode_tensor(damaged, format, elements);
  }
}
