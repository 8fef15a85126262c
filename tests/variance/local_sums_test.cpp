#include "variance/local_sums.h"

#include <doctest/doctest.h>

#include <random>

using namespace laq;

TEST_CASE("a magnitude adds its weights to the sums of lower frequencies, up to a limit") {
  LocalSums sums(32);
  sums.add(LocalSums::padded(10, 10), 7);
  CHECK(sums.at(LocalSums::padded(10, 10)) == 0);
  CHECK(sums.at(LocalSums::padded(9, 10)) == 2 * 7);
  CHECK(sums.at(LocalSums::padded(10, 9)) == 2 * 7);
  CHECK(sums.at(LocalSums::padded(9, 9)) == 2 * 7);
  CHECK(sums.at(LocalSums::padded(7, 10)) == 7);
  CHECK(sums.at(LocalSums::padded(10, 7)) == 7);
  CHECK(sums.at(LocalSums::padded(6, 10)) == 0);
  CHECK(sums.at(LocalSums::padded(11, 10)) == 0);
  sums.add(LocalSums::padded(9, 10), 1000);
  CHECK(sums.at(LocalSums::padded(8, 10)) == 2 * 7 + 2 * 51);
}

TEST_CASE("sums of neighbours forget what is taken back") {
  LocalSums sums(32), without(32);
  std::mt19937 random(1);
  const auto anywhere = [&] {
    const auto u = static_cast<int>(random() % kMaxCodedSize), v = static_cast<int>(random() % kMaxCodedSize);
    return LocalSums::padded(u, v);
  };
  for (int i = 0; i < 300; ++i) {
    const int kept = anywhere(), forgotten = anywhere();
    const auto magnitude = static_cast<uint32_t>(random() % 80);
    sums.add(kept, magnitude);
    without.add(kept, magnitude);
    sums.add(forgotten, 1000);
    sums.remove(forgotten, 1000);
  }
  bool same = true;
  for (int i = 0; i < kMaxCodedSize * kMaxCodedSize; ++i) {
    const int padded = LocalSums::padded(i % kMaxCodedSize, i / kMaxCodedSize);
    same = same && sums.at(padded) == without.at(padded);
  }
  CHECK(same);
}
