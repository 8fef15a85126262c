// Blocks through the public functions, on every SIMD target.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <laq/blocks.hpp>

#include "blocks/reference_blocks.h"
#include "for_each_target.h"

namespace {

using laq::test::decode_by_reference;
using laq::test::for_each_target;

constexpr int kWidths[] = {1, 2, 3, 4, 5, 6, 8};

// Nearly normal, the same on every machine, with rows of different sizes.
std::vector<float> sample_elements(size_t count, uint32_t seed = 1, float size = 0.1f) {
  std::mt19937 random(seed);
  std::vector<float> elements(count);
  for (size_t i = 0; i < count; ++i) {
    float sum = 0;
    for (int n = 0; n < 12; ++n) sum += static_cast<float>(random() % 65536) / 65536.0f - 0.5f;
    elements[i] = sum * size * static_cast<float>(1 + i / 64 % 5);
  }
  return elements;
}

laq::BlockTensor quantized(const std::vector<float>& elements, uint64_t rows, const laq::BlockOptions& options) {
  const auto tensor = laq::quantize_blocks(elements, rows, elements.size() / rows, options);
  REQUIRE(tensor.ok());
  return *tensor;
}

laq::BlockView view_of(const laq::BlockTensor& tensor) {
  const auto view = laq::view_blocks(tensor.format, tensor.bytes);
  REQUIRE(view.ok());
  return *view;
}

std::vector<float> dequantized(const laq::BlockTensor& tensor) {
  const auto elements = laq::dequantize_blocks(view_of(tensor));
  REQUIRE(elements.ok());
  return *elements;
}

double decibels(const std::vector<float>& elements, const std::vector<float>& again) {
  double power = 0, error = 0;
  for (size_t i = 0; i < elements.size(); ++i) {
    power += std::pow(elements[i], 2);
    error += std::pow(double{elements[i]} - again[i], 2);
  }
  return 10 * std::log10(power / error);
}

}  // namespace

TEST_CASE("blocks of every width and length decode to what the format says, on every target") {
  for (const int width : kWidths) {
    for (const size_t columns : {1, 7, 8, 9, 31, 64, 127, 128, 129, 200, 256, 300, 512}) {
      CAPTURE(width);
      CAPTURE(columns);
      const std::vector<float> elements = sample_elements(3 * columns);
      const laq::BlockTensor tensor = quantized(elements, 3, {.width = width, .rows = laq::BlockRows::apart});
      const std::vector<float> expected = decode_by_reference(tensor);
      REQUIRE(expected.size() == elements.size());
      for_each_target([&] { CHECK(dequantized(tensor) == expected); });
    }
  }
}

TEST_CASE("rows that are joined decode to what the format says, and row by row to the same") {
  const std::vector<float> elements = sample_elements(40 * 27);
  const laq::BlockTensor tensor = quantized(elements, 40, {.bits = 3.5});
  CHECK(!tensor.format.rows_apart);
  CHECK(tensor.format.width == 0);
  const std::vector<float> all = dequantized(tensor);
  CHECK(all == decode_by_reference(tensor));
  const laq::BlockView view = view_of(tensor);
  for (uint64_t row = 0; row < 40; ++row) {
    std::vector<float> alone(27);
    REQUIRE(!laq::dequantize_blocks(view, row, alone));
    CHECK(std::equal(alone.begin(), alone.end(), all.begin() + static_cast<ptrdiff_t>(row * 27)));
  }
}

TEST_CASE("the bytes and the products are the same on every target and from any number of threads") {
  const std::vector<float> elements = sample_elements(50 * 700), activations = sample_elements(700, 2);
  for (const auto rows : {laq::BlockRows::apart, laq::BlockRows::joined}) {
    const laq::BlockTensor tensor = quantized(elements, 50, {.bits = 4.25, .threads = 1, .rows = rows});
    const auto products = laq::matvec_blocks(view_of(tensor), activations);
    REQUIRE(products.ok());
    for_each_target([&] {
      const laq::BlockTensor again = quantized(elements, 50, {.bits = 4.25, .threads = 3, .rows = rows});
      CHECK(again.bytes == tensor.bytes);
      const auto other = laq::matvec_blocks(view_of(again), activations, {.threads = 3});
      REQUIRE(other.ok());
      CHECK(*other == *products);
    });
  }
}

TEST_CASE("products in integers are those of the quantized numbers, for every width and length") {
  for (const int width : kWidths) {
    for (const size_t columns : {5, 40, 64, 172, 256, 520}) {
      CAPTURE(width);
      CAPTURE(columns);
      const std::vector<float> elements = sample_elements(4 * columns), activations = sample_elements(columns, 3);
      const laq::BlockTensor tensor = quantized(elements, 4, {.width = width, .rows = laq::BlockRows::apart});
      const laq::BlockView view = view_of(tensor);
      const auto integers = laq::quantize_activations(view, activations);
      REQUIRE(integers.ok());
      const std::vector<float> all = dequantized(tensor);
      for (uint64_t row = 0; row < 4; ++row) {
        double exact = 0, sizes = 0;
        for (size_t c = 0; c < columns; ++c) {
          const double product = double{all[row * columns + c]} * activations[c];
          exact += product;
          sizes += product * product;
        }
        const auto in_floats = laq::dot_blocks(view, row, activations);
        const auto in_integers = laq::dot_blocks(view, row, *integers);
        REQUIRE(in_floats.ok());
        REQUIRE(in_integers.ok());
        CHECK(std::fabs(*in_floats - exact) <= 1e-5 * std::sqrt(sizes) + 1e-12);
        CHECK(std::fabs(*in_integers - exact) <= 0.03 * std::sqrt(sizes) + 1e-12);
      }
    }
  }
}

TEST_CASE("the largest levels, scales and activations do not overflow") {
  for (const int width : kWidths) {
    laq::BlockTensor tensor;
    tensor.format = {1, 256, width};
    tensor.bytes.assign(*laq::bytes_of_blocks(tensor.format), std::byte{0xff});
    const std::vector<float> activations(256, 1.0f), elements = dequantized(tensor);
    CHECK(elements == decode_by_reference(tensor));
    double exact = 0;
    for (const float element : elements) exact += element;
    for_each_target([&] {
      const auto products = laq::matvec_blocks(view_of(tensor), activations);
      REQUIRE(products.ok());
      CHECK((*products)[0] == doctest::Approx(exact).epsilon(1e-6));
    });
  }
}

TEST_CASE("bits are never exceeded, and more of them mean less error") {
  const std::vector<float> elements = sample_elements(64 * 300);
  double before = 0;
  for (const double bits : {0.5, 1.0, 2.125, 3.125, 4.25, 6.0, 8.25}) {
    CAPTURE(bits);
    const laq::BlockTensor tensor = quantized(elements, 64, {.bits = bits});
    CHECK(8.0 * static_cast<double>(tensor.bytes.size()) <= bits * static_cast<double>(elements.size()));
    const double now = decibels(elements, dequantized(tensor));
    CHECK(now > before);
    before = now;
  }
}

TEST_CASE("a normal distribution keeps the decibels of a trellis at each width") {
  std::mt19937 random(7);
  std::vector<float> elements(256 * 64);
  for (float& element : elements) {
    element = 0;
    for (int n = 0; n < 12; ++n) element += static_cast<float>(random() % 65536) / 65536.0f - 0.5f;
  }
  constexpr double kLeast[] = {5.2, 11.2, 17.2, 23.1, 28.8, 33.8, 45.5};
  for (size_t i = 0; i < std::size(kWidths); ++i) {
    CAPTURE(kWidths[i]);
    CHECK(decibels(elements, dequantized(quantized(elements, 64, {.width = kWidths[i]}))) > kLeast[i]);
  }
}

TEST_CASE("zeros stay zeros, and tensors may be empty") {
  CHECK(dequantized(quantized(std::vector<float>(600), 2, {.width = 4})) == std::vector<float>(600));
  CHECK(dequantized(quantized(std::vector<float>(600), 2, {})) == std::vector<float>(600));
  for (const uint64_t rows : {uint64_t{0}, uint64_t{3}}) {
    const auto tensor = laq::quantize_blocks({}, rows, rows == 0 ? 5 : 0);
    REQUIRE(tensor.ok());
    CHECK(tensor->bytes.empty());
    CHECK(dequantized(*tensor).empty());
    const std::vector<float> activations(rows == 0 ? 5 : 0);
    const auto products = laq::matvec_blocks(view_of(*tensor), activations);
    REQUIRE(products.ok());
    CHECK(*products == std::vector<float>(rows));
  }
}

TEST_CASE("elements of any size keep their decibels") {
  for (const float size : {1e-36f, 1e-20f, 1e-3f, 1.0f, 1e20f, 1e37f}) {
    CAPTURE(size);
    const std::vector<float> elements = sample_elements(4 * 256, 1, size);
    CHECK(decibels(elements, dequantized(quantized(elements, 4, {.bits = 4.25}))) > 22);
  }
}

TEST_CASE("rows appended one by one are the rows of a tensor") {
  const std::vector<float> elements = sample_elements(6 * 72);
  const laq::BlockTensor whole = quantized(elements, 6, {.width = 5, .rows = laq::BlockRows::apart});
  laq::BlockTensor cache;
  cache.format = {0, 72, 5};
  for (size_t row = 0; row < 6; ++row) {
    CHECK(!laq::append_block_row(cache, std::span(elements).subspan(row * 72, 72)));
  }
  CHECK(cache.format == whole.format);
  CHECK(cache.bytes == whole.bytes);
}

TEST_CASE("rotated tensors come back, and their products are the same") {
  std::vector<float> elements = sample_elements(8 * 300), activations = sample_elements(300, 9);
  for (size_t i = 0; i < elements.size(); i += 32) elements[i] *= 20;  // outliers
  for (const auto rows : {laq::BlockRows::apart, laq::BlockRows::joined}) {
    const laq::BlockTensor tensor = quantized(elements, 8, {.width = 6, .rows = rows, .rotates = true});
    const std::vector<float> again = dequantized(tensor);
    CHECK(decibels(elements, again) > 30);
    const auto products = laq::matvec_blocks(view_of(tensor), activations);
    REQUIRE(products.ok());
    for (size_t row = 0; row < 8; ++row) {
      double exact = 0, sizes = 0;
      for (size_t c = 0; c < 300; ++c) {
        exact += double{again[row * 300 + c]} * activations[c];
        sizes += std::pow(double{again[row * 300 + c]} * activations[c], 2);
      }
      CHECK(std::fabs((*products)[row] - exact) <= 0.03 * std::sqrt(sizes));
    }
  }
}

TEST_CASE("importance moves errors to the columns that matter less; shaping to the large ones") {
  const size_t columns = 256;
  const std::vector<float> elements = sample_elements(32 * columns);
  std::vector<float> importance(columns, 1.0f);
  for (size_t c = 0; c < columns; c += 2) importance[c] = 30;
  const auto errors_of = [&](const laq::BlockOptions& options, auto&& counts) {
    const std::vector<float> again = dequantized(quantized(elements, 32, options));
    double sum = 0;
    for (size_t i = 0; i < elements.size(); ++i) {
      if (counts(i)) sum += std::pow(elements[i] - again[i], 2);
    }
    return sum;
  };
  const auto is_even = [](size_t i) { return i % 2 == 0; };
  CHECK(errors_of({.bits = 3.5, .importance = importance}, is_even) < 0.9 * errors_of({.bits = 3.5}, is_even));
  const auto is_small = [](size_t i) { return i / 64 % 5 == 0; };
  CHECK(errors_of({.bits = 3.5, .shaping = 0.5}, is_small) < errors_of({.bits = 3.5}, is_small));
}

TEST_CASE("more effort is no worse") {
  const std::vector<float> elements = sample_elements(32 * 256);
  const double low = decibels(elements, dequantized(quantized(elements, 32, {.bits = 4.25, .effort = 1})));
  const double high = decibels(elements, dequantized(quantized(elements, 32, {.bits = 4.25, .effort = 9})));
  CHECK(high > low);
}

TEST_CASE("errors of blocks name what is wrong") {
  std::vector<float> elements(600, 1.0f);
  const auto message = [](const auto& result) { return result.ok() ? "" : result.error().message; };
  CHECK(message(laq::quantize_blocks(elements, 2, 301)).find("600 elements") != std::string::npos);
  CHECK(message(laq::quantize_blocks(elements, 2, 300, {.width = 7})).find("width is 7") != std::string::npos);
  CHECK(message(laq::quantize_blocks(elements, 2, 300, {.bits = 0})).find("bits") != std::string::npos);
  CHECK(message(laq::quantize_blocks(elements, uint64_t{1} << 40, 300)).find("2^40") != std::string::npos);
  CHECK(message(laq::quantize_blocks(elements, 2, 300, {.importance = elements})).find("importance") !=
        std::string::npos);
  elements[302] = std::numeric_limits<float>::quiet_NaN();
  CHECK(message(laq::quantize_blocks(elements, 2, 300)).find("row 1, column 2") != std::string::npos);
  elements[302] = 0;

  const laq::BlockTensor tensor = quantized(elements, 2, {});
  const laq::BlockView view = view_of(tensor);
  std::vector<float> row(300);
  CHECK(laq::dequantize_blocks(view, 2, row)->message.find("rows 2 and") != std::string::npos);
  row.pop_back();
  CHECK(laq::dequantize_blocks(view, 0, row)->message.find("299 elements") != std::string::npos);
  CHECK(message(laq::matvec_blocks(view, std::span(elements).first(299))).find("299") != std::string::npos);
  CHECK(message(laq::dot_blocks(view, 0, laq::BlockActivations())).find("not quantized") != std::string::npos);
  std::vector<float> activations(300, 1.0f);
  activations[7] = std::numeric_limits<float>::infinity();
  CHECK(message(laq::matvec_blocks(view, activations)).find("activation 7") != std::string::npos);

  laq::BlockTensor mixed = tensor;
  CHECK(laq::append_block_row(mixed, std::span(elements).first(300)).has_value());
}

TEST_CASE("bytes that do not fit the format are refused") {
  const laq::BlockTensor tensor = quantized(sample_elements(3 * 700), 3, {.bits = 3});
  const std::span<const std::byte> bytes(tensor.bytes);
  for (size_t length = 0; length < bytes.size(); length += 7) {
    const auto view = laq::view_blocks(tensor.format, bytes.first(length));
    REQUIRE(!view.ok());
    CHECK(view.error().code == laq::ErrorCode::truncated);
  }
  std::vector<std::byte> longer = tensor.bytes;
  longer.push_back({});
  CHECK(laq::view_blocks(tensor.format, longer).error().code == laq::ErrorCode::corrupt);
  std::vector<std::byte> wrong = tensor.bytes;
  wrong[0] = std::byte{0x77};
  CHECK(laq::view_blocks(tensor.format, wrong).error().message.find("width 7") != std::string::npos);
  laq::BlockFormat huge = tensor.format;
  huge.rows = uint64_t{1} << 40;
  huge.columns = 1;
  CHECK(laq::view_blocks(huge, bytes).error().code == laq::ErrorCode::truncated);
}
