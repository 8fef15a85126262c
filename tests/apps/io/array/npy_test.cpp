// NumPy files: both orders, all versions, and what is refused.
#include "io/array/npy.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <string>

#include "io/array/array_file.h"
#include "io/bytes.h"

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

std::string header_of(const std::string& descr, const std::string& shape, bool is_fortran = false) {
  return "{'descr': '" + descr + "', 'fortran_order': " + (is_fortran ? "True" : "False") + ", 'shape': " + shape +
         ", }";
}

// The array as it comes back from a LAQ file.
Array coded(const FileArray& file) {
  return {file.view.type, file.view.shape, packed_elements(file.view), file.view.signal, file.attachments};
}

std::string message_of(const std::vector<std::byte>& file) {
  const auto array = parse_npy(file);
  return array.ok() ? "no error" : array.error().message;
}

}  // namespace

TEST_CASE("arrays of every type and version are read, and written arrays read back") {
  const std::pair<const char*, ElementType> types[] = {
      {"|i1", ElementType::int8},    {"|u1", ElementType::uint8},   {"<i2", ElementType::int16},
      {"<u2", ElementType::uint16},  {"<i4", ElementType::int32},   {"<u4", ElementType::uint32},
      {"<f4", ElementType::float32}, {"<f8", ElementType::float64}, {"<i8", ElementType::int64},
      {"<u8", ElementType::uint64},  {"<f2", ElementType::float16}};
  for (int version = 1; version <= 3; ++version) {
    for (const auto& type : types) {
      const size_t bytes = 15 * element_bytes(type.second);
      const auto file = file_of(header_of(type.first, "(3, 5)"), bytes, version);
      const auto read = parse_npy(file);
      REQUIRE(read.ok());
      CHECK(read->view.type == type.second);
      CHECK(read->view.shape == std::vector<uint64_t>{3, 5});
      CHECK(read->view.strides.empty());
      CHECK(read->attachments.empty());
      const Array array = coded(*read);
      const std::vector<std::byte> written = write_npy(array);
      CHECK(written.size() % 64 == array.data.size() % 64);
      const auto again = parse_npy(written);
      REQUIRE(again.ok());
      CHECK(again->view.type == type.second);
      CHECK(again->view.shape == read->view.shape);
      CHECK(std::memcmp(again->view.data, read->view.data, array.data.size()) == 0);
    }
  }
}

TEST_CASE("NumPy has no bfloat16: float32 takes its place") {
  const std::vector<uint16_t> elements = {0x3fc0, 0xff80};  // 1.5 and minus infinity
  Array array{ElementType::bfloat16, {2}, {}};
  array.data.resize(4);
  std::memcpy(array.data.data(), elements.data(), 4);
  const std::vector<std::byte> written = write_npy(array);
  const auto again = parse_npy(written);
  REQUIRE(again.ok());
  CHECK(again->view.type == ElementType::float32);
  CHECK(to_doubles(coded(*again)) == std::vector<double>{1.5, -INFINITY});
}

TEST_CASE("what type and shape do not tell comes back: byte order, Fortran order, bool, times and complex numbers") {
  struct Case {
    const char* descr;
    ElementType type;
    bool is_complex;
  };
  for (const auto& of : {Case{">i2", ElementType::int16, false}, Case{">f8", ElementType::float64, false},
                         Case{">u8", ElementType::uint64, false}, Case{">f2", ElementType::float16, false},
                         Case{"|b1", ElementType::uint8, false}, Case{"<M8[ns]", ElementType::int64, false},
                         Case{">m8[25s]", ElementType::int64, false}, Case{"<c8", ElementType::float32, true},
                         Case{">c16", ElementType::float64, true}, Case{"<f4", ElementType::float32, false}}) {
    const std::pair<std::string, size_t> shapes[] = {{"(2, 3, 4)", 24}, {"(6,)", 6}, {"()", 1}, {"(2, 0, 3)", 0}};
    for (const auto& [shape, count] : shapes) {
      for (const bool is_fortran : {false, true}) {
        const std::string header = header_of(of.descr, shape, is_fortran);
        CAPTURE(header);
        const size_t bytes = count * element_bytes(of.type) * (of.is_complex ? 2 : 1);
        const std::vector<std::byte> file = file_of(header, bytes);
        const auto read = parse_npy(file);
        REQUIRE(read.ok());
        CHECK(read->view.type == of.type);
        const std::vector<std::byte> written = write_npy(coded(*read));
        CHECK(text_of(written).find(header) == 10);
        REQUIRE(written.size() > bytes);
        CHECK(text_of(written).substr(written.size() - bytes) == text_of(file).substr(file.size() - bytes));
      }
    }
  }
}

TEST_CASE("real and imaginary parts lie apart, big-endian elements are turned, bools have one bit") {
  const auto complex = parse_npy(file_of(header_of("<c8", "(2, 3)"), 48));
  REQUIRE(complex.ok());
  CHECK(complex->view.shape == std::vector<uint64_t>{2, 2, 3});
  CHECK(complex->view.strides == std::vector<int64_t>{4, 24, 8});
  const auto columns = parse_npy(file_of(header_of("<i2", "(2, 3, 4)", true), 48));
  CHECK(columns->view.strides == std::vector<int64_t>{2, 4, 12});
  const auto big = parse_npy(file_of(header_of(">i2", "(2,)"), 4));
  CHECK(coded(*big).data == std::vector<std::byte>{std::byte{1}, std::byte{0}, std::byte{3}, std::byte{2}});
  CHECK(parse_npy(file_of(header_of("|b1", "(2,)"), 2))->view.signal.significant_bits == 1);
  CHECK(parse_npy(file_of(header_of("|b1", "(3,)"), 3))->view.signal.significant_bits == 0);  // the third is 2
  CHECK(parse_npy(file_of(header_of("|u1", "(2,)"), 2))->view.signal.significant_bits == 0);
}

TEST_CASE("a file of times with NaT says that only lossless coding keeps it") {
  std::vector<std::byte> file = file_of(header_of("<M8[s]", "(2,)"), 16);
  CHECK(parse_npy(file)->notes.text().empty());
  std::fill(file.end() - 8, file.end(), std::byte{0});
  file.back() = std::byte{0x80};
  CHECK(parse_npy(file)->notes.text().find("NaT") != std::string::npos);
}

TEST_CASE("headers of other programs are read: double quotes, blanks, long integers, no or a native byte order") {
  for (const char* header :
       {"{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (2, 3)}",
        "{'shape': (2L, 3L), 'fortran_order': False, 'descr': '<f4'}",
        "  { 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , }  \n",
        "{'descr': '=f4', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': 'f4', 'fortran_order': False, 'shape': (2, 3), }",
        "{u'descr': u'<f4', u'fortran_order': False, u'shape': (2, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'other': {'shape': [')', 1]}, 'shape': (2, 3)}"}) {
    CAPTURE(header);
    const auto read = parse_npy(file_of(header, 24));
    REQUIRE(read.ok());
    CHECK(read->view.type == ElementType::float32);
    CHECK(read->view.shape == std::vector<uint64_t>{2, 3});
    CHECK(read->attachments.empty());
  }
}

TEST_CASE("an array without elements is read, wherever its side of 0 is") {
  for (const char* shape : {"(0,)", "(3, 0)", "(0, 3)", "(9223372036854775808, 4, 0)"}) {
    const auto array = parse_npy(file_of(header_of("<i2", shape, true), 0));
    CHECK_MESSAGE(array.ok(), shape);
  }
}

TEST_CASE("a region of complex numbers has both parts, and an attachment that does not fit is ignored") {
  const auto read = parse_npy(file_of(header_of("<c8", "(2, 3)"), 48));
  REQUIRE(read.ok());
  const NumpyForm form = numpy_form(read->view.type, read->view.shape, read->attachments);
  CHECK(form.type_name() == "complex64");
  CHECK(form.shape == std::vector<uint64_t>{2, 3});
  const ArrayRegion region = form.coded({{1, 0}, {1, 2}});
  CHECK(region.begin == std::vector<uint64_t>{0, 1, 0});
  CHECK(region.size == std::vector<uint64_t>{2, 1, 2});
  const std::vector<uint64_t> three = {3, 4};
  CHECK(numpy_form(read->view.type, three, read->attachments).descr == "<f4");
  CHECK(numpy_form(ElementType::int16, read->view.shape, read->attachments).descr == "<i2");
  for (const char* text : {"", "C", "<f4", "<f4X", "<f4'C", "<c8'C", "<M8[ns]C", "<c8[ns]C"}) {
    const auto bytes = std::as_bytes(std::span(text, std::strlen(text)));
    const std::vector<Attachment> wrong = {{"npyh", {bytes.begin(), bytes.end()}}};
    CHECK_MESSAGE(numpy_form(ElementType::float32, read->view.shape, wrong).descr == "<f4", text);
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
  for (const char* type : {"'<f16'", "'<c32'", "'<U10'", "'|S3'", "'|O'", "'|V8'", "'<i3'", "'<f8[ns]'", "'<M8[ns'"})
    refuses(of_type(type), "are not supported (");
  refuses(of_type("'<f16'"), "elements of type <f16 are not supported (array.astype('float64') rounds them)");
  refuses(of_type("'<c32'"), "array.astype('complex128') rounds them");
  refuses(of_type("[('x', '<f4'), (('title', 'y'), '<i2', (3,)), ]"), "has the fields 'x', 'y': save one, array['x']");
  refuses(of_type("[('a\x1b[2J', '<i2')]"), "fields 'a?[2J':");
  refuses(of_type("[]"), "descr");
  refuses(of_type("'<i2"), "not a good .npy");
  for (const char* type : {"<i2", "''", "'<'", "'<i\n2'", "3", "('<i2', (2,))"}) refuses(of_type(type), "descr");
  std::string sides = "1";
  for (int i = 1; i < 33; ++i) sides += ", 1";
  refuses("{'descr': '<i2', 'fortran_order': False, 'shape': (" + sides + "), }", "33 dimensions, at most 32");
  refuses("{'descr': '<c8', 'fortran_order': False, 'shape': (1, " + sides + "), }", "34 dimensions, at most 31");
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
      const std::vector<std::byte> elements = packed_elements(array->view);
      CHECK(elements.size() <= 60);
      CHECK(file.size() - elements.size() > 10);
    }
  }
}
