#include "variance/step_field.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "quantize/step.h"

using namespace laq;

namespace {

Plane<int16_t> constant_activity(int columns, int rows, int value) {
  Plane<int16_t> activity(columns, rows);
  for (int y = 0; y < rows; ++y) std::fill_n(activity.row(y), columns, static_cast<int16_t>(value));
  return activity;
}

StepFieldSettings settings_of(int base, int strength = 16, int unit = 4) {
  StepFieldSettings settings;
  settings.base_step_index = base;
  settings.step_unit = unit;
  settings.strength = strength;
  settings.reference = 136;
  return settings;
}

Plane<uint8_t> field_of(const Plane<int16_t>& activity, const StepFieldSettings& settings, int texture = 0) {
  const Plane<int16_t> even = constant_activity((activity.width() + 1) / 2, (activity.height() + 1) / 2, texture);
  return step_field(activity, even, settings);
}

}  // namespace

TEST_CASE("activity at the reference, or no strength, leaves the base step everywhere") {
  for (const int columns : {1, 2, 5}) {
    const auto at_reference = field_of(constant_activity(columns, 3, 136), settings_of(100));
    const auto without_strength = field_of(constant_activity(columns, 3, 200), settings_of(100, 0));
    CHECK(at_reference.width() == (columns + 1) / 2);
    CHECK(at_reference.height() == 2);
    for (int y = 0; y < at_reference.height(); ++y) {
      for (int x = 0; x < at_reference.width(); ++x) {
        CHECK(at_reference.row(y)[x] == 100);
        CHECK(without_strength.row(y)[x] == 100);
      }
    }
  }
}

TEST_CASE("an octave of variance moves the step by the strength's share of an octave, in whole units") {
  // Two octaves above the reference at strength 16/64: half an octave, eight indices.
  CHECK(field_of(constant_activity(4, 4, 136 + 32), settings_of(100)).row(0)[0] == 108);
  CHECK(field_of(constant_activity(4, 4, 136 - 32), settings_of(100)).row(0)[0] == 92);
  // One and a half: six indices are rounded to a unit, away from zero.
  CHECK(field_of(constant_activity(4, 4, 136 + 24), settings_of(100)).row(0)[0] == 108);
  CHECK(field_of(constant_activity(4, 4, 136 + 24), settings_of(100, 16, 1)).row(0)[0] == 106);
}

TEST_CASE("steps stay in whole units of the base, within the limits and the range of indices") {
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    Plane<int16_t> activity(9, 7);
    for (int y = 0; y < 7; ++y) {
      for (int x = 0; x < 9; ++x) activity.row(y)[x] = static_cast<int16_t>(80 + random() % 145);
    }
    const int base = static_cast<int>(random() % 256), unit = 1 + static_cast<int>(random() % 16);
    const StepFieldSettings settings = settings_of(base, static_cast<int>(random() % 65), unit);
    const auto field = field_of(activity, settings);
    bool right = true;
    for (int y = 0; y < field.height(); ++y) {
      for (int x = 0; x < field.width(); ++x) {
        const int offset = field.row(y)[x] - base;
        right = right && offset % unit == 0 && offset >= settings.lowest && offset <= settings.highest;
      }
    }
    CAPTURE(base);
    CAPTURE(unit);
    CHECK(right);
  }
}

TEST_CASE("where the plane is busier the step is not smaller") {
  int before = 0;
  for (int value = 80; value <= 224; ++value) {
    const int step = field_of(constant_activity(4, 4, value), settings_of(120, 40)).row(0)[0];
    CHECK(step >= before);
    before = step;
  }
  CHECK(before > 120);
}

TEST_CASE("a busy cell among calm ones gets a smaller step than one among busy ones") {
  const auto busy = constant_activity(12, 12, 200);
  auto lonely = constant_activity(12, 12, 100);
  for (const int y : {4, 5}) {
    for (const int x : {4, 5}) lonely.row(y)[x] = 200;
  }
  const StepFieldSettings settings = settings_of(100, 32, 1);
  // Three quarters its own activity, one quarter that of the calmest half around: 175, which is 19.5 above 136 halved.
  CHECK(field_of(lonely, settings).row(2)[2] == 120);
  CHECK(field_of(lonely, settings).row(2)[2] < field_of(busy, settings).row(2)[2]);
  CHECK(field_of(lonely, settings).row(2)[2] > field_of(lonely, settings).row(4)[4]);
}

TEST_CASE("texture moves the step by its sixty-fourths of an index, whatever the strength") {
  for (const int strength : {0, 14, 40}) {
    CHECK(field_of(constant_activity(4, 4, 136), settings_of(100, strength, 1), 5 * 64).row(1)[1] == 105);
    CHECK(field_of(constant_activity(4, 4, 136), settings_of(100, strength, 1), -3 * 64).row(0)[1] == 97);
    CHECK(field_of(constant_activity(4, 4, 136), settings_of(100, strength, 4), 64).row(0)[0] == 100);
  }
}
