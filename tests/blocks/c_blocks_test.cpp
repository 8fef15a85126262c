// The C functions of blocks give what the C++ functions give.
#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

#include <laq/laq.h>
#include <laq/blocks.hpp>

namespace {

constexpr uint64_t kRows = 3, kColumns = 300;

std::vector<float> make_elements(size_t count) {
  std::vector<float> elements(count);
  for (size_t i = 0; i < count; ++i) elements[i] = static_cast<float>(i * i % 101) * 0.01f - 0.5f;
  return elements;
}

}  // namespace

TEST_CASE("C: blocks are the bytes, elements and products of C++") {
  const std::vector<float> elements = make_elements(kRows * kColumns), activations = make_elements(kColumns);
  laq_block_options options;
  laq_block_options_init(&options, sizeof options);
  options.bits = 5;
  laq_block_format format;
  laq_buffer bytes;
  laq_error error;
  REQUIRE(laq_quantize_blocks(elements.data(), kRows, kColumns, &options, &format, &bytes, &error) == LAQ_OK);
  const auto tensor = laq::quantize_blocks(elements, kRows, kColumns, {.bits = 5});
  REQUIRE(tensor.ok());
  REQUIRE(bytes.size == tensor->bytes.size());
  CHECK(std::memcmp(bytes.data, tensor->bytes.data(), bytes.size) == 0);

  laq_block_view* view;
  REQUIRE(laq_view_blocks(&format, bytes.data, bytes.size, &view, &error) == LAQ_OK);
  const auto same = laq::view_blocks(tensor->format, tensor->bytes);
  std::vector<float> again(elements.size()), products(kRows);
  CHECK(laq_dequantize_blocks(view, 0, again.data(), again.size(), 1, &error) == LAQ_OK);
  CHECK(again == *laq::dequantize_blocks(*same));
  CHECK(laq_matvec_blocks(view, activations.data(), kColumns, products.data(), kRows, 1, &error) == LAQ_OK);
  CHECK(products == *laq::matvec_blocks(*same, activations));
  float product;
  CHECK(laq_dot_blocks(view, 2, activations.data(), kColumns, &product, &error) == LAQ_OK);
  CHECK(product == *laq::dot_blocks(*same, 2, activations));

  CHECK(laq_dequantize_blocks(view, 1, again.data(), again.size(), 1, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_matvec_blocks(view, activations.data(), kColumns, products.data(), 2, 1, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_dot_blocks(nullptr, 0, activations.data(), kColumns, &product, &error) == LAQ_INVALID_ARGUMENT);
  laq_block_view_free(view);
  CHECK(laq_view_blocks(&format, bytes.data, bytes.size - 1, &view, &error) == LAQ_TRUNCATED);
  CHECK(view == nullptr);
  laq_buffer_free(&bytes);
}

TEST_CASE("C: rows are appended to a cache") {
  const std::vector<float> elements = make_elements(kRows * kColumns);
  laq_block_format format = {0, kColumns, 5, 1, 0, 0};
  laq_buffer bytes = {nullptr, 0};
  laq_error error;
  for (uint64_t row = 0; row < kRows; ++row) {
    REQUIRE(laq_append_block_row(&format, &bytes, elements.data() + row * kColumns, kColumns, nullptr, &error) ==
            LAQ_OK);
  }
  const auto tensor = laq::quantize_blocks(elements, kRows, kColumns, {.width = 5, .rows = laq::BlockRows::apart});
  CHECK(format.rows == kRows);
  REQUIRE(bytes.size == tensor->bytes.size());
  CHECK(std::memcmp(bytes.data, tensor->bytes.data(), bytes.size) == 0);
  CHECK(laq_append_block_row(&format, &bytes, elements.data(), 7, nullptr, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message).find("7") != std::string::npos);
  laq_buffer_free(&bytes);
}
