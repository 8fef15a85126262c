// Parts of arrays with bounds of their own.
#include <laq/array.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "array/coded_layout.h"
#include "array/random_arrays.h"

using namespace laq;

namespace {

using Shape = std::vector<uint64_t>;

Array make_array(const Shape& shape, ElementType type = ElementType::float32) {
  const uint64_t width = shape.back(), rows = array::element_count(shape) / width;
  Array array{type, shape, std::vector<std::byte>(array::element_count(shape) * element_bytes(type))};
  store_values(type, array::random_values(array::RandomKind::sines_and_noise, rows, width, 1), array.data);
  return array;
}

// The bound that counts for an element.
double bound_of(uint64_t element, const Shape& shape, const ArrayEncodeOptions& options) {
  Shape place(shape.size());
  for (size_t side = shape.size(); side-- > 0; element /= shape[side]) place[side] = element % shape[side];
  double bound = options.target.value;
  for (const ArrayPartBound& part : options.parts) {
    bool is_inside = true;
    for (size_t side = 0; side < shape.size(); ++side)
      is_inside = is_inside && place[side] - part.part.begin[side] < part.part.size[side];
    if (is_inside) bound = part.value;
  }
  return bound;
}

// Checks every element, and that bounds are used: some element of each is beyond half of it.
void check(const Array& array, const ArrayEncodeOptions& options) {
  const auto file = encode(array.view(), options);
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  const auto again = decode_array(*file);
  REQUIRE(again.ok());
  const std::vector<double> before = values_of(array.type, array.data), after = values_of(array.type, again->data);
  double range = 1;
  if (options.target.kind == ArrayTargetKind::max_relative_error)
    range = *std::ranges::max_element(before) - *std::ranges::min_element(before);
  double largest = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    const double size = options.target.kind == ArrayTargetKind::pointwise_relative ? std::fabs(before[i]) : range;
    REQUIRE(std::fabs(before[i] - after[i]) <= bound_of(i, array.shape, options) * size);
    largest = std::max(largest, std::fabs(before[i] - after[i]));
  }
  const auto info = inspect_array(*file);
  CHECK(info->max_error == largest);
  double least = options.target.value, greatest = least;
  for (const ArrayPartBound& part : options.parts) {
    least = std::min(least, part.value);
    greatest = std::max(greatest, part.value);
  }
  CHECK(info->least_bound == doctest::Approx(least * range).epsilon(1e-12));
  CHECK(info->greatest_bound == doctest::Approx(greatest * range).epsilon(1e-12));
  // A region that reaches over borders of parts.
  ArrayRegion region{Shape(array.shape.size(), 0), array.shape};
  region.begin.back() = 1;
  region.size.back() -= 1;
  CHECK(decode_array_region(*file, region).ok());
}

// The file of an array, which is written piece by piece.
std::vector<std::byte> encoded_in_pieces(const Array& array, const ArrayEncodeOptions& options) {
  std::vector<std::byte> pieces;
  const auto size = encode_to(
      [&](uint64_t offset, std::span<const std::byte> bytes) {
        if (pieces.size() < offset + bytes.size()) pieces.resize(offset + bytes.size());
        std::ranges::copy(bytes, pieces.begin() + static_cast<ptrdiff_t>(offset));
        return true;
      },
      array.view(), options);
  REQUIRE(size.ok());
  CHECK(*size == pieces.size());
  return pieces;
}

}  // namespace

TEST_CASE("every part of an array keeps its own bound, tighter or looser than the target") {
  for (const Shape& shape : {Shape{4000}, {60, 80}, {20, 21, 22}, {3, 10, 20, 21}}) {
    const Array array = make_array(shape);
    ArrayRegion middle;
    for (const uint64_t side : shape) {
      middle.begin.push_back(side / 3);
      middle.size.push_back(side / 3);
    }
    ArrayRegion slice{Shape(shape.size(), 0), shape};
    slice.begin[0] = 1;
    slice.size[0] = 1;
    for (const uint32_t chunk_elements : {0u, 500u}) {
      for (const ArrayTarget& target : {ArrayTarget{ArrayTargetKind::max_error, 1.0},
                                        {ArrayTargetKind::max_relative_error, 0.01},
                                        {ArrayTargetKind::pointwise_relative, 0.1}}) {
        ArrayEncodeOptions options{target, 2, {}, chunk_elements, 3};
        options.parts = {{middle, target.value / 100}};
        check(array, options);
        options.parts = {{middle, target.value / 100}, {slice, target.value * 5}};
        check(array, options);
      }
    }
  }
}

TEST_CASE("integers keep the bounds of parts, zero among them") {
  const Array array = make_array({50, 60}, ElementType::int16);
  ArrayEncodeOptions options{{ArrayTargetKind::max_error, 4}, 1};
  options.parts = {{{{10, 10}, {20, 20}}, 0}, {{{20, 20}, {5, 5}}, 2}};
  check(array, options);
}

TEST_CASE("each slice may have a bound, and slices with the same one share chunks") {
  const Array array = make_array({40, 50, 20});
  ArrayEncodeOptions options{{ArrayTargetKind::max_error, 1}, 2, {}, 0, 3};
  for (uint64_t i = 0; i < 40; ++i)
    options.parts.push_back({{{i, 0, 0}, {1, 50, 20}}, std::ldexp(1.0, -static_cast<int>(i % 7))});
  check(array, options);
  options.parts = {{{{0, 0, 0}, {20, 50, 20}}, 0.5}, {{{20, 0, 0}, {20, 50, 20}}, 0.25}};
  check(array, options);
  CHECK(inspect_array(*encode(array.view(), options))->chunks == 2);
}

TEST_CASE("a part that is empty or the whole array makes no cuts") {
  const Array array = make_array({40, 50});
  ArrayEncodeOptions options{{ArrayTargetKind::max_error, 1}, 1};
  options.parts = {{{{0, 0}, {40, 50}}, 0.5}, {{{7, 7}, {0, 3}}, 0.1}};
  const auto file = encode(array.view(), options);
  REQUIRE(file.ok());
  CHECK(inspect_array(*file)->chunks == 1);
  CHECK(inspect_array(*file)->max_error <= 0.5);
}

TEST_CASE("parts of arrays of many sides have no gaps in all sides but the last three") {
  const Array array = make_array({3, 2, 4, 6, 30});
  ArrayEncodeOptions options{{ArrayTargetKind::max_error, 1}, 1};
  options.parts = {{{{1, 0, 0, 0, 0}, {1, 2, 4, 6, 30}}, 0.1}};
  check(array, options);
  options.parts = {{{{1, 1, 1, 2, 3}, {1, 1, 2, 3, 4}}, 0.1}};
  check(array, options);
  options.parts = {{{{1, 0, 0, 0, 0}, {2, 2, 4, 6, 30}}, 0.1}};
  check(array, options);
  options.parts = {{{{0, 1, 0, 0, 0}, {2, 1, 4, 6, 30}}, 0.1}};
  CHECK(encode(array.view(), options).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("parts that are wrong are refused with the cause") {
  const Array array = make_array({40, 50});
  const auto refuses = [&](const ArrayTarget& target, const ArrayPartBound& part, const char* why) {
    ArrayEncodeOptions options{target, 1};
    options.parts = {part};
    const auto file = encode(array.view(), options);
    REQUIRE_FALSE(file.ok());
    CHECK(file.error().code == ErrorCode::invalid_argument);
    CHECK_MESSAGE(file.error().message.find(why) != std::string::npos, file.error().message);
  };
  const ArrayTarget bound{ArrayTargetKind::max_error, 1};
  const ArrayRegion good{{1, 1}, {2, 2}};
  refuses({ArrayTargetKind::psnr, 50}, {good, 1}, "the target has none");
  refuses({}, {good, 1}, "the target has none");
  refuses(bound, {{{1}, {2}}, 1}, "sides");
  refuses(bound, {{{39, 0}, {2, 2}}, 1}, "side 0");
  refuses(bound, {good, -1}, "target.value");
  refuses(bound, {good, std::numeric_limits<double>::quiet_NaN()}, "target.value");
  refuses({ArrayTargetKind::pointwise_relative, 0.1}, {good, 1}, "target.value");
}

TEST_CASE("an array with parts grows by the target") {
  const Array array = make_array({40, 50});
  ArrayEncodeOptions options{{ArrayTargetKind::max_error, 1}, 1};
  options.parts = {{{{10, 10}, {20, 20}}, 0.01}};
  const auto file = encode(array.view(), options);
  const auto grown = append(*file, array.view(), options);
  REQUIRE(grown.ok());
  const auto again = decode_array(*grown);
  REQUIRE(again.ok());
  const auto first = decode_array(*file);
  CHECK(std::equal(first->data.begin(), first->data.end(), again->data.begin()));
  CHECK(inspect_array(*grown)->least_bound == 0.01);
  CHECK(inspect_array(*grown)->greatest_bound == 1);
}

TEST_CASE("an array with more bounds than a byte numbers is written piece by piece like at once") {
  const Array array = make_array({200, 30, 10});
  ArrayEncodeOptions options{.target = {ArrayTargetKind::max_error, 1}, .threads = 1, .effort = 1};
  for (uint64_t slice = 0; slice < 200; ++slice)
    options.parts.push_back({{{slice, 0, 0}, {1, 30, 10}}, 0.01 + 0.001 * static_cast<double>(slice)});
  const std::vector<std::byte> pieces = encoded_in_pieces(array, options);
  const auto again = decode_array(pieces);
  REQUIRE(again.ok());
  CHECK(again->data == decode_array(*encode(array.view(), options))->data);
}

TEST_CASE("the bytes of an array with parts depend on no thread, and are the same piece by piece but for the head") {
  const Array array = make_array({40, 50, 20});
  ArrayEncodeOptions options{{ArrayTargetKind::max_error, 1}, 1, {}, 3000};
  options.parts = {{{{10, 10, 3}, {20, 20, 9}}, 0.01}};
  const auto one = encode(array.view(), options);
  options.threads = 3;
  CHECK(*one == *encode(array.view(), options));
  const std::vector<std::byte> pieces = encoded_in_pieces(array, options);
  const auto again = decode_array(pieces);
  REQUIRE(again.ok());
  CHECK(again->data == decode_array(*one)->data);
}
