#include "base/scratch.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <new>
#include <utility>

using namespace laq;

TEST_CASE("scratch memory of any size is aligned, and holds what is written to it") {
  for (const size_t count : {size_t{1}, size_t{1000}, size_t{1} << 20}) {
    Scratch<uint32_t> scratch(count);
    REQUIRE(scratch.size() == count);
    CHECK(reinterpret_cast<uintptr_t>(scratch.data()) % 64 == 0);
    for (size_t i = 0; i < count; ++i) scratch[i] = static_cast<uint32_t>(i);
    const Scratch<uint32_t> moved = std::move(scratch);
    CHECK(moved[0] == 0);
    CHECK(moved[count - 1] == count - 1);
  }
}

TEST_CASE("scratch memory that is too large is refused") {
  CHECK_THROWS_AS(Scratch<uint64_t>(static_cast<size_t>(-1) / 4), std::bad_alloc);
}
