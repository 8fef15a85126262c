// Raw files, and how types and shapes are called.
#include <doctest/doctest.h>

#include <string>

#include "io/array/array_file.h"

using namespace laq;
using namespace laq::io;

TEST_CASE("a raw file is an array of the type and shape that are said") {
  const std::vector<std::byte> file(24);
  const auto array = parse_raw(file, ElementType::float32, {2, 3});
  REQUIRE(array.ok());
  CHECK(array->type == ElementType::float32);
  CHECK(array->shape == std::vector<uint64_t>{2, 3});
  CHECK(array->data == file.data());
  CHECK(array->strides.empty());
  CHECK(parse_raw(file, ElementType::float64, {3}).ok());
  CHECK(parse_raw(file, ElementType::uint8, {2, 3, 4, 1}).ok());
}

TEST_CASE("a raw file of another size is refused, and so is a shape that no array has") {
  const std::vector<std::byte> file(24);
  const auto message = [&](const std::vector<uint64_t>& shape) {
    const auto array = parse_raw(file, ElementType::int16, shape);
    return array.ok() ? "no error" : array.error().message;
  };
  CHECK(message({12}) == "no error");
  CHECK(message({2, 7}) == "the file has 24 bytes, 2x7 elements of type int16 are 28 (check type and shape)");
  CHECK(message({11}).find("24 bytes") != std::string::npos);
  CHECK(message({3, 0}).find("no elements") != std::string::npos);
  CHECK(message({uint64_t{1} << 63, 2}).find("larger than any") != std::string::npos);
  CHECK(message({uint64_t{1} << 32, uint64_t{1} << 32, 12}).find("larger than any") != std::string::npos);
}

TEST_CASE("types and shapes are read as they are written") {
  for (int i = 0; i < 11; ++i) {
    const auto type = static_cast<ElementType>(i);
    CHECK(type_of_name(type_name(type)) == type);
  }
  for (const char* name : {"", "int128", "float", "Int8", "uint8 "}) CHECK_FALSE(type_of_name(name).has_value());
  CHECK(type_names() ==
        "int8, uint8, int16, uint16, int32, uint32, float32, float64, int64, uint64, float16, bfloat16");
  CHECK(shape_name({60, 83, 83}) == "60x83x83");
  CHECK(shape_name({}) == "0-d");
  CHECK(parse_shape("60,83,83") == std::vector<uint64_t>{60, 83, 83});
  CHECK(parse_shape("7") == std::vector<uint64_t>{7});
  for (const char* text : {"", ",", "1,", ",1", "1,,2", "1x2", "-1", "1.5", " 1", "99999999999999999999"})
    CHECK_FALSE(parse_shape(text).has_value());
}
