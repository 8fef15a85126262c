// NumPy files: both orders, all versions, and what is refused.
#include "io/npy.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

using namespace laq;
using namespace laq::io;

namespace {

std::vector<std::byte> file_of(const std::string& header, size_t data_bytes, int version = 1) {
  std::string file = "\x93NUMPY";
  file += static_cast<char>(version);
  file += '\0';
  const int count = version == 1 ? 2 : 4;
  for (int i = 0; i < count; ++i) file += static_cast<char>(header.size() >> (8 * i));
  file += header;
  for (size_t i = 0; i < data_bytes; ++i) file += static_cast<char>(i);
  const auto* const bytes = reinterpret_cast<const std::byte*>(file.data());
  return {bytes, bytes + file.size()};
}

std::string message_of(const std::vector<std::byte>& file) {
  const auto array = parse_npy(file);
  return array.ok() ? "no error" : array.error().message;
}

}  // namespace

TEST_CASE("arrays of every type and version are read, and written arrays read back") {
  const std::pair<const char*, ElementType> types[] = {{"|i1", ElementType::int8},    {"|u1", ElementType::uint8},
                                                       {"<i2", ElementType::int16},   {"<u2", ElementType::uint16},
                                                       {"<i4", ElementType::int32},   {"<u4", ElementType::uint32},
                                                       {"<f4", ElementType::float32}, {"<f8", ElementType::float64}};
  for (int version = 1; version <= 3; ++version) {
    for (const auto& type : types) {
      const std::string header =
          std::string("{'descr': '") + type.first + "', 'fortran_order': False, 'shape': (3, 5), }";
      const std::vector<std::byte> file = file_of(header, 15 * element_bytes(type.second), version);
      const auto view = parse_npy(file);
      REQUIRE(view.ok());
      CHECK(view->type == type.second);
      CHECK(view->shape == std::vector<uint64_t>{3, 5});
      CHECK(view->strides.empty());
      Array array{view->type, view->shape, std::vector<std::byte>(15 * element_bytes(type.second))};
      std::memcpy(array.data.data(), view->data, array.data.size());
      const std::vector<std::byte> written = write_npy(array);
      CHECK(written.size() % 64 == array.data.size() % 64);
      const auto again = parse_npy(written);
      REQUIRE(again.ok());
      CHECK(again->type == view->type);
      CHECK(again->shape == view->shape);
      CHECK(std::memcmp(again->data, view->data, array.data.size()) == 0);
    }
  }
}

TEST_CASE("Fortran order becomes strides, a scalar an array of one, a tuple of one side stays one") {
  const auto columns = file_of("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3, 4), }", 48);
  CHECK(parse_npy(columns)->strides == std::vector<int64_t>{2, 4, 12});
  const auto scalar = file_of("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 8);
  CHECK(parse_npy(scalar)->shape == std::vector<uint64_t>{1});
  const auto single = file_of("{'descr': '<f4', 'fortran_order': False, 'shape': (7,), }", 28);
  CHECK(parse_npy(single)->shape == std::vector<uint64_t>{7});
}

TEST_CASE("an array without elements is read, wherever its side of 0 is") {
  for (const char* shape : {"(0,)", "(3, 0)", "(0, 3)", "(9223372036854775808, 4, 0)"}) {
    const auto array =
        parse_npy(file_of(std::string("{'descr': '<i2', 'fortran_order': True, 'shape': ") + shape + ", }", 0));
    CHECK_MESSAGE(array.ok(), shape);
  }
}

TEST_CASE("what cannot be read is refused with the reason") {
  const std::string good = "{'descr': '<i2', 'fortran_order': False, 'shape': (4,), }";
  CHECK(message_of(file_of(good, 8)) == "no error");
  CHECK(message_of(file_of(good, 7)).find("fewer elements") != std::string::npos);
  CHECK(message_of(file_of(good, 8, 4)).find("version 4") != std::string::npos);
  std::vector<std::byte> cut = file_of(good, 8);
  for (const size_t length : {0, 5, 8, 11, 40}) {
    CHECK(message_of({cut.begin(), cut.begin() + static_cast<ptrdiff_t>(length)}).find("not a good .npy") == 0);
  }
  const auto refuses = [](const std::string& header, const char* why) {
    CAPTURE(header);
    CHECK(message_of(file_of(header, 64)).find(why) != std::string::npos);
  };
  const auto of_type = [](const std::string& descr) {
    return "{'descr': " + descr + ", 'fortran_order': False, 'shape': (4,), }";
  };
  refuses(of_type("'>i2'"), "elements of type >i2 are not supported (array.astype('<i2') turns the bytes around)");
  for (const char* type : {"'<i8'", "'<u8'", "'|b1'", "'<f2'", "'<c8'", "'<U10'", "'|S3'", "'|O'", "'<M8[ns]'"})
    refuses(of_type(type), "are not supported (");
  refuses(of_type("'<c16'"), "save array.real and array.imag");
  refuses(of_type("'<i8'"), "array.astype('int32') if the values fit");
  refuses(of_type("[('a', '<i2')]"), "several fields");
  for (const char* type : {"<i2", "''", "'<'", "'<i\n2'", "'<i2", "3"}) refuses(of_type(type), "descr");
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1), }", "5 dimensions");
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': (x,), }", "side");
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': (2 2), }", "comma");
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': (2,,2), }", "side");
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': (-2, 2), }", "side");
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': (36893488147419103232,), }", "side");
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': (0, 4), }", "64 bytes follow its elements");
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': (31,), }", "2 bytes follow its elements");
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': 4, }", "tuple");
  refuses("{'descr': '<i2', 'fortran_order': 0, 'shape': (32,), }", "fortran_order");
  refuses("{'descr': '<i2', 'shape': (4,), }", "has no descr");
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", "fewer elements");
}

TEST_CASE("a file with any byte of its header changed is read within its bytes, or refused") {
  const std::string header = "{'descr': '<i2', 'fortran_order': True, 'shape': (3, 5, 2), }";
  const std::vector<std::byte> good = file_of(header, 60);
  for (size_t i = 0; i < good.size() - 60; ++i) {
    for (const int change : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
      std::vector<std::byte> file = good;
      file[i] ^= static_cast<std::byte>(change);
      const auto array = parse_npy(file);
      if (!array.ok()) continue;
      uint64_t bytes = element_bytes(array->type);
      for (const uint64_t side : array->shape) bytes *= side;
      CHECK(static_cast<const std::byte*>(array->data) + bytes == file.data() + file.size());
    }
  }
}
