// Layouts: arrays of more than four sides and integers of 64 bits come back as they were, whole and in regions.
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

#include <doctest/doctest.h>

#include <laq/array.hpp>

namespace laq {
namespace {

template <class T>
Array array_of(ElementType type, std::vector<uint64_t> shape, const std::vector<T>& values) {
  Array array{type, std::move(shape), std::vector<std::byte>(values.size() * sizeof(T)), {}};
  if (!values.empty()) std::memcpy(array.data.data(), values.data(), array.data.size());
  return array;
}

// The elements of a region, taken one by one.
std::vector<std::byte> slice(const Array& array, const ArrayRegion& region) {
  const size_t bytes = element_bytes(array.type);
  std::vector<std::byte> elements;
  const uint64_t count =
      std::accumulate(region.size.begin(), region.size.end(), uint64_t{1}, std::multiplies<uint64_t>());
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t rest = i, number = 0, step = 1;
    for (size_t axis = array.shape.size(); axis-- > 0;) {
      number += (region.begin[axis] + rest % region.size[axis]) * step;
      rest /= region.size[axis];
      step *= array.shape[axis];
    }
    const auto first = array.data.begin() + static_cast<ptrdiff_t>(number * bytes);
    elements.insert(elements.end(), first, first + static_cast<ptrdiff_t>(bytes));
  }
  return elements;
}

std::vector<std::byte> encoded(const ArrayView& view, const ArrayTarget& target = {}) {
  const auto file = encode(view, {.target = target, .threads = 1, .chunk_elements = 300});
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  return *file;
}

void check_whole_and_regions(const Array& array, const std::vector<ArrayRegion>& regions) {
  const std::vector<std::byte> file = encoded(array.view());
  const auto again = decode_array(file);
  REQUIRE(again.ok());
  CHECK(again->type == array.type);
  CHECK(again->shape == array.shape);
  CHECK(again->data == array.data);
  for (const ArrayRegion& region : regions) {
    const auto part = decode_array_region(file, region);
    REQUIRE(part.ok());
    CHECK(part->shape == region.size);
    CHECK(part->data == slice(array, region));
  }
}

template <class T>
std::vector<T> numbers(size_t count, T first, T step) {
  std::vector<T> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<T>(first + static_cast<T>(i * i % 97) * step);
  return values;
}

const std::vector<uint64_t> kSixSides = {3, 2, 4, 5, 3, 7};
const std::vector<ArrayRegion> kRegionsOfSixSides = {{{0, 0, 0, 0, 0, 0}, kSixSides},
                                                     {{1, 0, 1, 2, 0, 3}, {2, 1, 3, 2, 3, 4}},
                                                     {{2, 1, 3, 4, 2, 6}, {1, 1, 1, 1, 1, 1}},
                                                     {{0, 1, 0, 0, 1, 0}, {3, 1, 4, 5, 1, 7}}};

TEST_CASE("arrays of six sides come back, whole and in regions") {
  check_whole_and_regions(array_of(ElementType::float32, kSixSides, numbers<float>(2520, 1, 0.25F)),
                          kRegionsOfSixSides);
}

TEST_CASE("a region of six sides without elements is empty") {
  const auto file = encoded(array_of(ElementType::float32, kSixSides, numbers<float>(2520, 1, 0.25F)).view());
  const auto part = decode_array_region(file, {{0, 0, 0, 0, 0, 0}, {1, 1, 0, 1, 1, 1}});
  REQUIRE(part.ok());
  CHECK(part->data.empty());
}

TEST_CASE("an array without sides is one element, and a region of it is the element") {
  check_whole_and_regions(array_of(ElementType::float64, {}, std::vector<double>{0.1}), {{{}, {}}});
  check_whole_and_regions(array_of(ElementType::int64, {}, std::vector<int64_t>{INT64_MIN}), {{{}, {}}});
}

TEST_CASE("six sides of any strides come back") {
  const std::vector<float> values = numbers<float>(2520, 1, 0.25F);
  ArrayView view{ElementType::float32, kSixSides, values.data()};
  int64_t stride = 4;  // the first side is the fastest
  for (const uint64_t side : kSixSides) {
    view.strides.push_back(stride);
    stride *= static_cast<int64_t>(side);
  }
  const auto again = decode_array(encoded(view));
  REQUIRE(again.ok());
  float element = 0;
  std::memcpy(&element, again->data.data() + size_t{4} * (2520 / 3), 4);  // [1, 0, 0, 0, 0, 0]
  CHECK(element == values[1]);
}

TEST_CASE("integers of 64 bits of every range come back, whole and in regions") {
  const std::vector<int64_t> near = numbers<int64_t>(2520, -1000, 3),
                             far = numbers<int64_t>(2520, 1700000000000000000, 60),
                             low = numbers<int64_t>(2520, std::numeric_limits<int64_t>::min(), 1);
  std::vector<int64_t> spread = far;
  spread[17] = std::numeric_limits<int64_t>::min();
  spread[2000] = std::numeric_limits<int64_t>::max();
  const std::vector<int64_t> edges = {-(int64_t{1} << 52), int64_t{1} << 52, (int64_t{1} << 52) - 1, 0},
                             beyond = {-(int64_t{1} << 52) - 1, int64_t{1} << 52, (int64_t{1} << 52) - 1, 0};
  for (const auto& values : {near, far, low, spread}) {
    check_whole_and_regions(array_of(ElementType::int64, kSixSides, values), kRegionsOfSixSides);
    check_whole_and_regions(array_of(ElementType::int64, {40, 63}, values), {{{3, 5}, {20, 40}}, {{39, 62}, {1, 1}}});
  }
  for (const auto& values : {edges, beyond}) {
    check_whole_and_regions(array_of(ElementType::int64, {4}, values), {{{1}, {2}}});
  }
  check_whole_and_regions(
      array_of(ElementType::uint64, {2520}, numbers<uint64_t>(2520, std::numeric_limits<uint64_t>::max() - 97, 1)),
      {{{7}, {200}}});
}

TEST_CASE("integers far from 0 that are near each other cost their differences, in a bound too") {
  const Array clock = array_of(ElementType::int64, {2520}, numbers<int64_t>(2520, 1700000000000000000, 1000000007));
  const Array near = array_of(ElementType::int64, {2520}, numbers<int64_t>(2520, 0, 1000000007));
  CHECK(encoded(clock.view()).size() <= encoded(near.view()).size() + 40);
  const std::vector<std::byte> file = encoded(clock.view(), {ArrayTargetKind::max_error, 1e9});
  const auto again = decode_array(file);
  REQUIRE(again.ok());
  for (size_t at = 0; at < clock.data.size(); at += 8) {
    int64_t before = 0, after = 0;
    std::memcpy(&before, clock.data.data() + at, 8);
    std::memcpy(&after, again->data.data() + at, 8);
    CHECK(std::abs(after - before) <= 1000000000);
  }
}

TEST_CASE("a bound holds at both ends of 64-bit types, where differences and offset may exceed them") {
  const auto worst = [](auto element, const Array& a, const Array& b) {
    uint64_t most = 0;
    for (size_t at = 0; at < a.data.size(); at += 8) {
      auto x = element, y = element;
      std::memcpy(&x, a.data.data() + at, 8);
      std::memcpy(&y, b.data.data() + at, 8);
      most = std::max(most, x < y ? static_cast<uint64_t>(y) - static_cast<uint64_t>(x)
                                  : static_cast<uint64_t>(x) - static_cast<uint64_t>(y));
    }
    return most;
  };
  std::mt19937 random(1);
  std::vector<int64_t> low(3000), high(3000);
  std::vector<uint64_t> top(3000);
  for (size_t i = 0; i < low.size(); ++i) {
    const int64_t small = random() % 1000;
    low[i] = std::numeric_limits<int64_t>::min() + small;
    high[i] = std::numeric_limits<int64_t>::max() - small;
    top[i] = std::numeric_limits<uint64_t>::max() - static_cast<uint64_t>(small);
  }
  for (const ArrayTarget target : {ArrayTarget{ArrayTargetKind::max_error, 10}, {ArrayTargetKind::psnr, 30}}) {
    const uint64_t bound = target.kind == ArrayTargetKind::max_error ? 10 : 2000;
    for (const auto& values : {low, high}) {
      const Array array = array_of(ElementType::int64, {3000}, values);
      CHECK(worst(int64_t{}, array, *decode_array(encoded(array.view(), target))) <= bound);
    }
    const Array array = array_of(ElementType::uint64, {3000}, top);
    CHECK(worst(uint64_t{}, array, *decode_array(encoded(array.view(), target))) <= bound);
  }
}

TEST_CASE("targets that integers beyond 2^52 cannot meet are refused, others are met without loss") {
  const Array clock = array_of(ElementType::int64, {100}, numbers<int64_t>(100, 1700000000000000000, 60));
  for (const ArrayTarget target : {ArrayTarget{ArrayTargetKind::snr, 40}, {ArrayTargetKind::pointwise_relative, 0.1}})
    CHECK(encode(clock.view(), {.target = target}).error().code == ErrorCode::invalid_argument);
  CHECK(encode(clock.view(), {.target = {ArrayTargetKind::psnr, 30}}).ok());

  std::mt19937_64 random(1);
  std::vector<int64_t> values(300);
  for (int64_t& value : values) value = static_cast<int64_t>(random());
  const Array spread = array_of(ElementType::int64, {300}, values);
  for (const ArrayTarget target : {ArrayTarget{ArrayTargetKind::max_error, 1e6}, {ArrayTargetKind::snr, 40}}) {
    const auto again = decode_array(encoded(spread.view(), target));
    CHECK(again->data == spread.data);
  }
  CHECK(encode(spread.view(), {.target = {ArrayTargetKind::bits, 20}}).error().code == ErrorCode::limit_exceeded);
  CHECK(encode(spread.view(), {.target = {ArrayTargetKind::bits, 80}}).ok());
}

TEST_CASE("attachments of an array come back with it, with a region and with its description") {
  Array array = array_of(ElementType::float32, {30}, numbers<float>(30, 1, 0.25F));
  array.attachments = {{"from", {std::byte{'x'}}}};
  const std::vector<std::byte> file = encoded(array.view());
  CHECK(decode_array(file)->attachments == array.attachments);
  CHECK(decode_array_region(file, {{3}, {4}})->attachments == array.attachments);
  CHECK(inspect_array(file)->attachments == array.attachments);
  CHECK(inspect_array(file, {.max_bytes = 0}).error().code == ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace laq
