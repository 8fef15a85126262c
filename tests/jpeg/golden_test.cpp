// Golden JPEG files: NAME.laq decodes to NAME.jpg, by the library of a decoder alone.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <laq/jpeg.hpp>

#include "jpeg/golden_jpegs.h"

using namespace laq;
using namespace laq::test;

namespace {

std::vector<std::byte> read(const std::string& name) {
  std::ifstream in(std::string(LAQ_GOLDEN_FOLDER) + "/" + name, std::ios::binary);
  REQUIRE_MESSAGE(in, "no golden file " << name << ": see tests/make_golden.cpp");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("golden files decode to the JPEG files that they were made from") {
  for (const std::string name : kGoldenJpegs) {
    CAPTURE(name);
    const std::vector<std::byte> file = read(name + ".laq"), jpeg = read(name + ".jpg");
    CHECK(file.size() < jpeg.size());
    for (const int threads : {1, 3}) {
      const Result<std::vector<std::byte>> again = decode_jpeg(file, {.threads = threads});
      REQUIRE_MESSAGE(again.ok(), (again.ok() ? std::string() : again.error().message));
      CHECK(*again == jpeg);
    }
  }
}
