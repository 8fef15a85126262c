// Fields with a frame: what stands where.
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

TEST_CASE("a field keeps its slices, with zeros above and below") {
  FramedField<int> field({6, 5, 7});
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
