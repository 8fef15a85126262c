// Lanes that move by one, change their precision or their sign, are limited, come from bytes: the same on every target.
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

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
  std::array<float, 8> turned, at_most, at_least;
  std::array<uint32_t, 8> integers;
  std::array<double, 8> truncated;
  std::array<std::array<double, 8>, 2> others;
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
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  constexpr std::array<float, 8> kWhole = {0, 1, 2, 15, 0, 255, 7, 8};
  constexpr std::array<float, 8> kSome = {kNone, 3, -3, 0.5f, kNone, 3, -3, 0.5f};
  constexpr std::array<double, 8> kZeros = {-0.0, 0.0, 1, kNone, -0.0, 0.0, 1, kNone};
  constexpr std::array<double, 8> kOtherZeros = {0.0, -0.0, kNone, 1, 0.0, -0.0, kNone, 1};
  constexpr std::array<float, 8> kSigns = {-1, 1, -0.5f, 0, -1, -1, 1, -1};
  constexpr std::array<double, 8> kNumbers = {-0.5, 1.25, 2.75, -3.5, 0, -1, 1.5, 2};
  Changed changed{};
  const Floats whole = Floats::load(kWhole.data());
  whole.turned_by(Floats::load(kSigns.data())).store(changed.turned.data());
  whole.store_as_integers(changed.integers.data());
  Floats::load(kSome.data()).at_most(Floats::all(1)).store(changed.at_most.data());
  Floats::load(kSome.data()).at_least(Floats::all(1)).store(changed.at_least.data());
  // Each result is the other operand.
  const Doubles zeros = Doubles::load(kZeros.data()), other_zeros = Doubles::load(kOtherZeros.data());
  zeros.at_most(other_zeros).store(changed.others[0].data());
  zeros.at_least(other_zeros).store(changed.others[1].data());
  const Doubles numbers = Doubles::load(kNumbers.data()), sizes = numbers.absolute();
  sizes.truncated().with_sign_of(numbers).store(changed.truncated.data());
  changed.are_below = {sizes.all_below(3.5), sizes.all_below(3.75)};
  return changed;
}

// Numbers that come from bytes, and sums of four times four.
std::array<std::array<float, 4>, 2> GatherFour() {
  using Floats = laq::HWY_NAMESPACE::LanesOf<float, 4>;
  constexpr std::array<float, 4> kA = {1, 0x1p-24f, 0x1p-24f, 0}, kB = {1, 2, 3, 4}, kC = {0x1p24f, 1, -0x1p24f, 1},
                                 kD = {-1, 0, 0.5f, 8};
  std::array<std::array<float, 4>, 2> gathered{};
  Floats::of_bytes(0xff0f0201).store(gathered[0].data());
  Floats::sums(Floats::load(kA.data()), Floats::load(kB.data()), Floats::load(kC.data()), Floats::load(kD.data()),
               gathered[1].data());
  return gathered;
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
HWY_EXPORT(GatherFour);
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

TEST_CASE("lanes are turned, truncated, limited and compared") {
  for_each_target([] {
    const Changed four = HWY_DYNAMIC_DISPATCH(ChangeFour)();
    CHECK(four.turned == std::array<float, 8>{0, 1, -2, 15});
    CHECK(four.integers == std::array<uint32_t, 8>{0, 1, 2, 15});
    CHECK(four.at_most == std::array<float, 8>{1, 1, -3, 0.5f});
    CHECK(four.at_least == std::array<float, 8>{1, 3, 1, 1});
    CHECK(four.truncated == std::array<double, 8>{0, 1, 2, -3});
    const Changed eight = HWY_DYNAMIC_DISPATCH(ChangeEight)();
    CHECK(eight.integers == std::array<uint32_t, 8>{0, 1, 2, 15, 0, 255, 7, 8});
    CHECK(eight.at_most == std::array<float, 8>{1, 1, -3, 0.5f, 1, 1, -3, 0.5f});
    CHECK(eight.at_least == std::array<float, 8>{1, 3, 1, 1, 1, 3, 1, 1});
    CHECK(eight.turned == std::array<float, 8>{0, 1, -2, 15, 0, -255, 7, -8});
    CHECK(eight.truncated == std::array<double, 8>{0, 1, 2, -3, 0, -1, 1, 2});
    for (const Changed& changed : {four, eight}) {
      CHECK(changed.are_below == std::array<bool, 2>{false, true});
      for (const std::array<double, 8>& others : changed.others) {
        CHECK((others[0] == 0 && !std::signbit(others[0])));
        CHECK((others[1] == 0 && std::signbit(others[1])));
        CHECK(std::isnan(others[2]));
        CHECK(others[3] == 1);
      }
    }
  });
}

TEST_CASE("four lanes come from the bytes of an integer, and are summed by pairs") {
  for_each_target([] {
    const auto [of_bytes, sums] = HWY_DYNAMIC_DISPATCH(GatherFour)();
    CHECK(of_bytes == std::array<float, 4>{1, 2, 15, 255});
    // 1 + 2^-24 is 1 in single precision, and 2^24 + 1 is 2^24; neighbours are added first.
    CHECK(sums == std::array<float, 4>{1, 10, 1, 7.5f});
  });
}

}  // namespace laq::test
#endif
