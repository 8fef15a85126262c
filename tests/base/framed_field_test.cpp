// Fields with a frame: what stands where, and for how long.
#include "base/framed_field.h"

#include <doctest/doctest.h>

#include <array>

using namespace laq;

namespace {

// Fills the samples of a slice with numbers of their own.
template <class Field>
void fill_slice(Field& field, int z) {
  for (int y = 0; y < field.sides()[1]; ++y) {
    for (int x = 0; x < field.sides()[2]; ++x) *field.at(z, y, x) = 10000 * (z + 1) + 100 * y + x;
    field.extend(z, y);
  }
}

template <class Field>
bool is_slice(Field& field, int z) {
  for (int y = 0; y < field.sides()[1]; ++y) {
    for (int x = 0; x < field.sides()[2]; ++x) {
      if (*field.at(z, y, x) != 10000 * (z + 1) + 100 * y + x) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("a field of all slices keeps each of them, with zeros above, below and before the first") {
  FramedField<int, Kept::all_slices> field({6, 5, 7});
  for (int z = 0; z < 6; ++z) fill_slice(field, z);
  for (int z = 0; z < 6; ++z) {
    CHECK(is_slice(field, z));
    CHECK(*field.at(z, 2, -2) == *field.at(z, 2, 0));
    CHECK(*field.at(z, 2, 8) == *field.at(z, 2, 6));
    CHECK(*field.at(z, -2, 3) == 0);
    CHECK(*field.at(z, 6, 3) == 0);
  }
  CHECK(field.at(3, 2, 1) - field.plane() == field.at(2, 2, 1));
  CHECK(field.at(3, 2, 1) - field.row() == field.at(3, 1, 1));
}

TEST_CASE("a field of the latest slices keeps the present one and three before it") {
  FramedField<int> field({9, 5, 7});
  CHECK(*field.at(-1, 2, 3) == 0);
  for (int z = 0; z < 9; ++z) {
    fill_slice(field, z);
    for (int before = 0; before <= 3 && before <= z; ++before) CHECK(is_slice(field, z - before));
  }
  FramedField<int> plane({1, 5, 7});
  fill_slice(plane, 0);
  CHECK(is_slice(plane, 0));
  CHECK(*plane.at(-1, 2, 3) == 0);
  CHECK(FramedField<int>::bytes({1, 5, 7}) < FramedField<int>::bytes({9, 5, 7}));
}

TEST_CASE("a field of one slice keeps the present row and seven before it, whatever its height") {
  using Field = FramedField<int>;
  Field field({1, 50, 7});
  CHECK(*field.at(0, -2, 3) == 0);
  CHECK(*field.at(0, -1, 3) == 0);
  for (int y = 0; y < 50; ++y) {
    for (int x = 0; x < 7; ++x) *field.at(0, y, x) = 100 * y + x + 1;
    field.extend(0, y);
    for (int before = 0; before < Field::kLatestRows && before <= y; ++before) {
      for (int x = 0; x < 7; ++x) CHECK(*field.at(0, y - before, x) == 100 * (y - before) + x + 1);
      CHECK(*field.at(0, y - before, 8) == *field.at(0, y - before, 6));
    }
    CHECK(*field.at(-1, y, 3) == 0);
  }
  CHECK(Field::bytes({1, 50, 7}) == Field::bytes({1, 5000, 7}));
}
