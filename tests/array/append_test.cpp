// Arrays that grow: the same elements as if all had been coded at once, and nothing that was there is coded again.
#include <laq/array.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "array/chunk_table.h"
#include "array/coded_layout.h"
#include "container/container.h"

using namespace laq;

namespace {

using Bytes = std::vector<std::byte>;
using Shape = std::vector<uint64_t>;

// Smooth numbers with some noise.
template <class T>
Array make_array(ElementType type, const Shape& shape, double offset = 0, unsigned seed = 1) {
  Array array{type, shape, Bytes(array::element_count(shape) * sizeof(T))};
  std::mt19937 random(seed);
  for (uint64_t i = 0; i < array::element_count(shape); ++i) {
    const double noise = static_cast<double>(random() % 1000) / 100;
    const T element = static_cast<T>(offset + 100 * std::sin(static_cast<double>(i) * 0.01) + noise);
    std::memcpy(array.data.data() + i * sizeof(T), &element, sizeof(T));
  }
  return array;
}

// Rows `begin` to `end` of the slowest side.
Array rows(const Array& array, uint64_t begin, uint64_t end) {
  Array part{array.type, array.shape, {}, array.signal};
  part.shape[0] = end - begin;
  const auto row = static_cast<ptrdiff_t>(array.shape[0] == 0 ? 0 : array.data.size() / array.shape[0]);
  part.data.assign(array.data.begin() + row * static_cast<ptrdiff_t>(begin),
                   array.data.begin() + row * static_cast<ptrdiff_t>(end));
  return part;
}

// The array, coded in pieces that end at these rows and at its end.
Bytes grow(const Array& array, std::vector<uint64_t> ends, const ArrayEncodeOptions& options) {
  ends.push_back(array.shape[0]);
  Bytes file;
  uint64_t begin = 0;
  for (const uint64_t end : ends) {
    const Array part = rows(array, begin, end);
    const auto made = file.empty() ? encode(part.view(), options) : append(file, part.view(), options);
    REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
    file = *made;
    begin = end;
  }
  return file;
}

Bytes decoded(const Bytes& file) {
  const auto array = decode_array(file, {.threads = 2});
  REQUIRE_MESSAGE(array.ok(), (array.ok() ? "" : array.error().message));
  return array->data;
}

template <class T>
std::vector<double> differences(const Bytes& a, const Bytes& b) {
  REQUIRE(a.size() == b.size());
  std::vector<double> result;
  for (size_t at = 0; at < a.size(); at += sizeof(T)) {
    T x, y;
    std::memcpy(&x, a.data() + at, sizeof(T));
    std::memcpy(&y, b.data() + at, sizeof(T));
    result.push_back(std::fabs(static_cast<double>(x) - static_cast<double>(y)));
  }
  return result;
}

std::vector<Bytes> chunks_of(const Bytes& file) {
  const auto sections = read_container(file);
  REQUIRE(sections.ok());
  const std::span<const std::byte> payload = sections->back().bytes;
  ByteReader reader(payload);
  const auto header = array::ArrayHeader::read(reader);
  REQUIRE(header.ok());
  const auto chunks = array::read_chunks(payload, reader, *header);
  REQUIRE(chunks.ok());
  std::vector<Bytes> result;
  for (const array::ChunkStream& chunk : *chunks) result.emplace_back(chunk.bytes.begin(), chunk.bytes.end());
  return result;
}

Error error_of(const Bytes& file, const Array& more, const ArrayEncodeOptions& options = {}) {
  const auto grown = append(file, more.view(), options);
  REQUIRE_FALSE(grown.ok());
  return grown.error();
}

}  // namespace

TEST_CASE("an array that grows without loss is what all of it is, whatever its sides, its chunks and the pieces") {
  for (const Shape& shape : {Shape{900}, {40, 70}, {9, 20, 31}, {6, 3, 10, 21}, {5, 2, 3, 4, 6}, {4, 1, 2, 1, 3, 9}}) {
    const Array array = make_array<int16_t>(ElementType::int16, shape);
    for (const uint32_t chunk_elements : {0u, 256u, 700u}) {
      for (const std::vector<uint64_t>& ends : {std::vector<uint64_t>{1}, {3}, {1, 2, 3}, {2, 2}, {0, 3}}) {
        const Bytes file = grow(array, ends, {.threads = 2, .chunk_elements = chunk_elements, .effort = 2});
        CHECK(decoded(file) == array.data);
        CHECK(inspect_array(file)->shape == shape);
        // A region that reaches across pieces.
        ArrayRegion region{Shape(shape.size(), 0), shape};
        region.begin[0] = 1;
        region.size[0] = shape[0] - 1;
        const auto part = decode_array_region(file, region);
        REQUIRE(part.ok());
        CHECK(part->data == rows(array, 1, shape[0]).data);
      }
    }
  }
}

TEST_CASE("the chunks that are there are copied, not coded again") {
  const Array array = make_array<float>(ElementType::float32, {30, 20, 21});
  const ArrayEncodeOptions options{.target = {ArrayTargetKind::max_error, 0.1}, .threads = 1, .chunk_elements = 2000};
  const auto before = encode(rows(array, 0, 11).view(), options);
  REQUIRE(before.ok());
  const auto after = append(*before, rows(array, 11, 30).view(), options);
  REQUIRE(after.ok());
  const std::vector<Bytes> old_chunks = chunks_of(*before), new_chunks = chunks_of(*after);
  REQUIRE(new_chunks.size() > old_chunks.size());
  CHECK(std::equal(old_chunks.begin(), old_chunks.end(), new_chunks.begin()));
  const Bytes first = decoded(*before), whole = decoded(*after);
  CHECK(std::equal(first.begin(), first.end(), whole.begin()));
}

TEST_CASE("chunks become longer where the array was small, and pieces that fit onto chunks take no cut") {
  const Array array = make_array<int16_t>(ElementType::int16, {64, 32});
  const Bytes from_one = grow(array, {1}, {.threads = 1, .chunk_elements = 512});
  CHECK(inspect_array(from_one)->chunks == 1 + 4);
  CHECK(inspect_array(from_one)->chunk_shape == Shape{16, 32});
  const ArrayEncodeOptions options{.threads = 1, .chunk_elements = 512};
  const Bytes at_once = *encode(array.view(), options), in_two = grow(array, {32}, options);
  CHECK(inspect_array(in_two)->chunks == 4);
  CHECK(chunks_of(in_two) == chunks_of(at_once));
  CHECK(in_two.size() < at_once.size() + 10);
}

TEST_CASE("the target of the file holds for the whole, and what was reached is told") {
  const Array array = make_array<float>(ElementType::float32, {24, 30, 31});
  double least = 1e9, greatest = -1e9, power = 0;
  const std::vector<double> values = differences<float>(array.data, Bytes(array.data.size()));
  for (size_t i = 0; i < values.size(); ++i) {
    float value;
    std::memcpy(&value, array.data.data() + i * 4, 4);
    least = std::min<double>(least, value);
    greatest = std::max<double>(greatest, value);
    power += values[i] * values[i];
  }
  const double range = greatest - least;
  for (const ArrayTarget& target : {ArrayTarget{ArrayTargetKind::max_error, 0.25},
                                    {ArrayTargetKind::max_relative_error, 1e-3},
                                    {ArrayTargetKind::psnr, 50},
                                    {ArrayTargetKind::snr, 30},
                                    {ArrayTargetKind::bits, 3},
                                    {ArrayTargetKind::pointwise_relative, 0.01}}) {
    const Bytes file = grow(array, {3, 4, 17}, {.target = target, .threads = 2, .effort = 3});
    const std::vector<double> errors = differences<float>(array.data, decoded(file));
    const double most = *std::ranges::max_element(errors);
    double squares = 0;
    for (const double error : errors) squares += error * error;
    const auto info = inspect_array(file);
    REQUIRE(info.ok());
    CHECK(info->target.kind == target.kind);
    CHECK(info->target.value == target.value);
    CHECK(info->max_error == most);
    CHECK(info->mean_squared_error == doctest::Approx(squares / static_cast<double>(errors.size())).epsilon(1e-9));
    const double mean = squares / static_cast<double>(errors.size());
    if (target.kind == ArrayTargetKind::max_error) CHECK(most <= target.value);
    if (target.kind == ArrayTargetKind::max_relative_error) CHECK(most <= target.value * range);
    if (target.kind == ArrayTargetKind::psnr) CHECK(10 * std::log10(range * range / mean) >= target.value);
    if (target.kind == ArrayTargetKind::snr) CHECK(10 * std::log10(power / squares) >= target.value);
    if (target.kind == ArrayTargetKind::bits)
      CHECK(8.0 * static_cast<double>(file.size()) <= target.value * static_cast<double>(errors.size()));
    if (target.kind == ArrayTargetKind::pointwise_relative) {
      for (size_t i = 0; i < errors.size(); ++i) REQUIRE(errors[i] <= target.value * values[i]);
    }
  }
}

TEST_CASE("a budget of bits holds for many pieces of small chunks") {
  const Array array = make_array<float>(ElementType::float32, {64, 512});
  std::vector<uint64_t> ends;
  for (uint64_t end = 8; end < 64; end += 8) ends.push_back(end);
  for (const double bits : {1.0, 3.0}) {
    const Bytes file =
        grow(array, ends, {.target = {ArrayTargetKind::bits, bits}, .threads = 1, .chunk_elements = 256, .effort = 4});
    CHECK(8.0 * static_cast<double>(file.size()) <= bits * 64 * 512);
  }
}

TEST_CASE("a piece with a small range keeps the bound that the file has, not one of its own") {
  Array array = make_array<float>(ElementType::float32, {20, 400});
  const ArrayEncodeOptions options{.target = {ArrayTargetKind::max_relative_error, 1e-3}, .threads = 1};
  const Bytes first = *encode(array.view(), options);
  Array quiet = make_array<float>(ElementType::float32, {20, 400}, 0, 2);
  for (size_t i = 0; i < quiet.data.size(); i += 4) {
    float value;
    std::memcpy(&value, quiet.data.data() + i, 4);
    value *= 1e-6F;
    std::memcpy(quiet.data.data() + i, &value, 4);
  }
  const auto grown = append(first, quiet.view(), options);
  REQUIRE(grown.ok());
  CHECK(grown->size() < first.size() + 200);
}

TEST_CASE("elements that are not finite are counted, and kept bit by bit") {
  Array array = make_array<double>(ElementType::float64, {30, 50});
  for (size_t i = 0; i < 1500; i += 7) {
    const double value =
        i % 2 == 0 ? std::numeric_limits<double>::quiet_NaN() : -std::numeric_limits<double>::infinity();
    std::memcpy(array.data.data() + i * 8, &value, 8);
  }
  for (const ArrayTarget& target :
       {ArrayTarget{}, {ArrayTargetKind::max_error, 0.5}, {ArrayTargetKind::psnr, 40}, {ArrayTargetKind::bits, 70}}) {
    for (const int effort : {1, 5}) {
      const Bytes file = grow(array, {13}, {.target = target, .threads = 1, .effort = effort});
      CHECK(inspect_array(file)->non_finite == 215);
      CHECK(inspect_array(*encode(array.view(), {.target = target, .threads = 1, .effort = effort}))->non_finite ==
            215);
      const Bytes again = decoded(file);
      for (size_t i = 0; i < 1500; i += 7)
        REQUIRE(std::memcmp(again.data() + i * 8, array.data.data() + i * 8, 8) == 0);
    }
  }
}

TEST_CASE("integers of 64 bits grow in the form that they have, or are refused where they do not fit") {
  const auto with = [](int64_t base, uint64_t factor) {
    Array array = make_array<int64_t>(ElementType::int64, {40, 12});
    for (size_t i = 0; i < array.data.size(); i += 8) {
      uint64_t value;
      std::memcpy(&value, array.data.data() + i, 8);
      value = value * factor + static_cast<uint64_t>(base);
      std::memcpy(array.data.data() + i, &value, 8);
    }
    return array;
  };
  for (const Array& array : {with(0, 1), with(int64_t{1} << 60, 1000), with(-17, uint64_t{1} << 55)}) {
    for (const uint32_t chunk_elements : {0u, 256u}) {
      CHECK(decoded(grow(array, {7, 30}, {.threads = 1, .chunk_elements = chunk_elements})) == array.data);
    }
  }
  // Nothing is known of the integers of an array without elements.
  CHECK(decoded(grow(with(int64_t{1} << 60, 1000), {0}, {.threads = 1})) == with(int64_t{1} << 60, 1000).data);
  const auto small = encode(with(0, 1).view(), {.threads = 1}),
             far = encode(with(int64_t{1} << 60, 1).view(), {.threads = 1});
  CHECK(error_of(*small, with(int64_t{1} << 60, 1)).code == ErrorCode::invalid_argument);
  CHECK(error_of(*far, with(0, 1)).message.find("64 bits") != std::string::npos);
}

TEST_CASE("what cannot follow the array is refused with the cause") {
  const Array array = make_array<int16_t>(ElementType::int16, {10, 30});
  const Bytes file = *encode(array.view(), {.threads = 1});
  const auto refuses = [&](const Array& more, const char* why) {
    const Error error = error_of(file, more);
    CHECK(error.code == ErrorCode::invalid_argument);
    CHECK_MESSAGE(error.message.find(why) != std::string::npos, error.message);
  };
  refuses(make_array<float>(ElementType::float32, {10, 30}), "another type");
  refuses(make_array<int16_t>(ElementType::int16, {10, 31}), "10 x 31");
  refuses(make_array<int16_t>(ElementType::int16, {300}), "all sides but the first");
  refuses(Array{ElementType::int16, {uint64_t{1} << 40, 30}, {}}, "2^40");
  const Array single{ElementType::int16, {}, Bytes(2)};
  const Error error = error_of(*encode(single.view(), {.threads = 1}), single);
  CHECK(error.message.find("without sides") != std::string::npos);
  CHECK(error_of(Bytes(20), array).code == ErrorCode::not_laq);
  Array limited = array;
  limited.signal.significant_bits = 4;
  for (std::byte& byte : limited.data) byte = {};
  CHECK(error_of(*encode(limited.view(), {.threads = 1}), array).message.find("significant_bits") != std::string::npos);
  CHECK(error_of(file, array, {.effort = 10}).message.find("effort") != std::string::npos);
}

TEST_CASE("nothing is appended to a file that is damaged anywhere, or cut off") {
  const Array array = make_array<int16_t>(ElementType::int16, {10, 300});
  const Bytes file = *encode(array.view(), {.threads = 1, .chunk_elements = 1000});
  for (size_t at = 4; at < file.size(); at += 61) {
    Bytes damaged = file;
    damaged[at] ^= std::byte{0x10};
    CHECK_FALSE(append(damaged, array.view(), {.threads = 1}).ok());
    CHECK_FALSE(append(Bytes(file.begin(), file.begin() + static_cast<ptrdiff_t>(at)), array.view()).ok());
  }
}

TEST_CASE("a region of a file with a damaged header or table is refused, though the file's checksum is not looked at") {
  const Array array = make_array<int16_t>(ElementType::int16, {10, 300});
  const Bytes file = *encode(array.view(), {{ArrayTargetKind::max_error, 3}, 1, {}, 1000});
  const std::vector<Bytes> chunks = chunks_of(file);
  size_t of_chunks = 4;
  for (const Bytes& chunk : chunks) of_chunks += chunk.size();
  for (size_t at = 4; at + of_chunks < file.size(); ++at) {
    for (const int bit : {0x01, 0x10}) {
      Bytes damaged = file;
      damaged[at] ^= static_cast<std::byte>(bit);
      CHECK_FALSE(decode_array_region(damaged, {{0, 0}, {1, 300}}).ok());
    }
  }
}

TEST_CASE("appending piece by piece gives the same file, in order, and can be cancelled") {
  Array array = make_array<float>(ElementType::float32, {40, 100});
  array.attachments = {{"text", Bytes(100, std::byte{'x'})}};
  const ArrayEncodeOptions options{.target = {ArrayTargetKind::max_error, 0.1}, .threads = 1, .chunk_elements = 500};
  const Bytes before = *encode(array.view(), options), after = *append(before, array.view(), options);
  Bytes made;
  const PutBytes put = [&](uint64_t offset, std::span<const std::byte> bytes) {
    CHECK(offset == made.size());
    made.insert(made.end(), bytes.begin(), bytes.end());
    return true;
  };
  const auto size = append_to(put, before, array.view(), options);
  REQUIRE(size.ok());
  CHECK(*size == after.size());
  CHECK(made == after);
  CHECK(inspect_array(made)->attachments.size() == 1);
  CHECK(append_to({}, before, array.view(), options).error().code == ErrorCode::invalid_argument);
  const auto full = append_to([](uint64_t, auto) { return false; }, before, array.view(), options);
  CHECK(full.error().code == ErrorCode::cancelled);
  ArrayEncodeOptions cancelled = options;
  cancelled.progress = [](float) { return false; };
  CHECK(append(before, array.view(), cancelled).error().code == ErrorCode::cancelled);
}

TEST_CASE("the bytes of a file that has grown do not depend on the number of threads") {
  const Array array = make_array<float>(ElementType::float32, {40, 100});
  const auto with = [&](int threads) {
    return grow(array, {5, 21},
                {.target = {ArrayTargetKind::psnr, 45}, .threads = threads, .chunk_elements = 500, .effort = 2});
  };
  CHECK(with(1) == with(3));
}
