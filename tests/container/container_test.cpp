// The container: sections survive, and every kind of damage is told apart.
#include "container/container.h"

#include <string>

#include <doctest/doctest.h>
#include <zlib.h>

namespace laq {
namespace {

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

struct NamedBytes {
  const char* name;
  std::string bytes;
};

std::vector<std::byte> file_of(const std::vector<NamedBytes>& named) {
  std::vector<std::vector<std::byte>> payloads;
  for (const NamedBytes& n : named) payloads.push_back(bytes_of(n.bytes));
  std::vector<Section> sections;
  for (size_t i = 0; i < named.size(); ++i) {
    const char* name = named[i].name;
    sections.push_back({{name[0], name[1], name[2], name[3]}, payloads[i]});
  }
  return write_container(sections);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void check_error(std::span<const std::byte> file, ErrorCode code, const std::string& part) {
  const auto sections = read_container(file);
  REQUIRE_FALSE(sections.ok());
  CHECK(sections.error().code == code);
  CHECK_MESSAGE(contains(sections.error().message, part), sections.error().message);
}

TEST_CASE("sections come back in their order with their bytes") {
  const auto file = file_of({{"ICCP", "profile"}, {"XMP_", ""}, {"PICT", std::string(1000, 'x')}});
  const auto sections = read_container(file);
  REQUIRE(sections.ok());
  REQUIRE(sections->size() == 3);
  CHECK((*sections)[0].name == kIccSection);
  CHECK(std::string(reinterpret_cast<const char*>((*sections)[0].bytes.data()), 7) == "profile");
  CHECK((*sections)[1].bytes.empty());
  CHECK((*sections)[2].bytes.size() == 1000);
}

TEST_CASE("the container costs fewer than 20 bytes around a picture") {
  CHECK(file_of({{"PICT", std::string(100000, 'x')}}).size() - 100000 < 20);
}

TEST_CASE("the checksum is zlib's CRC-32 of name and payload, lowest byte first") {
  const auto file = file_of({{"PICT", "123456789"}});
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>("PICT123456789"), 13);
  for (size_t i = 0; i < 4; ++i) CHECK(std::to_integer<uLong>(file[file.size() - 4 + i]) == (crc >> (8 * i) & 0xff));
}

TEST_CASE("an empty file and files of other kinds are not LAQ") {
  check_error({}, ErrorCode::not_laq, "empty");
  check_error(bytes_of("\x89PNG\r\n\x1a\n"), ErrorCode::not_laq, "LAQ");
  check_error(bytes_of("x"), ErrorCode::not_laq, "LAQ");
  check_error(bytes_of("LAX"), ErrorCode::not_laq, "LAQ");
}

TEST_CASE("every other format number is unsupported, and the message has both numbers") {
  auto file = file_of({{"PICT", "x"}});
  for (int format = 0; format < 256; ++format) {
    if (format == kFormat) continue;
    file[3] = static_cast<std::byte>(format);
    check_error(file, ErrorCode::unsupported, std::to_string(format));
    check_error(file, ErrorCode::unsupported, std::to_string(kFormat));
  }
}

TEST_CASE("a file that is cut off anywhere is truncated") {
  const auto file = file_of({{"ICCP", "profile"}, {"PICT", std::string(200, 'x')}});
  for (size_t size = 1; size < file.size(); ++size)
    check_error(std::span(file).first(size), ErrorCode::truncated, "copy it again");
}

TEST_CASE("a wrong checksum names its section") {
  auto file = file_of({{"ICCP", "profile"}, {"PICT", "picture"}});
  file[12] ^= std::byte{1};
  check_error(file, ErrorCode::corrupt, "section ICCP: checksum is wrong");
  file[12] ^= std::byte{1};
  file.back() ^= std::byte{0x80};
  check_error(file, ErrorCode::corrupt, "section PICT: checksum is wrong");
}

TEST_CASE("the content's checksum alone may be left unverified") {
  auto file = file_of({{"ICCP", "profile"}, {"ARRY", "array"}});
  file.back() ^= std::byte{0x80};
  check_error(file, ErrorCode::corrupt, "section ARRY: checksum is wrong");
  CHECK(read_container(file, Verify::all_but_content).ok());
  file.pop_back();
  CHECK(read_container(file, Verify::all_but_content).error().code == ErrorCode::truncated);
  file = file_of({{"ICCP", "profile"}, {"ARRY", "array"}});
  file[12] ^= std::byte{1};
  CHECK(read_container(file, Verify::all_but_content).error().message.find("section ICCP: checksum") == 0);
}

TEST_CASE("a section occurs once") {
  check_error(file_of({{"EXIF", "a"}, {"EXIF", "b"}, {"PICT", "x"}}), ErrorCode::corrupt, "section EXIF: occurs twice");
}

TEST_CASE("nothing follows the picture") {
  check_error(file_of({{"PICT", "x"}, {"EXIF", "a"}}), ErrorCode::corrupt, "follow section PICT");
  auto file = file_of({{"PICT", "x"}});
  file.push_back({});
  check_error(file, ErrorCode::corrupt, "1 bytes follow section PICT");
}

TEST_CASE("a file needs a picture") {
  check_error(file_of({{"EXIF", "a"}}), ErrorCode::truncated, "before its content, which is section PICT");
}

TEST_CASE("an unknown section is skipped where its name begins with a lower-case letter, and only then") {
  const auto sections = read_container(file_of({{"tHUM", "x"}, {"PICT", "x"}}));
  REQUIRE(sections.ok());
  CHECK(sections->size() == 2);
  check_error(file_of({{"THUM", "x"}, {"PICT", "x"}}), ErrorCode::unsupported, "section THUM");
  check_error(file_of({{"_hum", "x"}, {"PICT", "x"}}), ErrorCode::unsupported, "section _hum");
}

TEST_CASE("a name of other characters is damage, and is shown without them") {
  check_error(file_of({{"\x01\xff\nT", "x"}, {"PICT", "x"}}), ErrorCode::corrupt, "section ???T");
}

TEST_CASE("a length that no integer has is damage") {
  auto file = bytes_of("LAQ");
  file.push_back(static_cast<std::byte>(kFormat));
  for (const char c : std::string("PICT")) file.push_back(static_cast<std::byte>(c));
  file.insert(file.end(), 11, std::byte{0xff});
  file.insert(file.end(), 20, std::byte{0});
  check_error(file, ErrorCode::corrupt, "section PICT: the length is wrong");
}

TEST_CASE("more sections than a file may have are refused") {
  std::vector<std::string> names;
  for (int i = 0; i < 70; ++i)
    names.push_back({'a', 'a', static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)});
  std::vector<NamedBytes> named;
  for (const std::string& name : names) named.push_back({name.c_str(), "x"});
  named.push_back({"PICT", "x"});
  check_error(file_of(named), ErrorCode::corrupt, "more than 64 sections");
}

}  // namespace
}  // namespace laq
