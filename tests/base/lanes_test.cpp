// Lanes that move by one, change their precision or their sign, come from bytes: the same on every target.
#include <array>
#include <cmath>
#include <cstdint>

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
struct Changed {
  std::array<float, 8> of_bytes, turned;
  std::array<double, 8> truncated;
  std::array<bool, 2> are_below;  // 3.5, and 3.75
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

template <int kCount>
Changed change() {
  using Doubles = laq::HWY_NAMESPACE::LanesOf<double, kCount>;
  using Floats = laq::HWY_NAMESPACE::LanesOf<float, kCount>;
  constexpr std::array<uint8_t, 8> kBytes = {0, 1, 2, 15, 0, 255, 7, 8};
  constexpr std::array<float, 8> kSigns = {-1, 1, -0.5f, 0, -1, -1, 1, -1};
  constexpr std::array<double, 8> kNumbers = {-0.5, 1.25, 2.75, -3.5, 0, -1, 1.5, 2};
  Changed changed{};
  const Floats bytes = Floats::of_bytes(kBytes.data());
  bytes.store(changed.of_bytes.data());
  bytes.turned_by(Floats::load(kSigns.data())).store(changed.turned.data());
  const Doubles numbers = Doubles::load(kNumbers.data()), sizes = numbers.absolute();
  sizes.truncated().with_sign_of(numbers).store(changed.truncated.data());
  changed.are_below = {sizes.all_below(3.5), sizes.all_below(3.75)};
  return changed;
}

Changed ChangeFour() {
  return change<4>();
}
Changed ChangeEight() {
  return change<8>();
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

HWY_EXPORT(ChangeFour);
HWY_EXPORT(ChangeEight);
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

TEST_CASE("lanes come from bytes, and are turned, truncated and compared") {
  for_each_target([] {
    const Changed four = HWY_DYNAMIC_DISPATCH(ChangeFour)();
    CHECK(four.of_bytes == std::array<float, 8>{0, 1, 2, 15});
    CHECK(four.turned == std::array<float, 8>{0, 1, -2, 15});
    CHECK_FALSE(std::signbit(four.turned[0]));
    CHECK(four.truncated == std::array<double, 8>{0, 1, 2, -3});
    const Changed eight = HWY_DYNAMIC_DISPATCH(ChangeEight)();
    CHECK(eight.of_bytes == std::array<float, 8>{0, 1, 2, 15, 0, 255, 7, 8});
    CHECK(eight.turned == std::array<float, 8>{0, 1, -2, 15, 0, -255, 7, -8});
    CHECK(eight.truncated == std::array<double, 8>{0, 1, 2, -3, 0, -1, 1, 2});
    for (const Changed& changed : {four, eight}) CHECK(changed.are_below == std::array<bool, 2>{false, true});
  });
}

}  // namespace laq::test
#endif
