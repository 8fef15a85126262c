// Golden files of arrays, decoded by the library of a decoder alone.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <laq/array.hpp>

#include "array/golden_arrays.h"
#include "for_each_target.h"
#include "golden_files.h"

using namespace laq;
using namespace laq::test;

namespace {

Array decoded(const std::vector<std::byte>& file, int threads) {
  DecodeOptions options;
  options.threads = threads;
  const auto array = decode_array(file, options);
  REQUIRE_MESSAGE(array.ok(), (array.ok() ? std::string() : array.error().message));
  return *array;
}

}  // namespace

TEST_CASE("golden files decode to the elements that they always had") {
  const GoldenFiles files(LAQ_GOLDEN_FOLDER);
  for (const GoldenArray& golden : kGoldenArrays) {
    const std::vector<std::byte> file = files.read(golden.name);
    if (file.empty()) continue;
    CAPTURE(golden.name);
    CHECK(file.size() <= kMostBytesOfArray);
    const auto info = inspect_array(file);
    REQUIRE(info.ok());
    CHECK(info->type == golden.type);
    CHECK(info->shape == golden.shape);
    CHECK(info->target.kind == golden.target.kind);
    CHECK(info->target.value == golden.target.value);
    for (const int threads : {1, 3}) CHECK(hash_of(decoded(file, threads)) == files.hash_of(golden.name));
    for_each_target([&] { CHECK(hash_of(decoded(file, 1)) == files.hash_of(golden.name)); });
  }
}
