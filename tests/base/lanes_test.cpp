// Lanes that move by one, and change their precision: the same on every target.
#include <array>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/lanes_test.cpp"
#define HWY_DISABLED_TARGETS LAQ_TARGETS_WITHOUT_DOUBLES
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.h"

#ifndef LAQ_TESTS_BASE_LANES_TEST_
#define LAQ_TESTS_BASE_LANES_TEST_
namespace laq::test {

struct Moved {
  std::array<double, 8> after, before, as_doubles;
  std::array<float, 8> as_floats;
};

}  // namespace laq::test
#endif

HWY_BEFORE_NAMESPACE();
namespace laq::test {
namespace HWY_NAMESPACE {

// Numbers 1, 2 .. are moved, and 100 comes in.
template <int kCount>
Moved move() {
  using Doubles = laq::HWY_NAMESPACE::LanesOf<double, kCount>;
  using Floats = laq::HWY_NAMESPACE::LanesOf<float, kCount>;
  constexpr std::array<double, 8> kNumbers = {1, 2, 3, 4, 5, 6, 7, 8};
  constexpr std::array<float, 8> kFloats = {1, 2, 3, 4, 5, 6, 7, 8};
  Moved moved{};
  const Doubles numbers = Doubles::load(kNumbers.data());
  numbers.after(Doubles::all(100)).store(moved.after.data());
  numbers.before(Doubles::all(100)).store(moved.before.data());
  numbers.to_floats().after(Floats::all(100)).store(moved.as_floats.data());
  Floats::load(kFloats.data()).before(Floats::all(100)).to_doubles().store(moved.as_doubles.data());
  return moved;
}

Moved MoveFour() {
  return move<4>();
}
Moved MoveEight() {
  return move<8>();
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::test
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <doctest/doctest.h>

#include "for_each_target.h"

namespace laq::test {

HWY_EXPORT(MoveFour);
HWY_EXPORT(MoveEight);

TEST_CASE("lanes move by one, and another comes in, with the same numbers in either precision") {
  for_each_target([] {
    const Moved four = HWY_DYNAMIC_DISPATCH(MoveFour)();
    CHECK(four.after == std::array<double, 8>{100, 1, 2, 3});
    CHECK(four.before == std::array<double, 8>{2, 3, 4, 100});
    CHECK(four.as_floats == std::array<float, 8>{100, 1, 2, 3});
    CHECK(four.as_doubles == std::array<double, 8>{2, 3, 4, 100});
    const Moved eight = HWY_DYNAMIC_DISPATCH(MoveEight)();
    CHECK(eight.after == std::array<double, 8>{100, 1, 2, 3, 4, 5, 6, 7});
    CHECK(eight.before == std::array<double, 8>{2, 3, 4, 5, 6, 7, 8, 100});
    CHECK(eight.as_floats == std::array<float, 8>{100, 1, 2, 3, 4, 5, 6, 7});
    CHECK(eight.as_doubles == std::array<double, 8>{2, 3, 4, 5, 6, 7, 8, 100});
  });
}

}  // namespace laq::test
#endif
