// Numbers of header fields, and readers that meet the end too early.
#include "base/bytes.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace laq;

namespace {

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

}  // namespace

TEST_CASE("integers of every length come back, seven bits a byte") {
  std::mt19937_64 random(1);
  for (int bits = 0; bits <= 64; ++bits) {
    for (int i = 0; i < 20; ++i) {
      const uint64_t value = bits == 0 ? 0 : i == 0 ? ~uint64_t{0} >> (64 - bits) : random() >> (64 - bits);
      ByteWriter writer;
      writer.integer(value);
      writer.byte(0x5a);
      const std::vector<std::byte> bytes = writer.take();
      const auto length = static_cast<size_t>(std::max(1, (static_cast<int>(std::bit_width(value)) + 6) / 7));
      CHECK(bytes.size() == length + 1);
      ByteReader reader(bytes);
      CHECK(reader.integer() == value);
      CHECK(reader.byte() == 0x5a);
      CHECK(!reader.failed());
      CHECK(reader.rest().empty());
    }
  }
}

TEST_CASE("floating-point numbers come back bit by bit, the lowest byte first") {
  for (const double value : {0.0, -0.0, 1.0, -1.5e300, std::numeric_limits<double>::denorm_min(),
                             std::numeric_limits<double>::infinity(), std::nan("17")}) {
    ByteWriter writer;
    writer.float64(value);
    const std::vector<std::byte> bytes = writer.take();
    ByteReader reader(bytes);
    CHECK(std::bit_cast<uint64_t>(reader.float64()) == std::bit_cast<uint64_t>(value));
    CHECK(!reader.failed());
    reader.float64();
    CHECK(reader.failed());
  }
  ByteWriter one;
  one.float64(1);
  CHECK(one.take() == bytes_of({0, 0, 0, 0, 0, 0, 0xf0, 0x3f}));
}

TEST_CASE("the low seven bits come first") {
  ByteWriter writer;
  writer.integer(300);
  CHECK(writer.take() == bytes_of({0xac, 0x02}));
}

TEST_CASE("an integer above its maximum fails and reads as zero, the maximum itself does not") {
  for (const uint64_t value : {uint64_t{1000}, uint64_t{1001}, std::numeric_limits<uint64_t>::max()}) {
    ByteWriter writer;
    writer.integer(value);
    const std::vector<std::byte> bytes = writer.take();
    ByteReader reader(bytes);
    CHECK(reader.integer(1000) == (value == 1000 ? 1000 : 0));
    CHECK(reader.failed() == (value != 1000));
  }
}

TEST_CASE("an integer that never ends fails") {
  const std::vector<std::byte> bytes(100, std::byte{0x80});
  ByteReader reader(bytes);
  CHECK(reader.integer() == 0);
  CHECK(reader.failed());
}

TEST_CASE("behind the end there are zeros and a failure that stays") {
  const auto bytes = bytes_of({7, 0x81});
  ByteReader reader(bytes);
  CHECK(reader.byte() == 7);
  CHECK(!reader.failed());
  CHECK(reader.integer() == 0);
  CHECK(reader.failed());
  CHECK(reader.byte() == 0);
  CHECK(reader.take(1).empty());
  CHECK(reader.failed());
}

TEST_CASE("take hands out what is there and refuses what is not") {
  const auto bytes = bytes_of({1, 2, 3, 4});
  ByteReader reader(bytes);
  CHECK(reader.take(0).empty());
  const auto taken = reader.take(3);
  CHECK(taken.size() == 3);
  CHECK(taken.data() == bytes.data());
  CHECK(reader.rest().size() == 1);
  CHECK(reader.take(std::numeric_limits<uint64_t>::max()).empty());
  CHECK(reader.failed());
}

TEST_CASE("an integer of more than 64 bits is refused") {
  std::vector<std::byte> bytes(9, std::byte{0x80});
  bytes.push_back(std::byte{1});
  laq::ByteReader largest(bytes);
  CHECK(largest.integer() == uint64_t{1} << 63);
  CHECK_FALSE(largest.failed());
  bytes.back() = std::byte{2};
  laq::ByteReader larger(bytes);
  larger.integer();
  CHECK(larger.failed());
}
